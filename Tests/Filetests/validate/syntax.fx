// RUN: validate 2>&1
// What can not be read has no findings: it is an error with its place.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%y) : f32[3]
  output (%sin,)
}
// ----
// fxkit: error: in.fx, line 6, column 52: undefined node 'y'
// exit status 1
