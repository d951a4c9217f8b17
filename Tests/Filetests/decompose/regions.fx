// RUN: transform -p decompose 2>&1
// Regions come in the place of their calls: what autocast converts is converted in the graph.
fx 1
module @main {
  module @autocast {
    %x = placeholder : f32[2, 3]
    %w = placeholder : f32[4, 3]
    %y = call_function torch.ops.aten.linear.default(%x, %w) : bf16[2, 4]
    %z = call_function torch.ops.aten.relu.default(%y) : bf16[2, 4]
    output (%z,)
  }
  module @no_grad {
    %z = placeholder : bf16[2, 4]
    %s = call_function torch.ops.aten.sin.default(%z) : bf16[2, 4]
    output (%s,)
  }
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %body = get_attr autocast
  %region = call_function torch.ops.higher_order.wrap_with_autocast("cpu", torch.bfloat16, True, None, %body, %x, %w)
  %z = call_function _operator.getitem(%region, 0) : bf16[2, 4]
  %other = get_attr no_grad
  %quiet = call_function torch.ops.higher_order.wrap_with_set_grad_enabled(False, %other, %z)
  %s = call_function _operator.getitem(%quiet, 0) : bf16[2, 4]
  output (%s,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %_to_copy = call_function torch.ops.aten._to_copy.default(self: %x, dtype=torch.bfloat16) : bf16[2, 3]
  %_to_copy_1 = call_function torch.ops.aten._to_copy.default(self: %w, dtype=torch.bfloat16) : bf16[4, 3]
  %permute = call_function torch.ops.aten.permute.default(self: %_to_copy_1, dims: [1, 0]) : bf16[3, 4]{strides=[1, 3]}
  %mm = call_function torch.ops.aten.mm.default(self: %_to_copy, mat2: %permute) : bf16[2, 4]
  %z_1 = call_function torch.ops.aten.relu.default(%mm) : bf16[2, 4]
  %s_1 = call_function torch.ops.aten.sin.default(%z_1) : bf16[2, 4]
  output (%s_1,)
}
// decompose: decomposed 1 operator, inlined 2 regions
