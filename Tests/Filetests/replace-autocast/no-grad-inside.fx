// RUN: transform -p replace-autocast 2>&1
// The grad switches go into the region's module.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %off = call_function torch._C._set_grad_enabled(False)
  %mm_1 = call_function torch.ops.aten.mm.default(%mm, %x) : bf16[3, 3]
  %on = call_function torch._C._set_grad_enabled(True)
  %mm_2 = call_function torch.ops.aten.mm.default(%mm_1, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%mm_2,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %submod_2 = get_attr submod_1
  %mm_2 = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_2, %x) : (bf16[3, 3],) !0
  %getitem = call_function _operator.getitem(%mm_2, 0) : bf16[3, 3]
  output (%getitem,)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
    %off = call_function torch._C._set_grad_enabled(False)
    %mm_1 = call_function torch.ops.aten.mm.default(%mm, %x) : bf16[3, 3]
    %on = call_function torch._C._set_grad_enabled(True)
    %mm_2 = call_function torch.ops.aten.mm.default(%mm_1, %x) : bf16[3, 3]
    output (%mm_2,)
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region
