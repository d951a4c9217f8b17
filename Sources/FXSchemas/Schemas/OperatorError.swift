import FXCore

extension FXError.Code {
  /// A schema's text does not follow the grammar.
  public static let schemaSyntax = FXError.Code("operator.schemaSyntax")
  /// PyTorch's own namespaces have no operator of this name.
  public static let unknownOperator = FXError.Code("operator.unknown")
  /// A call leaves out an argument that has no default.
  public static let missingArgument = FXError.Code("operator.missingArgument")
  /// A call names an argument that the schema does not have, or has at another place.
  public static let unknownKeyword = FXError.Code("operator.unknownKeyword")
  /// A call has more positional arguments than the schema.
  public static let tooManyArguments = FXError.Code("operator.tooManyArguments")
  /// A call gives one argument twice.
  public static let duplicateArgument = FXError.Code("operator.duplicateArgument")
  /// A call leaves out an argument whose name is a word of Python's own, which PyTorch can't load.
  public static let omittedKeyword = FXError.Code("operator.omittedKeyword")
  /// PyTorch can't convert an argument to the type that the schema asks for.
  public static let argumentType = FXError.Code("operator.argumentType")
  /// FXKit can't run or take apart an operator.
  public static let operatorUnsupported = FXError.Code("operator.unsupported")
  /// An operator is not defined for the values or shapes of its arguments.
  public static let operatorDomain = FXError.Code("operator.domain")
}
