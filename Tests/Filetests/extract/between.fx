// RUN: extract --from b --to d --form fx
// Ways between the nodes belong to the part; what it needs from elsewhere is passed in.
fx 1
module @main {
  %x = placeholder : f32[3]
  %a = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32[3]
  %c = call_function torch.ops.aten.tan.default(self: %a) : f32[3]
  %d = call_function torch.ops.aten.mul.Tensor(self: %b, other: %c) : f32[3]
  output (%d,)
}
// ----
fx 1

module @main {
  %a = placeholder : f32[3]
  %c = placeholder : f32[3]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32[3]
  %d = call_function torch.ops.aten.mul.Tensor(self: %b, other: %c) : f32[3]
  output %d
}
