import FXCore

/// The names that safetensors has for dtypes.
enum SafetensorsDType {
  /// The format's own order, in which its library sorts tensors, the last first.
  ///
  /// Types of less than a byte (`F4`, `F6_E2M3`, `F6_E3M2`) have no counterpart in PyTorch's schema.
  static let names: [(name: StaticString, dtype: ScalarType)] = [
    ("BOOL", .bool), ("U8", .uint8), ("I8", .int8), ("F8_E5M2", .float8E5M2),
    ("F8_E4M3", .float8E4M3FN), ("F8_E8M0", .float8E8M0FNU), ("F8_E4M3FNUZ", .float8E4M3FNUZ),
    ("F8_E5M2FNUZ", .float8E5M2FNUZ), ("I16", .int16), ("U16", .uint16), ("F16", .float16),
    ("BF16", .bfloat16), ("I32", .int32), ("U32", .uint32), ("F32", .float32),
    ("C64", .complex64), ("F64", .float64), ("I64", .int64), ("U64", .uint64),
  ]

  /// Returns the dtype of a name.
  static func dtype(_ text: JSONText) -> ScalarType? {
    names.first { text.equals($0.name) }?.dtype
  }

  /// Returns the name of a dtype and its place in the order; nil where the format has none.
  static func name(of dtype: ScalarType) -> (name: StaticString, rank: Int)? {
    names.firstIndex { $0.dtype == dtype }.map { (names[$0].name, $0) }
  }
}
