import FXCore

extension FXError.Code {
  /// The text is not JSON (RFC 8259).
  public static let jsonSyntax = FXError.Code("json.syntax")
  /// The document ends too early.
  public static let jsonTruncated = FXError.Code("json.truncated")
  /// A string holds bytes that are no UTF-8, or half of a surrogate pair.
  public static let jsonEncoding = FXError.Code("json.encoding")
  /// Arrays and objects are nested beyond `Limits.jsonDepth`.
  public static let jsonDepth = FXError.Code("json.depth")
  /// The document is larger than `Limits.jsonBytes`, or an object has too many unknown fields.
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
