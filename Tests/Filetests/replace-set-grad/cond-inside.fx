// RUN: transform -p replace-set-grad 2>&1
// The branches move into the region's module together with the call.
fx 1
module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %t = get_attr yes
  %cond = call_function torch.ops.higher_order.cond(%p, %t, %t, (%sin,)) : (f32[3],)
  %item = call_function _operator.getitem(%cond, 0) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  output (%item,)
  module @yes {
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
  %submod_3 = get_attr submod_1
  %item = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %x, %p) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%item, 0) : f32[3]
  output (%getitem,)

  module @submod_1 {
    %x = placeholder : f32[3]
    %p = placeholder : b8[]
    %yes = get_attr
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    %cond = call_function torch.ops.higher_order.cond(%p, %yes, %yes, (%sin,)) : (f32[3],)
    %item = call_function _operator.getitem(%cond, 0) : f32[3]
    output (%item,)

    module @yes {
      %a = placeholder : f32[3]
      %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
      output (%s,)
    }
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
