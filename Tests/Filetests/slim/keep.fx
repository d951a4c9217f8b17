// RUN: slim -o - --to fx --keep module-stacks 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  output (%sin,)
}
!0 = {stack_trace: "at a.py", nn_module_stack: "M", torch_fn: "sin"}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  output (%sin,)
}

!0 = {nn_module_stack: "M"}
// stack-traces         24 B    9.4 %  1 node
// origins              17 B    6.7 %  1 node
// unused-weights        0 B    0.0 %  0 weights
// -: 254 B → 163 B, 35.8 % saved
