// RUN: transform -p fold-constants 2>&1
// A text can't hold the data of a new constant.
fx 1
module @main {
  %x = placeholder : f32[3]
  %p = call_function torch.ops.aten.full.default(size: [3], fill_value: 2.0) : f32[3]
  %y = call_function torch.ops.aten.add.Tensor(self: %x, other: %p) : f32[3]
  output (%y,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: y}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
// fxkit: error: in.fx: the data of '_folded_tensor_constant0' need an archive; write a .pt2
// exit status 1
