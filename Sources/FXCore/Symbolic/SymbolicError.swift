extension FXError.Code {
  /// The text is no symbolic expression.
  public static let symbolicSyntax = FXError.Code("symbolic.syntax")
  /// An expression applies a function that neither SymPy's core nor PyTorch's classes have.
  public static let symbolicFunction = FXError.Code("symbolic.function")
  /// A function is given more or fewer arguments than it takes.
  public static let symbolicArguments = FXError.Code("symbolic.arguments")
  /// An expression is nested beyond `Limits.expressionDepth`.
  public static let symbolicDepth = FXError.Code("symbolic.depth")
  /// An expression has more parts than `Limits.expressionParts`.
  public static let symbolicSize = FXError.Code("symbolic.size")
  /// An expression is still changing after `Limits.expressionRounds`.
  public static let symbolicRounds = FXError.Code("symbolic.rounds")
  /// A whole number does not fit 64 bits.
  public static let symbolicOverflow = FXError.Code("symbolic.overflow")
  /// A function is not defined for its arguments: a division by zero, `Mod` of a negative number.
  public static let symbolicDomain = FXError.Code("symbolic.domain")
  /// A truth value stands where a number is needed, or a number where a truth value is.
  public static let symbolicKind = FXError.Code("symbolic.kind")
  /// An assignment gives a symbol no value.
  public static let symbolicUnassigned = FXError.Code("symbolic.unassigned")
}

extension FXError {
  static func expressionDepth(at place: SourcePlace = SourcePlace()) -> FXError {
    FXError(
      .symbolicDepth, "the expression is nested too deep", beyond: Limits.expressionDepth, at: place
    )
  }

  static func expressionSize(at place: SourcePlace = SourcePlace()) -> FXError {
    FXError(
      .symbolicSize, "the expression has too many parts", beyond: Limits.expressionParts, at: place)
  }
}
