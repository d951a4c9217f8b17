// RUN: transform -p decompose 2>&1
// A write to a view becomes a new value of what it shows; views made before follow.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %column = call_function torch.ops.aten.select.int(%y, 1, 0) : f32[2]{strides=[3]}
  %add_ = call_function torch.ops.aten.add_.Tensor(%row, 1) : f32[3]{offset=3}
  %sum = call_function torch.ops.aten.mul.Tensor(%column, 2) : f32[2]
  output (%y, %sum)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %add = call_function torch.ops.aten.add.Tensor(self: %row, other: 1) : f32[3]
  %select_scatter = call_function torch.ops.aten.select_scatter.default(self: %y, src: %add, dim: 0, index: 1) : f32[2, 3]
  %select_1 = call_function torch.ops.aten.select.int(self: %select_scatter, dim: 1, index: 0) : f32[2]{strides=[3]}
  %sum = call_function torch.ops.aten.mul.Tensor(%select_1, 2) : f32[2]
  output (%select_scatter, %sum)
}
// decompose: decomposed 1 operator
