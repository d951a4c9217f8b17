// RUN: transform -p decompose 2>&1
// A write to a lazy conjugate is one to what it shows.
fx 1
module @main {
  %x = placeholder : c64[3]
  %y = call_function torch.ops.aten.clone.default(%x) : c64[3]
  %conj = call_function torch.ops.aten._conj.default(%y) : c64[3]
  %mul_ = call_function torch.ops.aten.mul_.Tensor(%conj, 2) : c64[3]
  %sum = call_function torch.ops.aten.sum.default(%conj) : c64[]
  output (%y, %sum)
}
// ----
fx 1

module @main {
  %x = placeholder : c64[3]
  %y = call_function torch.ops.aten.clone.default(%x) : c64[3]
  %conj = call_function torch.ops.aten._conj.default(%y) : c64[3]
  %mul = call_function torch.ops.aten.mul.Tensor(self: %conj, other: 2) : c64[3]
  %_conj = call_function torch.ops.aten._conj.default(self: %mul) : c64[3]
  %_conj_1 = call_function torch.ops.aten._conj.default(self: %_conj) : c64[3]
  %sum_1 = call_function torch.ops.aten.sum.dim_IntList(self: %_conj_1, dim: [] as_ints) : c64[]
  output (%_conj, %sum_1)
}
// decompose: decomposed 2 operators, kept 3 operators
//   kept torch.ops.aten._conj.default (3 times): PyTorch and FXKit have no decomposition for it
