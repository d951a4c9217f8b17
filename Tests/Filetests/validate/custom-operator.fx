// RUN: validate --strict 2>&1
// A warning, which --strict takes for an error.
fx 1
module @main {
  %x = placeholder : f32[3]
  %y = call_function torch.ops.mylib.op.default(x: %x) : f32[3]
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
warning: graph_module.graph.nodes[0] (node 'y'): PyTorch can load 'torch.ops.mylib.op.default' only where the library 'mylib' is loaded [operator.custom]
// in.fx: 1 warning
// exit status 1
