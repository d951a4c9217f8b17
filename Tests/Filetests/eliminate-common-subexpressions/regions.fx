// RUN: transform -p eliminate-common-subexpressions 2>&1
// Merged are calls in the same grad mode and autocast regions: mm_2 with mm_1, mm_4 with mm.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %off = call_function torch._C._set_grad_enabled(False)
  %mm_1 = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %mm_2 = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %on = call_function torch._C._set_grad_enabled(True)
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm_3 = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %mm_4 = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %cat = call_function torch.ops.aten.cat.default([%mm, %mm_1, %mm_2, %mm_3, %mm_4]) : f32[15, 3]
  output (%cat,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %off = call_function torch._C._set_grad_enabled(False)
  %mm_1 = call_function torch.ops.aten.mm.default(%x, %x) : f32[3, 3]
  %on = call_function torch._C._set_grad_enabled(True)
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm_3 = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %cat = call_function torch.ops.aten.cat.default([%mm, %mm_1, %mm_1, %mm_3, %mm]) : f32[15, 3]
  output (%cat,)
}
// eliminate-common-subexpressions: merged 2 nodes
