// RUN: transform -p eliminate-dead-code 2>&1
// An item goes together with its operator only, as files name every result.
fx 1
module @main {
  %x = placeholder : f32[4]
  %max = call_function torch.ops.aten.max.dim(%x, 0) : (f32[], i64[])
  %value = call_function _operator.getitem(%max, 0) : f32[]
  %index = call_function _operator.getitem(%max, 1) : i64[]
  %sort = call_function torch.ops.aten.sort.default(%x) : (f32[4], i64[4])
  %sorted = call_function _operator.getitem(%sort, 0) : f32[4]
  %order = call_function _operator.getitem(%sort, 1) : i64[4]
  output (%value,)
}
// ----
fx 1

module @main {
  %x = placeholder : f32[4]
  %max = call_function torch.ops.aten.max.dim(%x, 0) : (f32[], i64[])
  %value = call_function _operator.getitem(%max, 0) : f32[]
  %index = call_function _operator.getitem(%max, 1) : i64[]
  output (%value,)
}
// eliminate-dead-code: erased 3 nodes
