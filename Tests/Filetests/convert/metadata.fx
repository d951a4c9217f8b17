// RUN: convert
// Metadata is numbered in the order of its first use, and equal metadata is one.
fx 1
!9 = {stack_trace: "b"}
module @main { %x = placeholder !9 %y = call_function torch.ops.aten.sin.default(%x) !4
  %z = call_function torch.ops.aten.cos.default(%y) !{stack_trace: "b"} output (%z,) }
!4 = {custom: "{\"k\": 1}", stack_trace: "a\n\tb"}
// ----
fx 1

module @main {
  %x = placeholder !0
  %y = call_function torch.ops.aten.sin.default(%x) !1
  %z = call_function torch.ops.aten.cos.default(%y) !0
  output (%z,)
}

!0 = {stack_trace: "b"}
!1 = {custom: "{\"k\": 1}", stack_trace: "a\n\tb"}
