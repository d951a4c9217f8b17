// RUN: transform -p replace-set-grad 2>&1
// Sizes are results and inputs of regions like tensors.
fx 1
module @main {
  %n = placeholder : sym_int s0
  %x = placeholder : f32[s0]
  %off = call_function torch._C._set_grad_enabled(False)
  %size = call_function torch.ops.aten.sym_size.int(%x, 0) : sym_int s0
  %add = call_function _operator.add(%size, %n) : sym_int "Mul(Integer(2), Symbol('s0', positive=True, integer=True))"
  %ones = call_function torch.ops.aten.ones.default([%add]) : f32["Mul(Integer(2), Symbol('s0', positive=True, integer=True))"]
  %on = call_function torch._C._set_grad_enabled(True)
  output (%ones, %add)
}
// ----
fx 1

module @main {
  %n = placeholder : sym_int s0
  %x = placeholder : f32[s0]
  %submod_3 = get_attr submod_1
  %wrap_with_set_grad_enabled = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %submod_3, %x, %n) : (f32["Mul(Integer(2), Symbol('s0', positive=True, integer=True))"], sym_int "Mul(Integer(2), Symbol('s0', positive=True, integer=True))") !0
  %ones = call_function _operator.getitem(%wrap_with_set_grad_enabled, 0) : f32["Mul(Integer(2), Symbol('s0', positive=True, integer=True))"]
  %add = call_function _operator.getitem(%wrap_with_set_grad_enabled, 1) : sym_int "Mul(Integer(2), Symbol('s0', positive=True, integer=True))"
  output (%ones, %add)

  module @submod_1 {
    %x = placeholder : f32[s0]
    %n = placeholder : sym_int s0
    %size = call_function torch.ops.aten.sym_size.int(%x, 0) : sym_int s0
    %add = call_function _operator.add(%size, %n) : sym_int "Mul(Integer(2), Symbol('s0', positive=True, integer=True))"
    %ones = call_function torch.ops.aten.ones.default([%add]) : f32["Mul(Integer(2), Symbol('s0', positive=True, integer=True))"]
    output (%ones, %add)
  }
}

!0 = {torch_fn: "wrap_with_set_grad_enabled;WrapWithSetGradEnabled.wrap_with_set_grad_enabled"}
// replace-set-grad: wrapped 1 region, inlined 1 region
