// RUN: transform -p eliminate-dead-code 2>&1
// Dead calls go with their modules; modules that stay are cleaned inside.
fx 1
module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %x) : (f32[3],)
  %g = get_attr dead
  %dead = call_function torch.ops.higher_order.cond(%p, %g, %g, (%x,)) : (f32[3],)
  %item = call_function _operator.getitem(%wrap, 0) : f32[3]
  output (%item,)
  module @body {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    %c = call_function torch.ops.aten.cos.default(%a) : f32[3]
    output (%s,)
  }
  module @dead {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    output (%s,)
  }
}
// ----
fx 1

module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %x) : (f32[3],)
  %item = call_function _operator.getitem(%wrap, 0) : f32[3]
  output (%item,)

  module @body {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    output (%s,)
  }
}
// eliminate-dead-code: erased 3 nodes, removed 1 submodule
