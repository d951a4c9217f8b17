// RUN: slim -o - --to fx 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  output (%sin,)
}
!0 = {custom: "{}"}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3] !0
  output (%sin,)
}

!0 = {custom: "{}"}
// stack-traces          0 B    0.0 %  0 nodes
// module-stacks         0 B    0.0 %  0 nodes
// origins               0 B    0.0 %  0 nodes
// unused-weights        0 B    0.0 %  0 weights
// -: 184 B → 155 B, 15.8 % saved
