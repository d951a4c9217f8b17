// RUN: transform -p replace-autocast 2>&1
// A region whose module fetches a branch first keeps its switches, as in PyTorch.
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
  %yes = get_attr
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %cond = call_function torch.ops.higher_order.cond(%p, %yes, %yes, (%x,)) : (f32[3],)
  %item = call_function _operator.getitem(%cond, 0) : f32[3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%item,)

  module @yes {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    output (%s,)
  }
}
// replace-autocast: inlined 1 region
