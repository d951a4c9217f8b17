// RUN: transform -p replace-autocast=all-regions 2>&1
// The option wraps the region that PyTorch leaves as switches.
fx 1
module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %t = get_attr yes
  %cond = call_function torch.ops.higher_order.cond(%p, %t, %t, (%x,)) : (f32[3],)
  %item = call_function _operator.getitem(%cond, 0) : f32[3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%item,)
  module @yes {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    output (%s,)
  }
}
// ----
fx 1

module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %submod_2 = get_attr submod_1
  %item = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_2, %p, %x) : (f32[3],) !0
  %getitem = call_function _operator.getitem(%item, 0) : f32[3]
  output (%getitem,)

  module @submod_1 {
    %p = placeholder : b8[]
    %x = placeholder : f32[3]
    %yes = get_attr
    %cond = call_function torch.ops.higher_order.cond(%p, %yes, %yes, (%x,)) : (f32[3],)
    %item = call_function _operator.getitem(%cond, 0) : f32[3]
    output (%item,)

    module @yes {
      %a = placeholder : f32[3]
      %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
      output (%s,)
    }
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region
