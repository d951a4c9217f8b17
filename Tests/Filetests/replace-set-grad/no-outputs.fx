// RUN: transform -p replace-set-grad 2>&1
// Nothing that the region computes is used; it is no business of this pass to erase it.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %cos = call_function torch.ops.aten.cos.default(%x) : f32[3]
  output (%cos,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %submod_3 = get_attr submod_1
  %wrap_with_set_grad_enabled = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %x) : () !0
  %cos = call_function torch.ops.aten.cos.default(%x) : f32[3]
  output (%cos,)

  module @submod_1 {
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    output ()
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
