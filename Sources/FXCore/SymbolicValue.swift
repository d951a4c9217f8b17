/// The example value that tracing saw for a symbolic expression (`schema.SymExprHint`).
public enum SymHint: Hashable, Sendable {
  case int(Int)
  case bool(Bool)
  case float(Double)
}

/// A symbolic expression as the file spells it (`schema.SymExpr`), with its hint.
public struct SymExpr: Hashable, Sendable {
  /// The expression in SymPy's `srepr` (since schema 8.2) or `str` spelling.
  public var text: String
  /// The example value; nil where tracing saw none.
  public var hint: SymHint?
  /// Fields that this version does not know.
  public var unknownFields: [RawField] = []

  /// Makes an expression of its spelling.
  public init(_ text: String, hint: SymHint? = nil) {
    self.text = text
    self.hint = hint
  }
}

/// A size: a number or a symbolic expression (`schema.SymInt`).
public enum SymInt: Hashable, Sendable, ExpressibleByIntegerLiteral {
  case int(Int)
  case expr(SymExpr)

  public init(integerLiteral value: Int) { self = .int(value) }

  /// Returns the number; nil for an expression.
  public var int: Int? {
    if case .int(let value) = self { value } else { nil }
  }
}

/// A floating-point number or a symbolic expression (`schema.SymFloat`).
public enum SymFloat: Hashable, Sendable {
  case float(Double)
  case expr(SymExpr)
}

/// A truth value or a symbolic expression (`schema.SymBool`).
public enum SymBool: Hashable, Sendable {
  case bool(Bool)
  case expr(SymExpr)
}
