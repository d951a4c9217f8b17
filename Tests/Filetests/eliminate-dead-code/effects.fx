// RUN: transform -p eliminate-dead-code 2>&1
// Writes, random numbers, checks, switches and unknown operators stay; sin goes.
fx 1
module @main {
  %x = placeholder : f32[3]
  %p = placeholder : b8[]
  %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3]
  %rand = call_function torch.ops.aten.rand.default([3]) : f32[3]
  %check = call_function torch.ops.aten._assert_async.msg(%p, "no") : None
  %off = call_function torch._C._set_grad_enabled(False)
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %on = call_function torch._C._set_grad_enabled(True)
  %custom = call_function torch.ops.mylib.send.default(%x) : f32[3]
  output (%x,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %p = placeholder : b8[]
  %add_ = call_function torch.ops.aten.add_.Tensor(%x, 1) : f32[3]
  %rand = call_function torch.ops.aten.rand.default([3]) : f32[3]
  %check = call_function torch.ops.aten._assert_async.msg(%p, "no") : None
  %off = call_function torch._C._set_grad_enabled(False)
  %on = call_function torch._C._set_grad_enabled(True)
  %custom = call_function torch.ops.mylib.send.default(%x) : f32[3]
  output (%x,)
}
// eliminate-dead-code: erased 1 node
