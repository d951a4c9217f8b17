// RUN: validate 2>&1
fx 1
module @main {
  %x = placeholder : f32[3]
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 99},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
warning: schema_version: schema 8.99 is newer than 8.20, which is known [program.schemaVersion]
// in.fx: 1 warning
