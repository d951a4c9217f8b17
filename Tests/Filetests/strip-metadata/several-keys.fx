// RUN: transform -p strip-metadata=stack_trace+nn_module_stack+from_node 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3] !1
  %f = get_attr body !2
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %cos) : (f32[3],) !0
  output (%cos,)
  module @body {
    %a = placeholder : f32[3]
    %tan = call_function torch.ops.aten.tan.default(%a) : f32[3] !1
    output (%tan,)
  }
}
!0 = {stack_trace: "at a.py", nn_module_stack: "M", torch_fn: "sin"}
!1 = {stack_trace: "at b.py"}
!2 = {custom: "{}"}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  %cos = call_function torch.ops.aten.cos.default(%sin) : f32[3]
  %f = get_attr body !1
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %cos) : (f32[3],) !0
  output (%cos,)

  module @body {
    %a = placeholder : f32[3]
    %tan = call_function torch.ops.aten.tan.default(%a) : f32[3]
    output (%tan,)
  }
}

!0 = {torch_fn: "sin"}
!1 = {custom: "{}"}
// strip-metadata: stripped 4 nodes
