/// Construction of PyTorch's divisions and remainders.
extension SymbolicExpression {
  private static func checkDivisor(_ divisor: SymbolicExpression) throws(FXError) {
    if divisor.number?.sign == 0, divisor != .constant(.nan) {
      throw FXError(.symbolicDomain, "the expression divides by zero")
    }
  }

  private static func negated(_ value: SymbolicExpression) throws(FXError) -> SymbolicExpression {
    try canonicalProduct(of: [.minusOne, value])
  }

  /// Returns a quotient that keeps fractions.
  private static func ratio(
    _ a: SymbolicExpression, _ b: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try canonicalProduct(of: [a, power(b, .minusOne)])
  }

  // MARK: Quotients

  static func quotient(
    _ function: SymbolicFunction, _ base: SymbolicExpression, _ divisor: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try checkNumbers([base, divisor])
    try checkDivisor(divisor)
    if base == .constant(.nan) || divisor == .constant(.nan) { return .constant(.nan) }
    if base.isInteger(0) { return zero }
    if let a = base.number, let b = divisor.number {
      return Self(try SymbolicNumber.floorDivide(a, b))
    }
    if base.isKnownInteger, divisor.isInteger(1) { return base }
    if base.isKnownInteger, divisor.isInteger(-1) { return try negated(base) }
    if base == divisor { return one }
    if case .call(.floorDiv, let inner) = base {
      return try quotient(
        .floorDiv, inner[0], canonicalProduct(of: [inner[1], divisor]))
    }
    if case .call(.cleanDiv, let inner) = base {
      return try quotient(
        .floorDiv, inner[0], canonicalProduct(of: [inner[1], divisor]))
    }
    if let divided = try splitQuotient(base, divisor) { return divided }
    let common = try commonFactor(base, divisor)
    if !common.isInteger(1) {
      return try quotient(.floorDiv, reduced(base, by: common), reduced(divisor, by: common))
    }
    return .call(function, [base, divisor])
  }

  /// Takes terms that the divisor divides out of a quotient; nil where there are none.
  private static func splitQuotient(
    _ base: SymbolicExpression, _ divisor: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression? {
    guard case .integer = divisor else { return nil }
    var (whole, rest): ([SymbolicExpression], [SymbolicExpression]) = ([], [])
    for term in base.parts(of: .add) {
      let part = try ratio(term, divisor)
      if part.isKnownInteger { whole.append(part) } else { rest.append(term) }
    }
    if whole.isEmpty { return nil }
    let remaining = rest.isEmpty ? zero : try quotient(.floorDiv, sum(of: rest), divisor)
    return try sum(of: whole + [remaining])
  }

  /// Returns what both expressions are multiples of, by their form: a number and common factors.
  static func commonFactor(
    _ a: SymbolicExpression, _ b: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    let divisor = SymbolicNumber.gcd(a.integerFactor, b.integerFactor)
    var factors: [SymbolicExpression] = divisor > 1 ? [.integer(divisor)] : []
    let terms = a.parts(of: .add).map { Set($0.parts(of: .mul)) }
    for factor in b.parts(of: .mul) where factor.number == nil {
      if terms.allSatisfy({ $0.contains(factor) }) { factors.append(factor) }
    }
    return try canonicalProduct(of: factors.isEmpty ? [one] : factors)
  }

  /// Returns the greatest whole number that divides all coefficients.
  private var integerFactor: Int {
    var result = 0
    for term in parts(of: .add) {
      guard case .integer(let value)? = term.coefficientAndRest.coefficient, value != .min else {
        return 1
      }
      result = SymbolicNumber.gcd(result, value)
    }
    return Swift.max(result, 1)
  }

  /// Divides every term by a factor that divides it.
  private static func reduced(
    _ value: SymbolicExpression, by factor: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    var terms: [SymbolicExpression] = []
    for term in value.parts(of: .add) { terms.append(try ratio(term, factor)) }
    return try sum(of: terms)
  }

  static func ceilingQuotient(
    _ base: SymbolicExpression, _ divisor: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try checkNumbers([base, divisor])
    try checkDivisor(divisor)
    if try commonFactor(base, divisor) == divisor { return try quotient(.cleanDiv, base, divisor) }
    return try quotient(.floorDiv, sum(of: [base, divisor, minusOne]), divisor)
  }

  // MARK: Remainders

  static func remainder(
    _ function: SymbolicFunction, _ base: SymbolicExpression, _ divisor: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try checkNumbers([base, divisor])
    try checkDivisor(divisor)
    if base.isInteger(0) || base == divisor || divisor.isInteger(1) { return zero }
    if try base == negated(divisor) { return zero }
    if let a = base.number, let b = divisor.number {
      return Self(
        try function == .mod
          ? SymbolicNumber.modulo(a, b) : SymbolicNumber.pythonModulo(a, b))
    }
    if divisor.isInteger(2), let isOdd = base.isOdd { return .integer(isOdd ? 1 : 0) }
    let quotient = try ratio(base, divisor)
    if quotient.isKnownInteger { return zero }
    // What is smaller than the divisor, with its sign, is its own remainder.
    let isBelow = try difference(base, divisor).assumedRange.upper < .zero
    if isBelow, quotient.assumedRange.lower > .zero { return base }
    return .call(function, [base, divisor])
  }

  /// Tells whether a whole number is odd; nil where that is not known.
  private var isOdd: Bool? {
    switch self {
    case .integer(let value): return value % 2 != 0
    case .call(.mul, let factors):
      guard factors.allSatisfy(\.isKnownInteger) else { return nil }
      if factors.contains(where: { $0.isOdd == false }) { return false }
      return factors.allSatisfy { $0.isOdd == true } ? true : nil
    case .call(.add, let terms):
      var result = false
      for term in terms {
        guard let isOdd = term.isOdd else { return nil }
        if isOdd { result.toggle() }
      }
      return result
    default: return nil
    }
  }

  static func modularIndex(_ arguments: [SymbolicExpression]) throws(FXError) -> SymbolicExpression
  {
    try checkNumbers(arguments)
    let (base, divisor, modulus) = (arguments[0], arguments[1], arguments[2])
    if base.isInteger(0) || modulus.isInteger(1) { return zero }
    if let a = base.number, let b = divisor.number, let c = modulus.number {
      return Self(
        try SymbolicNumber.pythonModulo(SymbolicNumber.floorDivide(a, b), c))
    }
    if !divisor.isInteger(1) {
      let common = try commonFactor(base, divisor)
      if !common.isInteger(1) {
        return try modularIndex([
          reduced(base, by: common), reduced(divisor, by: common), modulus,
        ])
      }
    }
    if case .call(.add, let terms) = base {
      // Multiples of the whole period leave the index as it is.
      let period = try canonicalProduct(of: [modulus, divisor])
      var rest: [SymbolicExpression] = []
      for term in terms where try commonFactor(term, period) != period { rest.append(term) }
      if rest.count < terms.count, rest.allSatisfy(\.isKnownNonnegative) {
        return try modularIndex([rest.isEmpty ? zero : sum(of: rest), divisor, modulus])
      }
    }
    if case .call(let function, let inner) = base, function == .floorDiv || function == .cleanDiv {
      return try modularIndex([inner[0], canonicalProduct(of: [inner[1], divisor]), modulus])
    }
    return .call(.modularIndexing, arguments)
  }

  // MARK: Natural powers

  static func naturalPower(
    _ base: SymbolicExpression, _ exponent: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try checkNumbers([base, exponent])
    if let a = base.number, a.int != nil, let b = exponent.number, b.int != nil {
      return Self(try SymbolicNumber.powerByNatural(a, b))
    }
    if case .integer = exponent { return try power(base, exponent) }
    if exponent.number?.isInfinite == true, base.isKnownNonnegative {
      return .constant(.infiniteInteger)
    }
    return .call(.powByNatural, [base, exponent])
  }
}
