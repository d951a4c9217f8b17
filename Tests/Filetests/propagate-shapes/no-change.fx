// RUN: transform -p propagate-shapes 2>&1
// What is the same stays in its form.
fx 1
module @main {
  %x = placeholder : f32[s0~4, 6]{strides=[6, 1]}
  %y = call_function torch.ops.aten.sin.default(%x) : f32[s0~4, 6]{strides=[6, 1]}
  output (%y,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[s0~4, 6]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[s0~4, 6]
  output (%y,)
}
// propagate-shapes: no change
