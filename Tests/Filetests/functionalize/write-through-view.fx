// RUN: transform -p functionalize 2>&1
// A write to a view becomes a new value of what it shows, and views made before follow; silu stays whole.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.silu.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %column = call_function torch.ops.aten.select.int(%y, 1, 0) : f32[2]{strides=[3]}
  %silu_ = call_function torch.ops.aten.silu_.default(%row) : f32[3]{offset=3}
  %sum = call_function torch.ops.aten.mul.Tensor(%column, 2) : f32[2]
  output (%y, %sum)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.silu.default(%x) : f32[2, 3]
  %row = call_function torch.ops.aten.select.int(%y, 0, 1) : f32[3]{offset=3}
  %silu = call_function torch.ops.aten.silu.default(self: %row) : f32[3]
  %select_scatter = call_function torch.ops.aten.select_scatter.default(self: %y, src: %silu, dim: 0, index: 1) : f32[2, 3]
  %select_1 = call_function torch.ops.aten.select.int(self: %select_scatter, dim: 1, index: 0) : f32[2]{strides=[3]}
  %sum = call_function torch.ops.aten.mul.Tensor(%select_1, 2) : f32[2]
  output (%select_scatter, %sum)
}
// functionalize: functionalized 1 write
