// RUN: transform -p functionalize 2>&1
// Autocast converts the arguments of addmm and not those of addmm_: an error, since numbers would differ.
fx 1
module @main {
  %x = placeholder : f32[3, 3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3, 3]
  %on = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, None)
  %addmm_ = call_function torch.ops.aten.addmm_.default(%y, %x, %x) : f32[3, 3]
  %off = call_function torch.amp.autocast_mode._exit_autocast(%on)
  output (%y,)
}
// ----
// fxkit: error: in.fx, node 'addmm_': pass functionalize: aten::addmm_ writes in an autocast region, which would convert the arguments of aten::addmm; 'decompose' inlines the region
// exit status 1
