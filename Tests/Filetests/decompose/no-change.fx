// RUN: transform -p decompose 2>&1
// Nothing changes in a graph of core operators without writes.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, 1) : f32[2, 3]
  output (%add,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %sin = call_function torch.ops.aten.sin.default(%x) : f32[2, 3]
  %add = call_function torch.ops.aten.add.Tensor(%sin, 1) : f32[2, 3]
  output (%add,)
}
// decompose: no change
