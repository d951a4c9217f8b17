// RUN: transform -p decompose 2>&1
// A view that is made after a write shows what was written, and is written to itself.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %add_ = call_function torch.ops.aten.add_.Tensor(%row, 1) : f32[3]{offset=3}
  %column = call_function torch.ops.aten.select.int(%y, 1, 0) : f32[2]{strides=[3]}
  %mul_ = call_function torch.ops.aten.mul_.Tensor(%column, 2) : f32[2]{strides=[3]}
  output (%y,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %add = call_function torch.ops.aten.add.Tensor(self: %row, other: 1) : f32[3]
  %select_scatter = call_function torch.ops.aten.select_scatter.default(self: %y, src: %add, dim: 0, index: 1) : f32[2, 3]
  %column = call_function torch.ops.aten.select.int(%select_scatter, 1, 0) : f32[2]{strides=[3]}
  %mul = call_function torch.ops.aten.mul.Tensor(self: %column, other: 2) : f32[2]
  %select_scatter_1 = call_function torch.ops.aten.select_scatter.default(self: %select_scatter, src: %mul, dim: 1, index: 0) : f32[2, 3]
  output (%select_scatter_1,)
}
// decompose: decomposed 2 operators
