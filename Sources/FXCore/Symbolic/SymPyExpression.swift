/// A symbolic expression as SymPy spells it: `Mul(Integer(2), Symbol('s77', integer=True))`.
///
/// The tree says what the text says, in its order, and evaluates nothing.
public indirect enum SymPyExpression: Hashable, Sendable {
  /// An integer of any size, in decimal.
  case integer(String)
  case rational(numerator: String, denominator: String)
  /// A floating-point number, with its precision in bits.
  case float(Double, precision: Int)
  /// A symbol with its assumptions, as written: `integer=True`.
  case symbol(String, assumptions: [String])
  /// A bare name: `true`, `oo`, `int_oo`, `pi`.
  case constant(String)
  /// Any other class, applied to arguments: `Add`, `FloorDiv`, `StrictLessThan`.
  case call(String, [SymPyExpression])

  /// Returns the numeric value, where the expression is a number.
  var number: Double? {
    switch self {
    case .integer(let digits): Double(digits)
    case .rational(let numerator, let denominator):
      Double(numerator).flatMap { top in Double(denominator).map { top / $0 } }
    case .float(let value, _): value
    default: nil
    }
  }

  /// Tells whether the expression is the integer `value`.
  func isInteger(_ value: Int) -> Bool { self == .integer(String(value)) }

  /// Returns the numeric coefficient and the rest, as SymPy's `as_coeff_Mul`; 1 is nil.
  var coefficientAndRest: (coefficient: SymPyExpression?, rest: SymPyExpression) {
    if number != nil { return (self, .integer("1")) }
    guard case .call("Mul", let factors) = self else { return (nil, self) }
    let merged = Self.mergingSign(factors)
    guard let first = merged.first, first.number != nil else { return (nil, self) }
    return (first, Self.product(of: Array(merged.dropFirst())))
  }

  /// Returns the factors with a leading -1 taken into the number after it: `srepr` splits them.
  static func mergingSign(_ factors: [SymPyExpression]) -> [SymPyExpression] {
    guard factors.count >= 2, factors[0].isInteger(-1), factors[1].number != nil else {
      return factors
    }
    return [factors[1].negatedNumber] + factors.dropFirst(2)
  }

  /// Returns the product of factors; a single factor is its own product.
  static func product(of factors: [SymPyExpression]) -> SymPyExpression {
    factors.count == 1 ? factors[0] : factors.isEmpty ? .integer("1") : .call("Mul", factors)
  }

  /// Returns the number with the opposite sign; other expressions as they are.
  var negatedNumber: SymPyExpression {
    func negated(_ digits: String) -> String {
      digits == "0" ? digits : digits.hasPrefix("-") ? String(digits.dropFirst()) : "-" + digits
    }
    switch self {
    case .integer(let digits): return .integer(negated(digits))
    case .rational(let numerator, let denominator):
      return .rational(numerator: negated(numerator), denominator: denominator)
    case .float(let value, let precision): return .float(-value, precision: precision)
    default: return self
    }
  }
}

extension SymPyExpression {
  /// Returns what Python's `str` shows for an expression in `srepr` spelling: `2*s77 + 1`.
  ///
  /// Text in any other spelling comes back unchanged.
  public static func display(_ srepr: String) -> String {
    SymPyExpression(srepr: srepr)?.description ?? srepr
  }
}

extension SymExpr {
  /// Returns what Python's `str` shows for the expression: `2*s77 + 1`.
  public var displayText: String { SymPyExpression.display(text) }
}
