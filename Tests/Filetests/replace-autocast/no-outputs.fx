// RUN: transform -p replace-autocast 2>&1
// A region that is there for its writes only.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%x,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 3]
  %submod_2 = get_attr submod_1
  %wrap_with_autocast = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_2, %x) : () !0
  output (%x,)

  module @submod_1 {
    %x = placeholder : f32[3, 3]
    %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3, 3]
    output ()
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region
