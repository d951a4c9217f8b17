// RUN: transform -p propagate-shapes
// Copies with other elements have the strides of what they copy, gaps included.
fx 1
module @main {
  %x = placeholder : f32[4, 11]
  %src = placeholder : f32[4, 9]
  %part = call_function torch.ops.aten.slice.Tensor(%x, 1, 0, 9)
  %copy = call_function torch.ops.aten.copy.default(%part, %src)
  %row = call_function torch.ops.aten.select.int(%src, 0, 0)
  %changed = call_function torch.ops.aten.select_scatter.default(%copy, %row, 0, 1)
  output (%changed,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[4, 11]
  %src = placeholder : f32[4, 9]
  %part = call_function torch.ops.aten.slice.Tensor(%x, 1, 0, 9) : f32[4, 9]{strides=[11, 1]}
  %copy = call_function torch.ops.aten.copy.default(%part, %src) : f32[4, 9]{strides=[11, 1]}
  %row = call_function torch.ops.aten.select.int(%src, 0, 0) : f32[9]
  %changed = call_function torch.ops.aten.select_scatter.default(%copy, %row, 0, 1) : f32[4, 9]{strides=[11, 1]}
  output (%changed,)
}
