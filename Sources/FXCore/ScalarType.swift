/// The element type of a tensor, numbered as in PyTorch's export schema (`schema.ScalarType`).
public enum ScalarType: Int, Hashable, Sendable, CaseIterable {
  case unknown = 0
  case uint8 = 1
  case int8 = 2
  case int16 = 3
  case int32 = 4
  case int64 = 5
  case float16 = 6
  case float32 = 7
  case float64 = 8
  case complex32 = 9
  case complex64 = 10
  case complex128 = 11
  case bool = 12
  case bfloat16 = 13
  case uint16 = 28
  case float8E4M3FN = 29
  case float8E5M2 = 30
  case float8E4M3FNUZ = 31
  case float8E5M2FNUZ = 32
  case float8E8M0FNU = 33
  case uint32 = 34
  case uint64 = 35

  /// Returns the name in the `torch` namespace: `float32`, `bfloat16`.
  public var name: String { Self.facts[self]?.name ?? "unknown" }

  /// Returns PyTorch's abbreviation in printed graphs (`torch.utils._dtype_abbrs`): `f32`, `bf16`.
  public var abbreviation: String { Self.facts[self]?.abbreviation ?? "?" }

  /// Returns the size of one element in bytes; 0 for `unknown`.
  public var byteCount: Int {
    switch self {
    case .unknown: 0
    case .bool, .uint8, .int8, .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ,
      .float8E8M0FNU:
      1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32, .complex32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Finds the type by its name in the `torch` namespace, with or without `torch.`.
  public init?(name: String) {
    let bare = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name
    guard let found = Self.facts.first(where: { $0.value.name == bare })?.key else { return nil }
    self = found
  }

  private struct Facts: Sendable {
    let name: String
    let abbreviation: String
  }

  private static let facts: [ScalarType: Facts] = [
    .uint8: Facts(name: "uint8", abbreviation: "u8"),
    .int8: Facts(name: "int8", abbreviation: "i8"),
    .int16: Facts(name: "int16", abbreviation: "i16"),
    .int32: Facts(name: "int32", abbreviation: "i32"),
    .int64: Facts(name: "int64", abbreviation: "i64"),
    .float16: Facts(name: "float16", abbreviation: "f16"),
    .float32: Facts(name: "float32", abbreviation: "f32"),
    .float64: Facts(name: "float64", abbreviation: "f64"),
    .complex32: Facts(name: "complex32", abbreviation: "c32"),
    .complex64: Facts(name: "complex64", abbreviation: "c64"),
    .complex128: Facts(name: "complex128", abbreviation: "c128"),
    .bool: Facts(name: "bool", abbreviation: "b8"),
    .bfloat16: Facts(name: "bfloat16", abbreviation: "bf16"),
    .uint16: Facts(name: "uint16", abbreviation: "u16"),
    .float8E4M3FN: Facts(name: "float8_e4m3fn", abbreviation: "f8e4m3fn"),
    .float8E5M2: Facts(name: "float8_e5m2", abbreviation: "f8e5m2"),
    .float8E4M3FNUZ: Facts(name: "float8_e4m3fnuz", abbreviation: "f8e4m3fnuz"),
    .float8E5M2FNUZ: Facts(name: "float8_e5m2fnuz", abbreviation: "f8e5m2fnuz"),
    .float8E8M0FNU: Facts(name: "float8_e8m0fnu", abbreviation: "f8e8m0fnu"),
    .uint32: Facts(name: "uint32", abbreviation: "u32"),
    .uint64: Facts(name: "uint64", abbreviation: "u64"),
  ]
}
