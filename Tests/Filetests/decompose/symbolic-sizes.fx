// RUN: transform -p decompose 2>&1
// Sizes that a decomposition needs are computed from what is there.
fx 1
module @main {
  %x = placeholder : f32[s0~4, 6]{strides=[6, 1]}
  %chunk = call_function torch.ops.aten.flatten.using_ints(%x) : f32["6*s0"~24]
  output (%chunk,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[s0~4, 6]
  %sym_size_int = call_function torch.ops.aten.sym_size.int(self: %x, dim: 0) : sym_int s0~4
  %mul = call_function _operator.mul(a: 6, b: %sym_size_int) : sym_int "Mul(Integer(6), Symbol('s0', positive=True, integer=True))"~24
  %view = call_function torch.ops.aten.view.default(self: %x, size: [%mul]) : f32["Mul(Integer(6), Symbol('s0', positive=True, integer=True))"~24]
  output (%view,)
}
// decompose: decomposed 1 operator
