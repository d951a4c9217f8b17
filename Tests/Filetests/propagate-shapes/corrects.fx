// RUN: transform -p propagate-shapes 2>&1
// What contradicts the operator is corrected.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.mul.Tensor(%x, 2) : f64[2, 3]
  output (%y,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.mul.Tensor(%x, 2) : f32[2, 3]
  output (%y,)
}
// propagate-shapes: corrected 1 value
