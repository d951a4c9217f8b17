// RUN: transform -p functionalize 2>&1
// What a region writes to is a result of it, and reads that follow take that.
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %body = get_attr region
  %region = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %body, %y, %x) : (f32[3],)
  %item = call_function _operator.getitem(%region, 0) : f32[3]
  %sum = call_function torch.ops.aten.add.Tensor(%y, %item) : f32[3]
  output (%sum,)
  module @region {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %add_ = call_function torch.ops.aten.add_.Tensor(%a, %b) : f32[3]
    %mul = call_function torch.ops.aten.mul.Tensor(%a, %b) : f32[3]
    output (%mul,)
  }
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %body = get_attr region
  %region = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %body, %y, %x) : (f32[3], f32[3])
  %getitem = call_function _operator.getitem(%region, 1) : f32[3]
  %item = call_function _operator.getitem(%region, 0) : f32[3]
  %sum = call_function torch.ops.aten.add.Tensor(%getitem, %item) : f32[3]
  output (%sum,)

  module @region {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %add = call_function torch.ops.aten.add.Tensor(self: %a, other: %b) : f32[3]
    %mul = call_function torch.ops.aten.mul.Tensor(%add, %b) : f32[3]
    output (%mul, %add)
  }
}
// functionalize: functionalized 1 write
