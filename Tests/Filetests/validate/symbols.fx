// RUN: validate 2>&1
// An empty range, and a symbol without one.
fx 1
module @main {
  %x = placeholder : f32[s0, s1]
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[s0, s1]
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {s0: {min_val: 5, max_val: 2}}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
warning: graph_module.graph.tensor_values.x (node 'x'): the symbol 's1' has no range [symbol.unbounded]
error: range_constraints.s0: the range of 's0' is empty: 5 is above 2 [symbol.range]
// in.fx: 1 error, 1 warning
// exit status 1
