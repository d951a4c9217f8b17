// RUN: validate 2>&1
// Regions that cross and that are never left.
fx 1
module @main {
  %x = placeholder : f32[3]
  %enter = call_function torch.amp.autocast_mode._enter_autocast("": "cpu", "": torch.bfloat16, "": True, "": False) : None
  %enter_1 = call_function torch.amp.autocast_mode._enter_autocast("": "cpu", "": torch.bfloat16, "": True, "": False) : None
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
  %exit = call_function torch.amp.autocast_mode._exit_autocast("": %enter) : None
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["TRAINING"], torch_version: "2.15.0", guards_code: [],
}
// ----
warning: graph_module.graph.nodes[3] (node 'exit'): PyTorch can't load autocast switches; the pass replace-autocast makes regions of them [region.notLoadable]
error: graph_module.graph.nodes[3] (node 'exit'): the autocast region of 'enter' is left before that of 'enter_1', which is in it [region.crossing]
error: graph_module.graph.nodes[1] (node 'enter_1'): the autocast region is never left [region.open]
// in.fx: 2 errors, 1 warning
// exit status 1
