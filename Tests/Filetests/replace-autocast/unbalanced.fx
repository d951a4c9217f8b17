// RUN: transform -p replace-autocast 2>&1
// Regions that cross are refused.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %enter_1 = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %mm = call_function torch.ops.aten.mm.default(%x, %x) : bf16[3, 3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  %exit_1 = call_function torch.amp.autocast_mode._exit_autocast(%enter_1)
  output (%mm,)
}
// ----
// fxkit: error: in.fx, node 'exit': pass replace-autocast: it leaves a region that is not the innermost open one
// exit status 1
