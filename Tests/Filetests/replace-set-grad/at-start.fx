// RUN: transform -p replace-set-grad 2>&1
// The region is the first thing that the program does.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  output (%cos,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %submod_3 = get_attr submod_1
  %sin = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %x) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%sin, 0) : f32[3]
  %cos = call_function torch.ops.aten.cos.default(%getitem) : f32[3]
  output (%cos,)

  module @submod_1 {
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    output (%sin,)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
