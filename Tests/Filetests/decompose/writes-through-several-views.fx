// RUN: transform -p decompose 2>&1
// Views that are made after a write are of the tensor, and not of the value that it had then.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %add_ = call_function torch.ops.aten.add_.Tensor(%row, 1) : f32[3]{offset=3}
  %other = call_function torch.ops.aten.select.int(%y, 0, 0) : f32[3]
  %mul_ = call_function torch.ops.aten.mul_.Tensor(%other, 2) : f32[3]
  output (%y, %row)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %add = call_function torch.ops.aten.add.Tensor(self: %row, other: 1) : f32[3]
  %select_scatter = call_function torch.ops.aten.select_scatter.default(self: %y, src: %add, dim: 0, index: 1) : f32[2, 3]
  %other = call_function torch.ops.aten.select.int(%select_scatter, 0, 0) : f32[3]
  %mul = call_function torch.ops.aten.mul.Tensor(self: %other, other: 2) : f32[3]
  %select_scatter_1 = call_function torch.ops.aten.select_scatter.default(self: %select_scatter, src: %mul, dim: 0, index: 0) : f32[2, 3]
  %select_2 = call_function torch.ops.aten.select.int(self: %select_scatter_1, dim: 0, index: 1) : f32[3]{offset=3}
  output (%select_scatter_1, %select_2)
}
// decompose: decomposed 2 operators
