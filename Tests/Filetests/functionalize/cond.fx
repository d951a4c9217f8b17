// RUN: transform -p functionalize 2>&1
// The branch that writes to nothing gives a copy, since results of cond are no inputs.
fx 1
module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %yes = get_attr yes
  %no = get_attr no
  %cond = call_function torch.ops.higher_order.cond(%p, %yes, %no, (%x, %y)) : (f32[3],)
  %item = call_function _operator.getitem(%cond, 0) : f32[3]
  %sum = call_function torch.ops.aten.add.Tensor(%y, %item) : f32[3]
  output (%sum,)
  module @yes {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %mul_ = call_function torch.ops.aten.mul_.Tensor(%b, %a) : f32[3]
    %cos = call_function torch.ops.aten.cos.default(%b) : f32[3]
    output (%cos,)
  }
  module @no {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %sub = call_function torch.ops.aten.sub.Tensor(%a, %b) : f32[3]
    output (%sub,)
  }
}
// ----
fx 1

module @main {
  %p = placeholder : b8[]
  %x = placeholder : f32[3]
  %y = call_function torch.ops.aten.sin.default(%x) : f32[3]
  %yes = get_attr
  %no = get_attr
  %cond = call_function torch.ops.higher_order.cond(%p, %yes, %no, (%x, %y)) : (f32[3], f32[3])
  %getitem = call_function _operator.getitem(%cond, 1) : f32[3]
  %item = call_function _operator.getitem(%cond, 0) : f32[3]
  %sum = call_function torch.ops.aten.add.Tensor(%getitem, %item) : f32[3]
  output (%sum,)

  module @yes {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %mul = call_function torch.ops.aten.mul.Tensor(self: %b, other: %a) : f32[3]
    %cos = call_function torch.ops.aten.cos.default(%mul) : f32[3]
    output (%cos, %mul)
  }

  module @no {
    %a = placeholder : f32[3]
    %b = placeholder : f32[3]
    %sub = call_function torch.ops.aten.sub.Tensor(%a, %b) : f32[3]
    %clone = call_function torch.ops.aten.clone.default(self: %b) : f32[3]
    output (%sub, %clone)
  }
}
// functionalize: functionalized 1 write
