// RUN: transform -p replace-autocast 2>&1
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  output (%mm,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  output (%mm,)
}
// replace-autocast: no change
