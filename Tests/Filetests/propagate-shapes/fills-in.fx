// RUN: transform -p propagate-shapes 2>&1
// Values that are not known follow from the inputs.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.permute.default(%x, [1, 0])
  %z = call_function torch.ops.aten.cat.default([%y, %y], 1)
  output (%z,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.permute.default(%x, [1, 0]) : f32[3, 2]{strides=[1, 3]}
  %z = call_function torch.ops.aten.cat.default([%y, %y], 1) : f32[3, 4]
  output (%z,)
}
// propagate-shapes: filled in 2 values
