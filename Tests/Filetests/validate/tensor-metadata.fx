// RUN: validate 2>&1
fx 1
module @main {
  %x = placeholder : f32[3, 2]{strides=[1]}
  %y = placeholder : i64[2]{requires_grad}
  %z = placeholder : f32[-1]
  %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3, 2]
  output (%sin,)
}
program {
  graph_module: {signature: {input_specs: [{user_input: {arg: {as_tensor: {name: x}}}}, {user_input: {arg: {as_tensor: {name: y}}}}, {user_input: {arg: {as_tensor: {name: z}}}}],
    output_specs: [{user_output: {arg: {as_tensor: {name: sin}}}}]},
    module_call_graph: [], treespec_namedtuple_fields: {}},
  opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
  verifiers: ["ATEN"], torch_version: "2.15.0", guards_code: [],
}
// ----
error: graph_module.graph.tensor_values.x (node 'x'): the tensor has 2 sizes and 1 strides [tensor.rank]
error: graph_module.graph.tensor_values.y (node 'y'): a tensor of int64 can't require a gradient [tensor.gradient]
error: graph_module.graph.tensor_values.z (node 'z'): the size -1 is negative [tensor.negative]
// in.fx: 3 errors
// exit status 1
