import FXCore

extension FXError.Code {
  /// A text does not follow the grammar.
  public static let textSyntax = FXError.Code("text.syntax")
  /// A text is of a version that this library does not read.
  public static let textVersion = FXError.Code("text.version")
  /// A text uses a node or metadata that it does not define, or not before its use.
  public static let textUndefined = FXError.Code("text.undefined")
  /// A text defines one name twice.
  public static let textDuplicate = FXError.Code("text.duplicate")
  /// A text holds a number or an escape that stands for no value.
  public static let textValue = FXError.Code("text.value")
  /// A text has more bytes than `Limits.textBytes`.
  public static let textSize = FXError.Code("text.size")
  /// A text is nested deeper than `Limits.textDepth`.
  public static let textDepth = FXError.Code("text.depth")
}
