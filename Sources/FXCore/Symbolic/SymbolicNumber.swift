/// A number that a symbolic expression may be: exact where whole or a fraction, and infinities.
public enum SymbolicNumber: Hashable, Sendable {
  case integer(Int)
  /// A fraction in lowest terms with a denominator above 1.
  case rational(Int, Int)
  case float(Double)
  /// PyTorch's infinite whole number, `int_oo`.
  case infiniteInteger(isNegative: Bool)

  /// SymPy's `oo`, which floats reach.
  public static let infinity = SymbolicNumber.float(.infinity)
  static let zero = SymbolicNumber.integer(0)
  static let one = SymbolicNumber.integer(1)
  static let integerInfinity = SymbolicNumber.infiniteInteger(isNegative: false)
  static let negativeIntegerInfinity = SymbolicNumber.infiniteInteger(isNegative: true)

  /// Returns the nearest floating-point number.
  public var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .rational(let numerator, let denominator): Double(numerator) / Double(denominator)
    case .float(let value): value
    case .infiniteInteger(let isNegative): isNegative ? -.infinity : .infinity
    }
  }

  /// Returns the whole number; nil for any other.
  public var int: Int? { if case .integer(let value) = self { value } else { nil } }

  var isFloat: Bool { if case .float = self { true } else { false } }

  /// Tells whether the number is an integer, one of infinite size included.
  var isWhole: Bool {
    switch self {
    case .integer, .infiniteInteger: true
    case .rational: false
    case .float(let value): value == value.rounded()
    }
  }

  var isNaN: Bool { if case .float(let value) = self { value.isNaN } else { false } }

  var isInfinite: Bool {
    switch self {
    case .infiniteInteger: true
    case .float(let value): value.isInfinite
    default: false
    }
  }

  /// Returns -1, 0 or 1.
  var sign: Int {
    switch self {
    case .integer(let value), .rational(let value, _): value.signum()
    case .float(let value): value > 0 ? 1 : value < 0 ? -1 : 0
    case .infiniteInteger(let isNegative): isNegative ? -1 : 1
    }
  }

  private static let overflow = FXError(
    .symbolicOverflow, "a whole number in the expression does not fit 64 bits")

  /// Makes a fraction in lowest terms.
  ///
  /// - Throws: `symbolic.domain` for the denominator 0, `symbolic.overflow`.
  static func ratio(_ numerator: Int, _ denominator: Int) throws(FXError) -> SymbolicNumber {
    if denominator == 0 { throw FXError(.symbolicDomain, "the expression divides by zero") }
    if numerator == .min || denominator == .min {
      if denominator == 1 { return .integer(numerator) }
      throw overflow
    }
    let divisor = gcd(numerator, denominator)
    let sign = denominator < 0 ? -1 : 1
    let (top, bottom) = (numerator / divisor * sign, denominator / divisor * sign)
    return bottom == 1 ? .integer(top) : .rational(top, bottom)
  }

  /// Returns the greatest common divisor of two numbers above `Int.min`; 0 for two zeros.
  static func gcd(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (Swift.abs(a), Swift.abs(b))
    while y != 0 { (x, y) = (y, x % y) }
    return x
  }

  private var fraction: (Int, Int)? {
    switch self {
    case .integer(let value): (value, 1)
    case .rational(let numerator, let denominator): (numerator, denominator)
    default: nil
    }
  }

  func adding(_ other: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    if let (a, b) = fraction, let (c, d) = other.fraction {
      if b == 1, d == 1 {
        let (sum, overflows) = a.addingReportingOverflow(c)
        if overflows { throw Self.overflow }
        return .integer(sum)
      }
      return try Self.ratio(
        Self.sum(Self.product(a, d), Self.product(c, b)), Self.product(b, d))
    }
    if !isFloat, !other.isFloat {
      if isInfinite, other.isInfinite, sign != other.sign { return .float(.nan) }
      return isInfinite ? self : other
    }
    return .float(double + other.double)
  }

  func multiplied(by other: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    if let (a, b) = fraction, let (c, d) = other.fraction {
      if b == 1, d == 1 { return .integer(try Self.product(a, c)) }
      return try Self.ratio(Self.product(a, c), Self.product(b, d))
    }
    if !isFloat, !other.isFloat {
      if sign == 0 || other.sign == 0 { return .float(.nan) }
      return .infiniteInteger(isNegative: sign * other.sign < 0)
    }
    return .float(double * other.double)
  }

  func negated() throws(FXError) -> SymbolicNumber { try multiplied(by: .integer(-1)) }

  func subtracting(_ other: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    try adding(other.negated())
  }

  static func product(_ a: Int, _ b: Int) throws(FXError) -> Int {
    let (result, overflows) = a.multipliedReportingOverflow(by: b)
    if overflows { throw overflow }
    return result
  }

  private static func sum(_ a: Int, _ b: Int) throws(FXError) -> Int {
    let (result, overflows) = a.addingReportingOverflow(b)
    if overflows { throw overflow }
    return result
  }

  /// Raises to a whole power by squaring.
  ///
  /// - Throws: `symbolic.overflow`, `symbolic.domain` for a negative power of 0.
  func raised(to exponent: Int) throws(FXError) -> SymbolicNumber {
    guard let (numerator, denominator) = fraction else {
      return .float(Power.raise(double, Double(exponent)))
    }
    if exponent < 0 {
      if exponent == .min { throw Self.overflow }
      return try Self.ratio(denominator, numerator).raised(to: -exponent)
    }
    if denominator == 1 { return .integer(try Self.power(numerator, exponent)) }
    return try Self.ratio(Self.power(numerator, exponent), Self.power(denominator, exponent))
  }

  private static func power(_ base: Int, _ exponent: Int) throws(FXError) -> Int {
    switch base {
    case 0: return exponent == 0 ? 1 : 0
    case 1: return 1
    case -1: return exponent % 2 == 0 ? 1 : -1
    default:
      if exponent > 64 { throw overflow }
      var result = 1
      for _ in 0..<exponent { result = try product(result, base) }
      return result
    }
  }

  /// Compares by value; no order holds for NaN.
  static func < (a: SymbolicNumber, b: SymbolicNumber) -> Bool { order(a, b) == -1 }
  static func <= (a: SymbolicNumber, b: SymbolicNumber) -> Bool {
    order(a, b).map { $0 <= 0 } ?? false
  }
  static func > (a: SymbolicNumber, b: SymbolicNumber) -> Bool { b < a }
  static func >= (a: SymbolicNumber, b: SymbolicNumber) -> Bool { b <= a }

  /// Returns -1, 0 or 1 for the order of two numbers; nil where one is NaN.
  static func order(_ a: SymbolicNumber, _ b: SymbolicNumber) -> Int? {
    if let (p, q) = a.fraction, let (r, s) = b.fraction {
      // The products have up to 126 bits.
      let (left, right) = (p.multipliedFullWidth(by: s), r.multipliedFullWidth(by: q))
      if left.high != right.high { return left.high < right.high ? -1 : 1 }
      return left.low == right.low ? 0 : left.low < right.low ? -1 : 1
    }
    if !a.isFloat, !b.isFloat {
      let (x, y) = (a.isInfinite ? a.sign : 0, b.isInfinite ? b.sign : 0)
      return x == y ? 0 : x < y ? -1 : 1
    }
    let (x, y) = (a.double, b.double)
    if x.isNaN || y.isNaN { return nil }
    return x == y ? 0 : x < y ? -1 : 1
  }

  static func smaller(_ a: SymbolicNumber, _ b: SymbolicNumber) -> SymbolicNumber { b < a ? b : a }
  static func larger(_ a: SymbolicNumber, _ b: SymbolicNumber) -> SymbolicNumber { b > a ? b : a }

  /// Rounds a float to a whole number.
  ///
  /// - Throws: `symbolic.overflow`; `symbolic.domain` for NaN.
  static func whole(_ value: Double) throws(FXError) -> SymbolicNumber {
    if value.isNaN { throw FXError(.symbolicDomain, "NaN can't be rounded to a whole number") }
    if value.isInfinite { return .infiniteInteger(isNegative: value < 0) }
    guard let result = Int(exactly: value) else { throw overflow }
    return .integer(result)
  }
}
