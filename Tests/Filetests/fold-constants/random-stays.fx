// RUN: transform -p fold-constants -o /dev/null --to fx 2>&1
// Random numbers are drawn at every run, and what is made of them is no constant.
fx 1
module @main {
  %x = placeholder : f32[3]
  %r = call_function torch.ops.aten.rand.default(size: [3]) : f32[3]
  %s = call_function torch.ops.aten.sin.default(self: %r) : f32[3]
  %y = call_function torch.ops.aten.add.Tensor(self: %x, other: %s) : f32[3]
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
// fold-constants: no change
