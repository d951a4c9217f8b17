// RUN: transform -p eliminate-common-subexpressions 2>&1
// The caller gets two tensors, which it may write to one by one.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin, %sin_1)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  output (%sin, %sin_1)
}
// eliminate-common-subexpressions: no change
