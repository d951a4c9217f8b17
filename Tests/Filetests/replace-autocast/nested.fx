// RUN: transform -p replace-autocast 2>&1
// The inner region becomes a call in the module of the outer one.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %inner = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, False, False)
  %relu = call_function torch.ops.aten.relu.default(%mm) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%inner)
  %mm_1 = call_function torch.ops.aten.mm.default(%relu, %x) : bf16[3, 3]
  %exit_1 = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%mm_1,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %submod_2 = get_attr submod_1
  %mm_1 = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_2, %x) : (bf16[3, 3],) !0
  %getitem = call_function _operator.getitem(%mm_1, 0) : bf16[3, 3]
  output (%getitem,)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
    %submod_3 = get_attr submod_1
    %relu = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, False, False, %submod_3, %mm) : (bf16[3, 3],) !0
    %getitem = call_function _operator.getitem(%relu, 0) : bf16[3, 3]
    %mm_1 = call_function torch.ops.aten.mm.default(%getitem, %x) : bf16[3, 3]
    output (%mm_1,)

    module @submod_1 {
      %mm = placeholder : bf16[3, 3]
      %relu = call_function torch.ops.aten.relu.default(%mm) : bf16[3, 3]
      output (%relu,)
    }
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 2 regions, inlined 2 regions
