// RUN: extract --from b --to c --form fx
// Without a signature sizes stay what they are: nothing reads symbols off them.
fx 1
module @main {
  %x = placeholder : f32[s77]
  %a = call_function torch.ops.aten.slice.Tensor(self: %x) : f32["s77//2"]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32["s77//2"]
  %c = call_function torch.ops.aten.tan.default(self: %b) : f32["s77//2"]
  output (%c,)
}
// ----
fx 1

module @main {
  %a = placeholder : f32["s77//2"]
  %b = call_function torch.ops.aten.cos.default(self: %a) : f32["s77//2"]
  %c = call_function torch.ops.aten.tan.default(self: %b) : f32["s77//2"]
  output %c
}
