// RUN: validate 2>&1
// Calls are checked against the schemas of their operators.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(self: %x, wrong=1) : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(self: %sin) : f32[3]
  %none = call_function torch.ops.aten.sin.nothing(self: %x) : f32[3]
  output (%add,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: add}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.graph.nodes[0] (node 'sin'): aten::sin has no argument 'wrong' [operator.unknownKeyword]
error: graph_module.graph.nodes[1] (node 'add'): argument 'other' of aten::add.Tensor is missing [operator.missingArgument]
error: graph_module.graph.nodes[2] (node 'none'): PyTorch 2.15.0 has no operator 'torch.ops.aten.sin.nothing' [operator.unknown]
// in.fx: 3 errors
// exit status 1
