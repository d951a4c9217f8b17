// RUN: transform -p propagate-shapes=check 2>&1
// An operator without a rule contradicts nothing; what follows it is checked by what the graph says.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.mylib.foo.default(%x) : f32[4, 5]{strides=[1, 4]}
  %z = call_function torch.ops.aten.neg.default(%y) : f32[4, 5]{strides=[1, 4]}
  output (%z,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %y = call_function torch.ops.mylib.foo.default(%x) : f32[4, 5]{strides=[1, 4]}
  %z = call_function torch.ops.aten.neg.default(%y) : f32[4, 5]{strides=[1, 4]}
  output (%z,)
}
// propagate-shapes: kept 1 unknown value
