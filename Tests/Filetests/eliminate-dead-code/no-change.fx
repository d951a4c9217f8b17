// RUN: transform -p eliminate-dead-code 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin,)
}
// eliminate-dead-code: no change
