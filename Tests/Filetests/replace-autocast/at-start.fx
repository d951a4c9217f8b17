// RUN: transform -p replace-autocast 2>&1
// The region is the first thing that the program does.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %relu = call_function torch.ops.aten.relu.default(%mm) : bf16[3, 3]
  output (%relu,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %submod_3 = get_attr submod_1
  %mm = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_3, %x) : (bf16[3, 3],) !0
  %getitem = call_function _operator.getitem(%mm, 0) : bf16[3, 3]
  %relu = call_function torch.ops.aten.relu.default(%getitem) : bf16[3, 3]
  output (%relu,)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
    output (%mm,)
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region, inlined 1 region
