// RUN: transform -p eliminate-common-subexpressions 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%y) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, %sin_1) : f32[3]
  output (%add,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%y) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, %sin_1) : f32[3]
  output (%add,)
}
// eliminate-common-subexpressions: no change
