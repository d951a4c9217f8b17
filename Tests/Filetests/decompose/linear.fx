// RUN: transform -p decompose 2>&1
// Composite operators become those of core ATen; what is core already stays as it is.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %b = placeholder : f32[4]
  %linear = call_function torch.ops.aten.linear.default(%x, %w, %b) : f32[2, 4]
  %relu = call_function torch.ops.aten.relu.default(%linear) : f32[2, 4]
  output (%relu,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %b = placeholder : f32[4]
  %permute = call_function torch.ops.aten.permute.default(self: %w, dims: [1, 0]) : f32[3, 4]{strides=[1, 3]}
  %addmm = call_function torch.ops.aten.addmm.default(self: %b, mat1: %x, mat2: %permute) : f32[2, 4]
  %relu = call_function torch.ops.aten.relu.default(%addmm) : f32[2, 4]
  output (%relu,)
}
// decompose: decomposed 1 operator
