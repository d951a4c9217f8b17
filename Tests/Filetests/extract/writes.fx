// RUN: extract --from a --to b --form fx
// Writes to what the part reads come along, in their place; later ones do not.
fx 1
module @main {
  %x = placeholder : f32[4]
  %a = call_function torch.ops.aten.sin.default(self: %x) : f32[4]
  %v = call_function torch.ops.aten.view.default(self: %a, size: [2, 2]) : f32[2, 2]
  %w = call_function torch.ops.aten.add_.Tensor(self: %v, other: 1) : f32[2, 2]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32[4]
  %late = call_function torch.ops.aten.add_.Tensor(self: %a, other: 1) : f32[4]
  output (%b,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[4]
  %a = call_function torch.ops.aten.sin.default(self: %x) : f32[4]
  %v = call_function torch.ops.aten.view.default(self: %a, size: [2, 2]) : f32[2, 2]
  %w = call_function torch.ops.aten.add_.Tensor(self: %v, other: 1) : f32[2, 2]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32[4]
  output %b
}
