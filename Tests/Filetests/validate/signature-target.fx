// RUN: validate 2>&1
// Two parameters of one name, and a write to a buffer that there is not.
fx 1
module @main {
  %w = placeholder : f32[3]
  %b = placeholder : f32[3]
  %x = placeholder : f32[3]
  %add = call_function torch.ops.aten.add.Tensor(self: %w, other: %x) : f32[3]
  output (%add, %add)
}
program {
  graph_module: {signature: {input_specs: [{parameter: {arg: {name: w}, parameter_name: "w"}}, {parameter: {arg: {name: b}, parameter_name: "w"}}, {user_input: {arg: {as_tensor: {name: x}}}}],
    output_specs: [{buffer_mutation: {arg: {name: add}, buffer_name: "gone"}}, {user_output: {arg: {as_tensor: {name: add}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
warning: graph_module.signature.input_specs[1]: 'w' is an input already, as a parameter [signature.duplicate]
error: graph_module.signature.output_specs[0]: no input is the buffer 'gone' [signature.target]
// in.fx: 1 error, 1 warning
// exit status 1
