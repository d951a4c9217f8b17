import FXCore
import FXOperators
import FXTensor
import Glibc

/// Arithmetic of Python on numbers: integers stay integers, and overflow is an error.
extension Scalar {
  /// Returns the number as an integer.
  ///
  /// - Throws: `operator.domain` for other numbers.
  func integer() throws -> Int {
    switch self {
    case .bool(let value): return value ? 1 : 0
    case .int(let value): return value
    default: throw FXError(.operatorDomain, "\(self) is not an integer")
    }
  }

  private var isInteger: Bool {
    switch self {
    case .bool, .int: true
    default: false
    }
  }

  private static func integers(
    _ a: Scalar, _ b: Scalar, _ compute: (Int, Int) -> (Int, Bool),
    _ floats: (Double, Double) -> Double
  ) throws -> Scalar {
    guard a.isInteger, b.isInteger else { return .float(floats(a.double, b.double)) }
    let (result, overflow) = compute(try a.integer(), try b.integer())
    if overflow { throw FXError(.operatorDomain, "the number has more than 64 bits") }
    return .int(result)
  }

  func plus(_ other: Scalar) throws -> Scalar {
    try Self.integers(self, other, { $0.addingReportingOverflow($1) }, +)
  }

  func minus(_ other: Scalar) throws -> Scalar {
    try Self.integers(self, other, { $0.subtractingReportingOverflow($1) }, -)
  }

  func times(_ other: Scalar) throws -> Scalar {
    try Self.integers(self, other, { $0.multipliedReportingOverflow(by: $1) }, *)
  }

  func quotient(_ other: Scalar) throws -> Double {
    if other.double == 0 { throw Self.divisionByZero }
    return double / other.double
  }

  func floorQuotient(_ other: Scalar) throws -> Scalar {
    if other.double == 0 { throw Self.divisionByZero }
    return try Self.integers(
      self, other,
      { a, b in
        let (quotient, overflow) = a.dividedReportingOverflow(by: b)
        return (a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient, overflow)
      }, { floor($0 / $1) })
  }

  func remainder(_ other: Scalar) throws -> Scalar {
    if other.double == 0 { throw Self.divisionByZero }
    return try Self.integers(
      self, other,
      { a, b in
        let rest = b == -1 ? 0 : a % b
        return (rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest, false)
      }, { a, b in a - floor(a / b) * b })
  }

  func power(_ other: Scalar) throws -> Scalar {
    guard isInteger, other.isInteger, try other.integer() >= 0 else {
      return .float(pow(double, other.double))
    }
    var result = Scalar.int(1)
    var base = self
    var exponent = try other.integer()
    while exponent > 0 {
      if exponent & 1 == 1 { result = try result.times(base) }
      exponent >>= 1
      if exponent > 0 { base = try base.times(base) }
    }
    return result
  }

  func isEqual(to other: Scalar) -> Bool {
    double == other.double && imaginary == other.imaginary
  }

  func isLess(than other: Scalar) -> Bool {
    if case .int(let a) = self, case .int(let b) = other { return a < b }
    return double < other.double
  }

  func bits(
    _ other: Scalar, _ integers: (Int, Int) -> Int, _ truths: (Bool, Bool) -> Bool
  ) throws -> Scalar {
    if case .bool(let a) = self, case .bool(let b) = other { return .bool(truths(a, b)) }
    return .int(integers(try integer(), try other.integer()))
  }

  func rounded(_ rule: FloatingPointRoundingRule) throws -> Scalar {
    if isInteger { return .int(try integer()) }
    guard let result = Int(exactly: double.rounded(rule)) else {
      throw FXError(.operatorDomain, "\(self) can't become an integer")
    }
    return .int(result)
  }

  private static var divisionByZero: FXError {
    FXError(.operatorDomain, "a division by zero")
  }
}
