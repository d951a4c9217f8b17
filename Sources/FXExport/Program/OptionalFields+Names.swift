/// The names by which document forms of FXKit list the fields that a model JSON lacked.
extension OptionalFields {
  private static let namedFields: [(name: StaticString, field: OptionalFields)] = [
    ("name", .nodeName), ("is_hop_single_tensor_return", .hopReturn), ("kind", .argumentKind),
    ("is_single_tensor_return", .singleTensorReturn), ("custom_obj_values", .customObjectValues),
    ("sym_float_values", .symFloatValues), ("metadata", .moduleMetadata),
    ("treespec_namedtuple_fields", .namedTupleFields), ("verifiers", .verifiers),
    ("torch_version", .torchVersion), ("guards_code", .guardsCode),
    ("forward_arg_names", .forwardArgNames), ("signature", .callSignature),
    ("index", .deviceIndex), ("hint", .hint),
  ]

  /// Returns the fields' names in the schema.
  var names: [String] {
    Self.namedFields.filter { contains($0.field) }.map(\.name.description)
  }

  /// Finds a field by its name in the schema.
  init?(_ text: JSONText) {
    guard let found = Self.namedFields.first(where: { text.equals($0.name) }) else { return nil }
    self = found.field
  }
}
