/// The names under which FX JSON lists the fields that a model JSON lacked.
extension OptionalFields {
  static let names: [(name: StaticString, field: OptionalFields)] = [
    ("name", .nodeName), ("is_hop_single_tensor_return", .hopReturn), ("kind", .argumentKind),
    ("is_single_tensor_return", .singleTensorReturn), ("custom_obj_values", .customObjectValues),
    ("sym_float_values", .symFloatValues), ("metadata", .moduleMetadata),
    ("treespec_namedtuple_fields", .namedTupleFields), ("verifiers", .verifiers),
    ("torch_version", .torchVersion), ("guards_code", .guardsCode),
    ("forward_arg_names", .forwardArgNames), ("signature", .callSignature),
    ("index", .deviceIndex), ("hint", .hint),
  ]

  /// Finds a field by its name in the schema.
  init?(_ text: JSONText) {
    guard let found = Self.names.first(where: { text.equals($0.name) }) else { return nil }
    self = found.field
  }
}
