// RUN: validate --json 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.nothing(self: %x) : f32[3]
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: y}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
{"severity": "error", "code": "operator.unknown", "message": "PyTorch 2.15.0 has no operator 'torch.ops.aten.sin.nothing'", "path": "graph_module.graph.nodes[0]", "node": "sin"}
{"severity": "error", "code": "signature.name", "message": "the entry is of 'y', the graph's input is 'x'", "path": "graph_module.signature.input_specs[0]", "node": "x"}
{"file": "in.fx", "errors": 2, "warnings": 0}
// exit status 1
