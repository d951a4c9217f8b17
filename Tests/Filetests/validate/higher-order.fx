// RUN: validate 2>&1
// A mode that is no truth value, more operands than inputs, more items than results.
fx 1
module @main {
  %x = placeholder : f32[3]
  %f = get_attr body
  %wrap = call_function torch.ops.higher_order.wrap_with_set_grad_enabled("": 1, "": %f as_graph, "": %x, "": %x) : (f32[3], f32[3])
  %item = call_function _operator.getitem(%wrap, 0) : f32[3]
  %item_1 = call_function _operator.getitem(%wrap, 1) : f32[3]
  output (%item,)
  module @body {
    %a = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(self: %a) : f32[3]
    output (%sin,)
  }
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: item}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.graph.nodes[0] (node 'wrap'): argument 0 must be a truth value [call.argument]
error: graph_module.graph.nodes[0] (node 'wrap'): the subgraph 'body' has 1 inputs, but is given 2 [call.operands]
error: graph_module.graph.nodes[0] (node 'wrap'): the subgraph 'body' has 1 outputs where 2 are expected [call.results]
// in.fx: 3 errors
// exit status 1
