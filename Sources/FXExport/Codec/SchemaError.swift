import FXCore

extension FXError.Code {
  /// A union has a tag that this version does not know.
  public static let unknownTag = FXError.Code("schema.unknownTag")
  /// A union has no tag, or more than one.
  public static let malformedUnion = FXError.Code("schema.malformedUnion")
  /// A number stands for no member of its enumeration.
  public static let unknownEnumValue = FXError.Code("schema.unknownEnumValue")
  /// A name refers to no value of the graph.
  public static let undefinedName = FXError.Code("schema.undefinedName")
  /// A graph input or output, or a node's output, is of a kind that the schema does not allow there.
  public static let misplacedArgument = FXError.Code("schema.misplacedArgument")
  /// The document follows a schema that this version can't read.
  public static let unsupportedVersion = FXError.Code("schema.unsupportedVersion")
  /// The document follows a schema that has to be rewritten first; never leaves the decoder.
  static let outdatedVersion = FXError.Code("schema.outdatedVersion")
  /// A graph can't be written as model JSON, because the schema has no place for something in it.
  public static let notSerializable = FXError.Code("schema.notSerializable")
}
