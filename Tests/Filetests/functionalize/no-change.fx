// RUN: transform -p functionalize 2>&1
// Nothing changes in a graph without writes, whatever its operators are.
fx 1
module @main {
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %y = call_function torch.ops.aten.linear.default(%x, %w) : f32[2, 4]
  output (%y,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[2, 3]
  %w = placeholder : f32[4, 3]
  %y = call_function torch.ops.aten.linear.default(%x, %w) : f32[2, 4]
  output (%y,)
}
// functionalize: no change
