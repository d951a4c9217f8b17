// RUN: transform -p propagate-shapes 2>&1
// A size that may be 0 counts as 1 in strides.
fx 1
module @main {
  %x = placeholder : f32["Symbol('s77', positive=True, integer=True)"~12]
  %n = placeholder : sym_int "Symbol('s86', positive=True, integer=True)"~3
  %view = call_function torch.ops.aten.view.default(%x, [%n, -1])
  %transposed = call_function torch.ops.aten.permute.default(%view, [1, 0])
  %t = call_function torch.ops.aten.clone.default(%transposed, memory_format=torch.contiguous_format)
  %mul = call_function torch.ops.aten.mul.Tensor(%view, 2)
  output (%mul, %t)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[s77~12]
  %n = placeholder : sym_int s86~3
  %view = call_function torch.ops.aten.view.default(%x, [%n, -1]) : f32[s86~3, "FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True))"~4]{strides=["Max(Integer(1), FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True)))"~4, 1]}
  %transposed = call_function torch.ops.aten.permute.default(%view, [1, 0]) : f32["FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True))"~4, s86~3]{strides=[1, "Max(Integer(1), FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True)))"~4]}
  %t = call_function torch.ops.aten.clone.default(%transposed, memory_format=torch.contiguous_format) : f32["FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True))"~4, s86~3]{strides=[s86~3, 1]}
  %mul = call_function torch.ops.aten.mul.Tensor(%view, 2) : f32[s86~3, "FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True))"~4]{strides=["Max(Integer(1), FloorDiv(Symbol('s77', positive=True, integer=True), Symbol('s86', positive=True, integer=True)))"~4, 1]}
  output (%mul, %t)
}
// propagate-shapes: filled in 4 values
