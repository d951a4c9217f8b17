// RUN: transform -p replace-autocast 2>&1
// Regions with other settings one behind the other.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %enter_1 = call_function torch.amp.autocast_mode._enter_autocast("cuda", torch.float16, True, None)
  %mm_1 = call_function torch.ops.aten.mm.default(%mm, %x) : bf16[3, 3]
  %exit_1 = call_function torch.amp.autocast_mode._exit_autocast(%enter_1)
  output (%mm_1,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %submod_3 = get_attr submod_1
  %mm = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_3, %x) : (bf16[3, 3],) !0
  %getitem = call_function _operator.getitem(%mm, 0) : bf16[3, 3]
  %submod_4 = get_attr submod_2
  %mm_1 = call_function torch.ops.higher_order.wrap_with_autocast("cuda", torch.float16, True, None, %submod_4, %getitem, %x) : (bf16[3, 3],) !0
  %getitem_1 = call_function _operator.getitem(%mm_1, 0) : bf16[3, 3]
  output (%getitem_1,)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
    output (%mm,)
  }

  module @submod_2 {
    %mm = placeholder : bf16[3, 3]
    %x = placeholder : f32[3, 3]
    %mm_1 = call_function torch.ops.aten.mm.default(%mm, %x) : bf16[3, 3]
    output (%mm_1,)
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 2 regions
