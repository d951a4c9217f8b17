// RUN: transform -p functionalize 2>&1
// A region gives the input that it writes to as a result: both are one tensor, and a later write reaches both.
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %body = get_attr region
  %region = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %body, %y) : (f32[3],)
  %item = call_function _operator.getitem(%region, 0) : f32[3]
  %mul_ = call_function torch.ops.aten.mul_.Tensor(%item, 2) : f32[3]
  output (%y, %item)
  module @region {
    %a = placeholder : f32[3]
    %add_ = call_function torch.ops.aten.add_.Tensor(%a, 1) : f32[3]
    output (%add_,)
  }
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %body = get_attr region
  %region = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %body, %y) : (f32[3], f32[3])
  %getitem = call_function _operator.getitem(%region, 1) : f32[3]
  %mul = call_function torch.ops.aten.mul.Tensor(self: %getitem, other: 2) : f32[3]
  output (%mul, %mul)

  module @region {
    %a = placeholder : f32[3]
    %add = call_function torch.ops.aten.add.Tensor(self: %a, other: 1) : f32[3]
    output (%add, %add)
  }
}
// functionalize: functionalized 2 writes
