// RUN: transform -p eliminate-dead-code 2>&1
// All of a chain goes, inputs stay.
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  %tan = call_function torch.ops.aten.tan.default(%x) : f32[3]
  output (%tan,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %tan = call_function torch.ops.aten.tan.default(%x) : f32[3]
  output (%tan,)
}
// eliminate-dead-code: erased 2 nodes
