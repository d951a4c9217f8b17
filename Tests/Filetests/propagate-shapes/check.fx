// RUN: transform -p propagate-shapes=check 2>&1
// The check changes nothing and fails.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.aten.mul.Tensor(%x, 2) : f64[2, 3]
  output (%y,)
}
// ----
// fxkit: error: in.fx, node 'y': pass propagate-shapes: the graph says float64[2, 3] with strides [3, 1], and it is float32[2, 3] with strides [3, 1]
// exit status 1
