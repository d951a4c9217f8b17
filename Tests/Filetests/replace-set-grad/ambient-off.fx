// RUN: transform -p replace-set-grad --ambient-grad off 2>&1
// Called without gradients, the region that records them is the one to wrap.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  %off_1 = call_function torch._C._set_grad_enabled(False)
  output (%cos,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %submod_4 = get_attr submod_2
  %cos = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(True, %submod_4, %sin) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%cos, 0) : f32[3]
  output (%getitem,)

  module @submod_2 {
    %sin = placeholder : f32[3]
    %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
    output (%cos,)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 2 regions
