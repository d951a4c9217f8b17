// RUN: transform -p eliminate-dead-code 2>&1
// The cond has a branch that writes, so that it stays; the other call goes.
fx 1
module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %f = get_attr writes
  %g = get_attr reads
  %cond = call_function torch.ops.higher_order.cond(%p, %f, %g, (%x,)) : (f32[3],)
  %h = get_attr reads
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %h, %x) : (f32[3],)
  output (%x,)
  module @writes {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.add_.Tensor(%a, 1) : f32[3]
    output (%s,)
  }
  module @reads {
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
  %f = get_attr writes
  %g = get_attr reads
  %cond = call_function torch.ops.higher_order.cond(%p, %f, %g, (%x,)) : (f32[3],)
  output (%x,)

  module @writes {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.add_.Tensor(%a, 1) : f32[3]
    output (%s,)
  }

  module @reads {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    output (%s,)
  }
}
// eliminate-dead-code: erased 2 nodes
