// RUN: validate 2>&1
// All findings come at once, each with its place.
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.nothing(self: %x)
  %add = call_function torch.ops.aten.add.Tensor(self: %x) : f32[3]{strides=[1, 1]}
  %gone = get_attr missing : f32[3]
  output (%add,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: y}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: add}}}}, {user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["NONE"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.graph.nodes[0] (node 'sin'): PyTorch 2.15.0 has no operator 'torch.ops.aten.sin.nothing' [operator.unknown]
error: graph_module.graph.nodes[1] (node 'add'): argument 'other' of aten::add.Tensor is missing [operator.missingArgument]
error: graph_module.graph (node 'gone'): the module has no 'missing' [graph.missingAttribute]
error: graph_module.graph.tensor_values.add (node 'add'): the tensor has 1 sizes and 2 strides [tensor.rank]
error: graph_module.signature.input_specs[0] (node 'x'): the entry is of 'y', the graph's input is 'x' [signature.name]
error: graph_module.signature.output_specs: the signature has 2 outputs, the graph 1 [signature.arity]
warning: verifiers[0]: PyTorch can load the dialect 'NONE' only where its verifier is registered [program.verifier]
// in.fx: 6 errors, 1 warning
// exit status 1
