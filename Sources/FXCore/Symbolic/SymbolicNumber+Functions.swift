import Glibc

/// Powers of floats.
enum Power {
  static func raise(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
}

/// The functions of PyTorch's classes on numbers.
extension SymbolicNumber {
  private static func domain(_ message: String) -> FXError { FXError(.symbolicDomain, message) }

  private static func dividesByZero() -> FXError { domain("the expression divides by zero") }

  /// Divides and rounds down, as Python's `//`.
  static func floorDivide(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    if b.sign == 0 { throw dividesByZero() }
    if let x = a.int, let y = b.int {
      let (quotient, overflows) = x.dividedReportingOverflow(by: y)
      if overflows { throw FXError(.symbolicOverflow, "a quotient does not fit 64 bits") }
      return .integer(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient)
    }
    if a.isInfinite && b.isInfinite { return .float(.nan) }
    if a.isInfinite || b.isInfinite || a.isFloat || b.isFloat {
      return try whole((a.double / b.double).rounded(.down))
    }
    return try roundedDown(a.multiplied(by: b.raised(to: -1)))
  }

  /// Returns the largest whole number not above a number.
  static func roundedDown(_ a: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    switch a {
    case .integer, .infiniteInteger: return a
    case .rational(let numerator, let denominator):
      return try floorDivide(.integer(numerator), .integer(denominator))
    case .float(let value): return try whole(value.rounded(.down))
    }
  }

  /// Returns the smallest whole number not below a number.
  static func roundedUp(_ a: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    if case .float(let value) = a { return try whole(value.rounded(.up)) }
    return try roundedDown(a.negated()).negated()
  }

  static func truncated(_ a: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    a.sign < 0 ? try roundedUp(a) : try roundedDown(a)
  }

  /// Returns the remainder with the divisor's sign, as Python's `%`.
  static func pythonModulo(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    if b.sign == 0 { throw domain("the expression takes a remainder of a division by zero") }
    if let x = a.int, let y = b.int {
      // Only -1 makes the remainder of the least number overflow.
      if y == -1 { return .zero }
      let remainder = x % y
      return .integer(remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder)
    }
    if a.isFloat || b.isFloat {
      let remainder = fmod(a.double, b.double)
      let differs = remainder != 0 && (remainder < 0) != (b.double < 0)
      return .float(differs ? remainder + b.double : remainder)
    }
    return try a.subtracting(b.multiplied(by: floorDivide(a, b)))
  }

  /// Returns the remainder of numbers that are not negative.
  static func modulo(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    if b.sign == 0 { throw domain("the expression takes a remainder of a division by zero") }
    if a.sign < 0 || b < .one { throw domain("'Mod' is not defined for negative numbers") }
    return try pythonModulo(a, b)
  }

  static func trueDivide(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    if b.sign == 0 { throw dividesByZero() }
    return .float(a.double / b.double)
  }

  /// Raises a number to a number, exactly where the exponent is whole.
  static func power(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError) -> SymbolicNumber {
    if let exponent = b.int, !a.isInfinite {
      if a.sign == 0, exponent < 0 { throw dividesByZero() }
      return try a.raised(to: exponent)
    }
    if let root = a.exactRoot(b) { return root }
    if a.sign < 0, !b.isInfinite { throw domain("a root of a negative number is not real") }
    return .float(Power.raise(a.double, b.double))
  }

  /// Returns the square root of a square number, raised; nil for anything else.
  func exactRoot(_ exponent: SymbolicNumber) -> SymbolicNumber? {
    guard case .rational(let power, 2) = exponent, let value = int, value >= 0 else { return nil }
    let root = Int(Double(value).squareRoot())
    guard root.multipliedReportingOverflow(by: root) == (value, false) else { return nil }
    return try? SymbolicNumber.integer(root).raised(to: power)
  }

  /// Returns a whole number as a square, of its root, times a rest; nil where no small square
  /// divides it.
  var squareFactor: (root: Int, rest: Int)? {
    guard var rest = int, rest > 0 else { return nil }
    var root = 1
    for divisor in 2...1_000 {
      while rest % (divisor * divisor) == 0 {
        rest /= divisor * divisor
        root *= divisor
      }
    }
    return root > 1 ? (root, rest) : nil
  }

  /// Raises a whole number to a natural one; beyond 64 bits the result is infinite.
  static func powerByNatural(_ a: SymbolicNumber, _ b: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    guard let exponent = b.int else {
      if !b.isInfinite { throw domain("an exponent is not whole") }
      return a.sign == 0 ? .zero : a == .one ? .one : .integerInfinity
    }
    if exponent < 0 { throw domain("'PowByNatural' has a negative exponent") }
    if a.isInfinite {
      if exponent == 0 { return .one }
      return .infiniteInteger(isNegative: a.sign < 0 && exponent % 2 == 1)
    }
    if let result = try? a.raised(to: exponent) { return result }
    return .infiniteInteger(isNegative: a.sign < 0 && exponent % 2 == 1)
  }

  /// Shifts left or, with a negative sign, right.
  static func shifted(_ a: SymbolicNumber, by b: SymbolicNumber, left: Bool) throws(FXError)
    -> SymbolicNumber
  {
    if b.sign < 0 { throw domain("a shift count is negative") }
    let power = try powerByNatural(.integer(2), b)
    return left ? try a.multiplied(by: power) : try floorDivide(a, power)
  }

  /// Combines the bits of two whole numbers.
  static func bitwise(_ function: SymbolicFunction, _ a: SymbolicNumber, _ b: SymbolicNumber)
    throws(FXError) -> SymbolicNumber
  {
    guard let x = a.int, let y = b.int else { throw domain("bits of a number that is not whole") }
    switch function {
    case .bitwiseAnd: return .integer(x & y)
    case .bitwiseOr: return .integer(x | y)
    default: return .integer(x ^ y)
    }
  }

  /// Applies one of `math`'s functions.
  static func opaque(_ function: SymbolicFunction, _ a: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    let x = a.double
    let result: Double =
      switch function {
      case .opaqueSqrt: x.squareRoot()
      case .opaqueCos: cos(x)
      case .opaqueCosh: cosh(x)
      case .opaqueSin: sin(x)
      case .opaqueSinh: sinh(x)
      case .opaqueTan: tan(x)
      case .opaqueTanh: tanh(x)
      case .opaqueAsin: asin(x)
      case .opaqueAcos: acos(x)
      case .opaqueAtan: atan(x)
      case .opaqueExp, .exp: Glibc.exp(x)
      case .opaqueLog, .log: Glibc.log(x)
      case .opaqueAsinh: asinh(x)
      default: log2(x)
      }
    let isPole = x == 0 && [.opaqueLog, .log, .opaqueLog2].contains(function)
    if (result.isNaN && !x.isNaN) || isPole {
      throw domain("'\(function.rawValue)' is not defined for \(PythonText.float(x))")
    }
    return .float(result)
  }

  /// Rounds to a number of decimal digits, half to even, as Python's `round`.
  static func rounded(_ a: SymbolicNumber, digits: SymbolicNumber) throws(FXError)
    -> SymbolicNumber
  {
    guard let count = digits.int else { throw domain("a count of digits is not whole") }
    let value = a.double
    if !value.isFinite || count > 323 { return .float(value) }
    if count < -308 { return .float(0) }
    if count < 0 {
      let scale = Power.raise(10, Double(-count))
      return .float((value / scale).rounded(.toNearestOrEven) * scale)
    }
    // The C library rounds the exact binary value, as Python does.
    var buffer = [CChar](repeating: 0, count: 700)
    let length = withVaList([CInt(count), value]) {
      vsnprintf(&buffer, buffer.count, "%.*f", $0)
    }
    guard length > 0, length < buffer.count else { return .float(value) }
    return .float(strtod(buffer, nil))
  }

  /// Tells whether sizes and strides cover memory without gaps and overlaps: 1 or 0.
  static func isNonOverlappingAndDense(_ arguments: [SymbolicNumber]) throws(FXError)
    -> SymbolicNumber
  {
    let numbers = arguments.compactMap(\.int)
    guard numbers.count == arguments.count, numbers.count % 2 == 0 else {
      throw FXError(.symbolicArguments, "sizes and strides must be whole and as many")
    }
    let rank = numbers.count / 2
    let (sizes, strides) = (numbers[..<rank], numbers[rank...])
    if rank == 1 { return .integer(strides[rank] == 1 || numbers[0] < 2 ? 1 : 0) }
    let pairs = zip(sizes, strides).sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    var expected = 1
    for (size, stride) in pairs where size != 1 {
      if stride != expected { return .zero }
      expected = try product(expected, size)
    }
    return .one
  }
}
