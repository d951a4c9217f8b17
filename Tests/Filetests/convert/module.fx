// RUN: convert
fx 1
module @main {
  // Comments and spacing are not kept, nor what is so anyhow: strides, device, targets.
  %x    = placeholder x : f32[2,3]{strides=[3,1], device="cpu"}
  %"y z" = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]{strides=[1, 2]}
  %c = call_method relu(%"y z", k=-0.0) : ?
  output (%c, {a: [1, 2]}, slice(None, 3, None))
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %"y z" = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]{strides=[1, 2]}
  %c = call_method relu(%"y z", k=-0.0)
  output (%c, {a: [1, 2]}, slice(None, 3, None))
}
