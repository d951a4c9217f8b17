// RUN: transform -p replace-autocast 2>&1
// A size that is used inside the region is an input of its module.
fx 1
module @main {
  %x = placeholder : f32[s0, 3]
  %size = call_function torch.ops.aten.sym_size.int(%x, 0) : sym_int s0
  %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", torch.bfloat16, True, False)
  %view = call_function torch.ops.aten.view.default(%x, [3, %size]) : f32[3, s0]
  %mm = call_function torch.ops.aten.mm.default(%x, %view) : bf16[s0, s0]
  %exit = call_function torch.amp.autocast_mode._exit_autocast(%enter)
  output (%mm,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[s0, 3]
  %size = call_function torch.ops.aten.sym_size.int(%x, 0) : sym_int s0
  %submod_2 = get_attr submod_1
  %mm = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, False, %submod_2, %x, %size) : (bf16[s0, s0],) !0
  %getitem = call_function _operator.getitem(%mm, 0) : bf16[s0, s0]
  output (%getitem,)

  module @submod_1 {
    %x = placeholder : f32[s0, 3]
    %size = placeholder : sym_int s0
    %view = call_function torch.ops.aten.view.default(%x, [3, %size]) : f32[3, s0]
    %mm = call_function torch.ops.aten.mm.default(%x, %view) : bf16[s0, s0]
    output (%mm,)
  }
}

!0 = {torch_fn: "wrap_with_autocast;WrapWithAutocast.wrap_with_autocast"}
// replace-autocast: wrapped 1 region, inlined 1 region
