// RUN: slim -o - --to fx 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  %f = get_attr body !2
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %sin) : (f32[3],) !0
  output (%sin,)
  module @body {
    %a = placeholder : f32[3]
    %tan = call_function torch.ops.aten.tan.default(%a) : f32[3] !1
    output (%tan,)
  }
}
!0 = {stack_trace: "at a.py", nn_module_stack: "M", torch_fn: "sin"}
!1 = {stack_trace: "at b.py", from_node: "[]"}
!2 = {custom: "{}"}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %f = get_attr body !0
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %sin) : (f32[3],)
  output (%sin,)

  module @body {
    %a = placeholder : f32[3]
    %tan = call_function torch.ops.aten.tan.default(%a) : f32[3]
    output (%tan,)
  }
}

!0 = {custom: "{}"}
// stack-traces         48 B    8.5 %  3 nodes
// module-stacks        22 B    3.9 %  2 nodes
// origins              55 B    9.7 %  3 nodes
// unused-weights        0 B    0.0 %  0 weights
// -: 568 B → 415 B, 26.9 % saved
