// RUN: transform -p eliminate-common-subexpressions 2>&1
// 1 and 1.0 are different arguments, and so is one that is spelled out.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, 1) : f32[3]
  %add_1 = call_function torch.ops.aten.add.Tensor(%sin_1, 1) : f32[3]
  %add_2 = call_function torch.ops.aten.add.Tensor(%sin_1, 1.0) : f32[3]
  %add_3 = call_function torch.ops.aten.add.Tensor(%sin, 1, alpha=1) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%add, %add_1, %add_2, %add_3]) : f32[12]
  output (%cat,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, 1) : f32[3]
  %add_2 = call_function torch.ops.aten.add.Tensor(%sin, 1.0) : f32[3]
  %add_3 = call_function torch.ops.aten.add.Tensor(%sin, 1, alpha=1) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%add, %add, %add_2, %add_3]) : f32[12]
  output (%cat,)
}
// eliminate-common-subexpressions: merged 2 nodes
