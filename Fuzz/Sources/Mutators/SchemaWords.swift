/// Strings of the export schema, with their quotes, for mutators to put in each other's place.
enum SchemaWords {
  static let all = fields + tags + values

  private static let fields = quoted(
    """
    graph_module graph inputs outputs nodes tensor_values sym_int_values sym_float_values \
    sym_bool_values custom_obj_values is_single_tensor_return signature input_specs output_specs \
    module_call_graph metadata treespec_namedtuple_fields opset_version range_constraints \
    schema_version major minor verifiers torch_version guards_code target name arg kind \
    is_hop_single_tensor_return dtype sizes requires_grad device strides storage_offset layout \
    type index expr_str hint fqn in_spec out_spec forward_arg_names min_val max_val class_fqn \
    buffer_name parameter_name tensor_constant_name persistent config path_name is_param \
    use_pickle tensor_meta format version module program members class op args kwargs val meta \
    arg_names absent_fields unclaimed unknown
    """)

  private static let tags = quoted(
    """
    as_none as_tensor as_tensors as_int as_ints as_float as_floats as_string as_strings as_sym_int \
    as_sym_ints as_sym_bool as_sym_bools as_sym_float as_sym_floats as_scalar_type \
    as_memory_format as_layout as_device as_bool as_bools as_graph as_optional_tensors \
    as_optional_tensor as_custom_obj as_operator as_int_lists as_string_to_argument as_complex \
    as_nested_tensors as_expr user_input parameter buffer tensor_constant custom_obj token \
    constant_input user_output loss_output buffer_mutation gradient_to_parameter \
    gradient_to_user_input user_input_mutation token tensor node list tuple dict slice ellipsis \
    float complex opaque function sym_int sym_float sym_bool
    """)

  private static let values = quoted(
    """
    torch.ops.aten.add.Tensor torch.ops.aten.split.Tensor torch.ops.higher_order.cond \
    torch.ops.higher_order.wrap_with_set_grad_enabled torch._C._set_grad_enabled \
    torch.amp.autocast_mode._enter_autocast torch.amp.autocast_mode._exit_autocast _operator.getitem \
    torch.ops.aten.sym_size.int placeholder get_attr call_function call_method call_module output \
    stack_trace nn_module_stack x y cpu cuda:0 TRAINING fx-graph-module 2*s77 s0
    """)

  private static func quoted(_ words: String) -> [String] {
    words.split(separator: " ").map { "\"\($0)\"" }
  }
}
