// RUN: transform -p replace-set-grad 2>&1
// Each result that is used behind the region becomes an item of the call.
fx 1
module @main {
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %cos = call_function torch.ops.aten.cos.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %add = call_function torch.ops.aten.add.Tensor(%sin, %cos) : f32[3]
  output (%add, %sin)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %submod_3 = get_attr submod_1
  %wrap_with_set_grad_enabled = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %x) : (f32[3], f32[3]) !0
  %sin = call_function _operator.getitem(%wrap_with_set_grad_enabled, 0) : f32[3]
  %cos = call_function _operator.getitem(%wrap_with_set_grad_enabled, 1) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, %cos) : f32[3]
  output (%add, %sin)

  module @submod_1 {
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
    %cos = call_function torch.ops.aten.cos.default(%x) : f32[3]
    output (%sin, %cos)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
