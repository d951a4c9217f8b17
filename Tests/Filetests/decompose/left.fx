// RUN: transform -p decompose --json 2>&1
// What is not taken apart is listed with its number and the reason.
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.my.unknown.default(%x) : f32[3]
  %z = call_function torch.ops.my.unknown.default(%y) : f32[3]
  %w = call_function torch.ops.aten.gelu.default(%z) : f32[3]
  %s = call_function torch.ops.aten.sinc.default(%w) : f32[3]
  output (%s,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.my.unknown.default(%x) : f32[3]
  %z = call_function torch.ops.my.unknown.default(%y) : f32[3]
  %w = call_function torch.ops.aten.gelu.default(%z) : f32[3]
  %mul = call_function torch.ops.aten.mul.Tensor(self: %w, other: 3.141592653589793) : f32[3]
  %eq = call_function torch.ops.aten.eq.Scalar(self: %mul, other: 0) : b8[3]
  %sin = call_function torch.ops.aten.sin.default(self: %mul) : f32[3]
  %div = call_function torch.ops.aten.div.Tensor(self: %sin, other: %mul) : f32[3]
  %scalar_tensor = call_function torch.ops.aten.scalar_tensor.default(s: 1, dtype=torch.float32) : f32[]
  %where = call_function torch.ops.aten.where.self(condition: %eq, self: %scalar_tensor, other: %div) : f32[3]
  output (%where,)
}
// [{"pass": "decompose", "changed": true, "counts": {"decomposed": 1, "kept": 2}, "kept": [{"operator": "torch.ops.my.unknown.default", "count": 2, "reason": "its schema is unknown, so it is assumed to mutate its arguments"}]}]
