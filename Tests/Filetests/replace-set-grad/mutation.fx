// RUN: transform -p replace-set-grad 2>&1
// The region writes to its input; the write stays between what was before and after it.
fx 1
module @main {
  %b = placeholder : f32[3]
  %x = placeholder : f32[3]
  %off = call_function torch._C._set_grad_enabled(False)
  %add_ = call_function torch.ops.aten.add_.Tensor(%b, %x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %mul = call_function torch.ops.aten.mul.Tensor(%b, %x) : f32[3]
  output (%mul,)
}
// ----
fx 1

module @main {
  %b = placeholder : f32[3]
  %x = placeholder : f32[3]
  %submod_3 = get_attr submod_1
  %wrap_with_set_grad_enabled = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %b, %x) : () !0
  %mul = call_function torch.ops.aten.mul.Tensor(%b, %x) : f32[3]
  output (%mul,)

  module @submod_1 {
    %b = placeholder : f32[3]
    %x = placeholder : f32[3]
    %add_ = call_function torch.ops.aten.add_.Tensor(%b, %x) : f32[3]
    output ()
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
