import FXCore

extension FXError.Code {
  /// The text is not JSON (RFC 8259).
  public static let jsonSyntax = FXError.Code("json.syntax")
  /// The document ends too early.
  public static let jsonTruncated = FXError.Code("json.truncated")
  /// A string holds bytes that are no UTF-8, or half of a surrogate pair.
  public static let jsonEncoding = FXError.Code("json.encoding")
  /// Arrays and objects are nested beyond `JSONLimits.depth`.
  public static let jsonDepth = FXError.Code("json.depth")
  /// The document is larger than `JSONLimits.byteCount`, or an object has too many unknown fields.
  public static let jsonSize = FXError.Code("json.size")
  /// A number does not fit its type.
  public static let jsonNumber = FXError.Code("json.number")
  /// A value is of another kind than the schema demands.
  public static let jsonKind = FXError.Code("json.kind")
  /// An object has a key twice.
  public static let jsonDuplicateKey = FXError.Code("json.duplicateKey")
  /// An object lacks a field that the schema demands.
  public static let jsonMissingField = FXError.Code("json.missingField")
}

/// Bounds on what a document may hold.
public enum JSONLimits {
  /// How deep arrays and objects may be nested. A graph argument nests its graph 7 levels deeper.
  public static let depth = 1024
  /// How many bytes a document may have. Whatever it holds then fits the 32-bit numbers of graphs:
  /// strings, nodes, arguments.
  public static let byteCount = Int(Int32.max)
  /// How many unknown fields one object may have, as each is compared with those before.
  public static let unknownFields = 256
}
