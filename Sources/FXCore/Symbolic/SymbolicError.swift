extension FXError.Code {
  /// The text is no symbolic expression.
  public static let symbolicSyntax = FXError.Code("symbolic.syntax")
  /// An expression applies a function that neither SymPy's core nor PyTorch's classes have.
  public static let symbolicFunction = FXError.Code("symbolic.function")
  /// A function is given more or fewer arguments than it takes.
  public static let symbolicArguments = FXError.Code("symbolic.arguments")
  /// An expression is nested beyond `SymbolicLimits.depth`.
  public static let symbolicDepth = FXError.Code("symbolic.depth")
  /// An expression has more parts than `SymbolicLimits.nodeCount`.
  public static let symbolicSize = FXError.Code("symbolic.size")
  /// A whole number does not fit 64 bits.
  public static let symbolicOverflow = FXError.Code("symbolic.overflow")
  /// A function is not defined for its arguments: a division by zero, `Mod` of a negative number.
  public static let symbolicDomain = FXError.Code("symbolic.domain")
  /// A truth value stands where a number is needed, or a number where a truth value is.
  public static let symbolicKind = FXError.Code("symbolic.kind")
  /// An assignment gives a symbol no value.
  public static let symbolicUnassigned = FXError.Code("symbolic.unassigned")
}

/// Bounds on symbolic expressions. PyTorch's own stay below 30 levels and 2,000 parts.
public enum SymbolicLimits {
  /// How deep calls and parentheses may be nested.
  public static let depth = 200
  /// How many numbers, symbols and calls an expression may have.
  public static let nodeCount = 20_000
}
