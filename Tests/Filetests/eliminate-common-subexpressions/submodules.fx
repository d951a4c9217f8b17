// RUN: transform -p eliminate-common-subexpressions 2>&1
// Modules are cleaned inside, and items of one result are equal.
fx 1
module @main {
  %x = placeholder : f32[3]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %x) : (f32[3],)
  %item = call_function _operator.getitem(%wrap, 0) : f32[3]
  %item_1 = call_function _operator.getitem(%wrap, 0) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%item, %item_1) : f32[3]
  output (%add,)
  module @body {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    %t = call_function torch.ops.aten.sin.default(%a) : f32[3]
    %u = call_function torch.ops.aten.mul.Tensor(%s, %t) : f32[3]
    output (%u,)
  }
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %x) : (f32[3],)
  %item = call_function _operator.getitem(%wrap, 0) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(%item, %item) : f32[3]
  output (%add,)

  module @body {
    %a = placeholder : f32[3]
    %s = call_function torch.ops.aten.sin.default(%a) : f32[3]
    %u = call_function torch.ops.aten.mul.Tensor(%s, %s) : f32[3]
    output (%u,)
  }
}
// eliminate-common-subexpressions: merged 2 nodes
