// RUN: transform -p replace-set-grad 2>&1
// enable_grad inside no_grad: the inner region has the ambient mode and is not wrapped.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  %off_1 = call_function torch._C._set_grad_enabled(False)
  %tan = call_function torch.ops.aten.tan.default(%cos) : f32[3]
  %on_1 = call_function torch._C._set_grad_enabled(True)
  output (%tan,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %submod_5 = get_attr submod_1
  %sin = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_5, %x) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%sin, 0) : f32[3]
  %cos = call_function torch.ops.aten.cos.default(%getitem) : f32[3]
  %submod_6 = get_attr submod_3
  %tan = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_6, %cos) : (f32[3],) !0
  %getitem_1 = call_function _operator.getitem(%tan, 0) : f32[3]
  output (%getitem_1,)

  module @submod_1 {
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    output (%sin,)
  }

  module @submod_3 {
    %cos = placeholder : f32[3]
    %tan = call_function torch.ops.aten.tan.default(%cos) : f32[3]
    output (%tan,)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 2 regions, inlined 2 regions
