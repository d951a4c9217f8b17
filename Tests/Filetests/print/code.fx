// RUN: print -f code
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



def forward(self, x):
    w = self.weight
    mm = torch.ops.aten.mm.default(x, w);  x = w = None
    max_1 = torch.ops.aten.max.dim(mm, 1, keepdim = True);  mm = None
    item = max_1[0];  max_1 = None
    f = self.body
    wrap = torch.ops.higher_order.wrap_with_set_grad_enabled(False, f, item);  f = item = None
    item_1 = wrap[0];  wrap = None
    return (item_1, None)
    
