// RUN: print -f graph --json
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %w = get_attr weight : f32[3, 3]
  %mm = call_function torch.ops.aten.mm.default(%x, mat2: %w) : f32[2, 3] !0
  %max_1 = call_function torch.ops.aten.max.dim(%mm, 1, keepdim=True) : (f32[2, 1], i64[2, 1]) !0
  %item = call_function _operator.getitem(%max_1, 0) : f32[2, 1]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %f, %item) : (f32[2, 1],)
  %item_1 = call_function _operator.getitem(%wrap, 0) : f32[2, 1]
  output (%item_1, None)
  parameter @weight : f32[3, 3]{requires_grad}
  module @body {
    %a = placeholder : f32[2, 1]
    %sin = call_function torch.ops.aten.sin.default(%a) : f32[2, 1]
    output (%sin,)
  }
}
!0 = {stack_trace: "File \"model.py\", line 3, in forward\n    y = x @ self.w"}
// ----
[{"path": "", "text": "graph():\n    %x : [num_users=1] = placeholder[target=x]\n    %w : [num_users=1] = get_attr[target=weight]\n    %mm : [num_users=1] = call_function[target=torch.ops.aten.mm.default](args = (%x, %w), kwargs = {})\n    %max_1 : [num_users=1] = call_function[target=torch.ops.aten.max.dim](args = (%mm, 1), kwargs = {keepdim: True})\n    %item : [num_users=1] = call_function[target=operator.getitem](args = (%max_1, 0), kwargs = {})\n    %f : [num_users=1] = get_attr[target=body]\n    %wrap : [num_users=1] = call_function[target=torch.ops.higher_order.wrap_with_set_grad_enabled](args = (False, %f, %item), kwargs = {})\n    %item_1 : [num_users=1] = call_function[target=operator.getitem](args = (%wrap, 0), kwargs = {})\n    return (item_1, None)\n"}, {"path": "body", "text": "graph():\n    %a : [num_users=1] = placeholder[target=a]\n    %sin : [num_users=1] = call_function[target=torch.ops.aten.sin.default](args = (%a,), kwargs = {})\n    return (sin,)\n"}]
