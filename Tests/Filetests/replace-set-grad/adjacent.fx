// RUN: transform -p replace-set-grad 2>&1
// Two switches to the same mode, one after the other, make two regions.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %off_1 = call_function torch._C._set_grad_enabled(False)
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  output (%cos,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %submod_4 = get_attr submod_1
  %sin = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_4, %x) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%sin, 0) : f32[3]
  %submod_5 = get_attr submod_2
  %cos = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_5, %getitem) : (f32[3],) !0
  %getitem_1 = call_function _operator.getitem(%cos, 0) : f32[3]
  output (%getitem_1,)

  module @submod_1 {
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    output (%sin,)
  }

  module @submod_2 {
    %sin = placeholder : f32[3]
    %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
    output (%cos,)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 2 regions, inlined 1 region
