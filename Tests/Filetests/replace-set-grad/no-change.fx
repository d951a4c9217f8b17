// RUN: transform -p replace-set-grad 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin,)
}
// replace-set-grad: no change
