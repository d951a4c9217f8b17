// RUN: transform -p eliminate-common-subexpressions 2>&1
// Random numbers are drawn as often as before.
fx 1
module @main {
  %x = placeholder : f32[3]
  %rand = call_function torch.ops.aten.rand_like.default(%x) : f32[3]
  %rand_1 = call_function torch.ops.aten.rand_like.default(%x) : f32[3]
  %drop = call_function torch.ops.aten.dropout.default(%x, 0.5, True) : f32[3]
  %drop_1 = call_function torch.ops.aten.dropout.default(%x, 0.5, True) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%rand, %rand_1, %drop, %drop_1]) : f32[12]
  output (%cat,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %rand = call_function torch.ops.aten.rand_like.default(%x) : f32[3]
  %rand_1 = call_function torch.ops.aten.rand_like.default(%x) : f32[3]
  %drop = call_function torch.ops.aten.dropout.default(%x, 0.5, True) : f32[3]
  %drop_1 = call_function torch.ops.aten.dropout.default(%x, 0.5, True) : f32[3]
  %cat = call_function torch.ops.aten.cat.default([%rand, %rand_1, %drop, %drop_1]) : f32[12]
  output (%cat,)
}
// eliminate-common-subexpressions: no change
