// RUN: transform -p replace-autocast 2>&1
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %y = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %y) : bf16[3, 3]
  %mm_1 = call_function torch.ops.aten.mm.default(%y, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %add = call_function torch.ops.aten.add.Tensor(%mm, %mm_1) : bf16[3, 3]
  output (%mm_1, %add)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %y = placeholder : f32[3, 3]
  %submod_3 = get_attr submod_1
  %wrap_with_autocast = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_3, %x, %y) : (bf16[3, 3], bf16[3, 3]) !0
  %mm = call_function _operator.getitem(%wrap_with_autocast, 0) : bf16[3, 3]
  %mm_1 = call_function _operator.getitem(%wrap_with_autocast, 1) : bf16[3, 3]
  %add = call_function torch.ops.aten.add.Tensor(%mm, %mm_1) : bf16[3, 3]
  output (%mm_1, %add)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %y = placeholder : f32[3, 3]
    %mm = call_function torch.ops.aten.mm.default(%x, %y) : bf16[3, 3]
    %mm_1 = call_function torch.ops.aten.mm.default(%y, %x) : bf16[3, 3]
    output (%mm, %mm_1)
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region, inlined 1 region
