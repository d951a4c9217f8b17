// RUN: transform -p decompose 2>&1
// The region of a vmap becomes calls of all rows at once.
fx 1
module @main {
  %x = placeholder : f32[3, 4]
  %load = call_function torch._functorch.predispatch.lazy_load_decompositions() : None
  %enter = call_function torch._functorch.predispatch._vmap_increment_nesting(3, "error") : None
  %row = call_function torch._functorch.predispatch._add_batch_dim(%x, 0, 1) : f32[4]
  %sin = call_function torch.ops.aten.sin.default(%row) : f32[4]
  %sum = call_function torch.ops.aten.sum.default(%row) : f32[]
  %mul = call_function torch.ops.aten.mul.Tensor(%sin, %sum) : f32[4]
  %all = call_function torch._functorch.predispatch._remove_batch_dim(%mul, 1, 3, 0) : f32[3, 4]
  %leave = call_function torch._functorch.predispatch._vmap_decrement_nesting() : None
  output (%all,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[3, 4]
  %sin_1 = call_function torch.ops.aten.sin.default(self: %x) : f32[3, 4]
  %view = call_function torch.ops.aten.view.default(self: %x, size: [3, 4]) : f32[3, 4]
  %sum_1 = call_function torch.ops.aten.sum.dim_IntList(self: %view, dim: [1]) : f32[3]
  %unsqueeze = call_function torch.ops.aten.unsqueeze.default(self: %sum_1, dim: 1) : f32[3, 1]
  %mul_1 = call_function torch.ops.aten.mul.Tensor(self: %sin_1, other: %unsqueeze) : f32[3, 4]
  output (%mul_1,)
}
// decompose: decomposed 3 operators, batched 1 region
