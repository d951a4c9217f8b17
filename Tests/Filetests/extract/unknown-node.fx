// RUN: extract --from sine --to cos 2>&1
// A name that is like another is told.
fx 1
module @main {
  %x = placeholder : f32[4]
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[4]
  %cos = call_function torch.ops.aten.cos.default(self: %sin) : f32[4]
  output (%cos,)
}
// ----
// fxkit: error: in.fx, node 'sine': the graph has no such node; did you mean 'sin'?
// exit status 1
