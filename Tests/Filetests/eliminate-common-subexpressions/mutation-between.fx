// RUN: transform -p eliminate-common-subexpressions 2>&1
// Behind the write, the same call has another result.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %sin_1 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3]
  %sin_2 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%sin, %sin_1, %sin_2]) : f32[9]
  output (%cat,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3]
  %sin_2 = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%sin, %sin, %sin_2]) : f32[9]
  output (%cat,)
}
// eliminate-common-subexpressions: merged 1 node
