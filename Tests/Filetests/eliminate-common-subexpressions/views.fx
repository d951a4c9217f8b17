// RUN: transform -p eliminate-common-subexpressions 2>&1
// sin is written to through a view, so that sin_1 has to stay; plain views are merged.
fx 1
module @main {
  %x = placeholder : f32[4]
  %view = call_function torch.ops.aten.view.default(%x, [2, 2]) : f32[2, 2]
  %view_1 = call_function torch.ops.aten.view.default(%x, [2, 2]) : f32[2, 2]
  %mm = call_function torch.ops.aten.mm.default(%view, %view_1) : f32[2, 2]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[4]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[4]
  %flat = call_function torch.ops.aten.view.default(%sin, [2, 2]) : f32[2, 2]
  %flat_1 = call_function torch.ops.aten.view.default(%sin_1, [2, 2]) : f32[2, 2]
  %zero_ = call_function torch.ops.aten.zero_.default(%flat) : f32[2, 2]
  %add = call_function torch.ops.aten.add.Tensor(%mm, %flat_1) : f32[2, 2]
  output (%add,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[4]
  %view = call_function torch.ops.aten.view.default(%x, [2, 2]) : f32[2, 2]
  %mm = call_function torch.ops.aten.mm.default(%view, %view) : f32[2, 2]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[4]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[4]
  %flat = call_function torch.ops.aten.view.default(%sin, [2, 2]) : f32[2, 2]
  %flat_1 = call_function torch.ops.aten.view.default(%sin_1, [2, 2]) : f32[2, 2]
  %zero_ = call_function torch.ops.aten.zero_.default(%flat) : f32[2, 2]
  %add = call_function torch.ops.aten.add.Tensor(%mm, %flat_1) : f32[2, 2]
  output (%add,)
}
// eliminate-common-subexpressions: merged 1 node
