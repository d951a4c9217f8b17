// RUN: validate 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(self: %x)
  output (%sin,)
  unclaimed old : f32[3]
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.graph.nodes[0] (node 'sin'): nothing is known of its result [graph.missingValue]
warning: graph_module.graph.tensor_values.old: a value is given for 'old', which no node defines [graph.unclaimedValue]
// in.fx: 1 error, 1 warning
// exit status 1
