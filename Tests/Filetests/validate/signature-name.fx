// RUN: validate 2>&1
// Entries of the signature that name something else than the graph.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: z}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: cos}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.signature.input_specs[0] (node 'x'): the entry is of 'z', the graph's input is 'x' [signature.name]
error: graph_module.signature.output_specs[0] (node 'sin'): the entry is of 'cos', the graph returns 'sin' [signature.name]
// in.fx: 2 errors
// exit status 1
