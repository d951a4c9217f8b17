// RUN: convert
fx 1
module @main {
  %x = placeholder
  %n = placeholder -> int
  %a = call_function mine.f(None, True, -1, 1e-7, inf, nan, "t\u00e9", torch.float32, device("cuda:1"), ...)
  %b = call_function mine.g([], (), (%x,), {"a b": %n}, slice(0, %n, 2), complex(0.0, -1.0), @math.trunc)
  %c = call_function mine.h(torch.strided, torch.channels_last, [1, 2] as_ints, opaque("<o>"), object(o, C))
  output %c
}
// ----
fx 1

module @main {
  %x = placeholder
  %n = placeholder -> int
  %a = call_function mine.f(None, True, -1, 1e-07, inf, nan, "té", torch.float32, device("cuda:1"), ...)
  %b = call_function mine.g([], (), (%x,), {"a b": %n}, slice(0, %n, 2), complex(0.0, -1.0), @math.trunc)
  %c = call_function mine.h(torch.strided, torch.channels_last, [1, 2], opaque("<o>"), object(o, C))
  output %c
}
