/// The form in which SymPy holds an expression: constants folded, like terms collected, in order.
extension SymbolicExpression {
  /// Returns the expression as SymPy's and PyTorch's constructors make it.
  ///
  /// Terms and factors stand in the order in which SymPy prints them. Canonical expressions that
  /// are equal by these rules are equal values. The form is one that no rule changes any more, so
  /// that it is its own canonical form.
  ///
  /// - Throws: `symbolic.overflow`, `symbolic.domain`, `symbolic.kind`, `symbolic.arguments`,
  ///   `symbolic.rounds`.
  public func canonical() throws(FXError) -> SymbolicExpression {
    var result = self
    // What one rule makes another may change.
    for _ in 0..<Limits.expressionRounds.value {
      let next = try result.rewritten()
      if next == result { return result }
      result = next
    }
    throw FXError(
      .symbolicRounds, "the expression has no form that stands", beyond: Limits.expressionRounds)
  }

  /// Applies a function to expressions.
  ///
  ///     try .applying(.add, to: [x, .integer(1), x])  // 2*x + 1
  ///
  /// - Throws: as `canonical()`.
  public static func applying(
    _ function: SymbolicFunction, to arguments: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    try SymbolicExpression.call(function, arguments).canonical()
  }

  /// Makes each call anew, the innermost first.
  private func rewritten() throws(FXError) -> SymbolicExpression {
    switch self {
    case .rational(let top, let bottom): return Self(try SymbolicNumber.ratio(top, bottom))
    case .float(let value, _) where !value.isFinite: return Self(.float(value))
    case .constant(.complexInfinity):
      throw FXError(.symbolicDomain, "the expression holds the complex infinity")
    case .call(let function, let arguments):
      var parts: [SymbolicExpression] = []
      parts.reserveCapacity(arguments.count)
      for argument in arguments { parts.append(try argument.rewritten()) }
      return try Self.constructing(function, of: parts)
    default: return self
    }
  }

  private static func constructing(
    _ function: SymbolicFunction, of arguments: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    guard function.arity.contains(arguments.count) else {
      throw FXError(
        .symbolicArguments, "'\(function.rawValue)' does not take \(arguments.count) arguments")
    }
    switch function {
    case .add: return try sum(of: arguments)
    case .mul: return try canonicalProduct(of: arguments)
    case .pow: return try power(arguments[0], arguments[1])
    case .max, .min: return try extremum(function, arguments)
    case .and, .or: return try junction(function, arguments)
    case .not: return try negation(arguments[0])
    case .whereElse, .ifThenElse, .piecewise, .conditionPair: return try choice(function, arguments)
    case _ where function.isRelation: return try relation(function, arguments[0], arguments[1])
    case .floorDiv, .cleanDiv: return try quotient(function, arguments[0], arguments[1])
    case .ceilDiv: return try ceilingQuotient(arguments[0], arguments[1])
    case .mod, .pythonMod: return try remainder(function, arguments[0], arguments[1])
    case .modularIndexing: return try modularIndex(arguments)
    case .powByNatural: return try naturalPower(arguments[0], arguments[1])
    case .leftShift:
      let scale = try naturalPower(.integer(2), arguments[1].checkedShift())
      return try canonicalProduct(of: [arguments[0], scale])
    case .rightShift:
      let scale = try naturalPower(.integer(2), arguments[1].checkedShift())
      return try quotient(.floorDiv, arguments[0], scale)
    default: return try numeric(function, arguments)
    }
  }

  private func checkedShift() throws(FXError) -> SymbolicExpression {
    if let number, number.sign < 0 { throw FXError(.symbolicDomain, "a shift count is negative") }
    return self
  }

  /// Throws where a truth value stands among numbers.
  static func checkNumbers(_ parts: [SymbolicExpression]) throws(FXError) {
    for part in parts where part.isTruth {
      throw FXError(.symbolicKind, "the truth value '\(part)' stands where a number is needed")
    }
  }

  /// Tells whether the expression is a truth value by its form.
  var isTruth: Bool {
    switch self {
    case .constant(.true), .constant(.false): true
    case .call(let function, _):
      function.isRelation || function == .and || function == .or || function == .not
        || function == .ifThenElse
    default: false
    }
  }

  // MARK: Sums

  static func sum(of terms: [SymbolicExpression]) throws(FXError) -> SymbolicExpression {
    try checkNumbers(terms)
    var number = SymbolicNumber.zero
    var order: [SymbolicExpression] = []
    var coefficients: [SymbolicExpression: SymbolicNumber] = [:]
    for term in terms {
      for part in term.parts(of: .add) {
        if let value = part.number {
          number = try number.adding(value)
          continue
        }
        let (coefficient, rest) = part.coefficientAndRest
        let value = coefficient?.number ?? .one
        if let known = coefficients[rest] {
          coefficients[rest] = try known.adding(value)
        } else {
          coefficients[rest] = value
          order.append(rest)
        }
      }
    }
    var result: [SymbolicExpression] = []
    var isFlat = true
    for rest in order {
      guard let coefficient = coefficients[rest], coefficient.sign != 0 || coefficient.isNaN else {
        continue
      }
      // A sum times a number is multiplied out; its terms then join the others.
      let term = try canonicalProduct(of: [Self(coefficient), rest])
      if term.function == .add { isFlat = false }
      result.append(term)
    }
    if !isFlat { return try sum(of: result + [Self(number)]) }
    if number.isNaN { return .constant(.nan) }
    if number.isInfinite, number.isFloat { result.removeAll { $0.isKnownInteger } }
    if number.sign != 0 || result.isEmpty { result.append(Self(number)) }
    return result.count == 1 ? result[0] : .call(.add, orderedTerms(result))
  }

  /// Returns the difference of two canonical expressions.
  static func difference(
    _ a: SymbolicExpression, _ b: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try sum(of: [a, canonicalProduct(of: [.minusOne, b])])
  }

  // MARK: Products

  static func canonicalProduct(of factors: [SymbolicExpression]) throws(FXError)
    -> SymbolicExpression
  {
    try checkNumbers(factors)
    var number = SymbolicNumber.one
    var order: [SymbolicExpression] = []
    var exponents: [SymbolicExpression: [SymbolicExpression]] = [:]
    for factor in factors {
      for part in factor.parts(of: .mul) {
        if let value = part.number {
          number = try number.multiplied(by: value)
          continue
        }
        var (base, exponent) = (part, one)
        if case .call(.pow, let parts) = part { (base, exponent) = (parts[0], parts[1]) }
        if exponents[base] == nil { order.append(base) }
        exponents[base, default: []].append(exponent)
      }
    }
    if number.isNaN { return .constant(.nan) }
    if number.sign == 0 { return Self(number) }
    var result: [SymbolicExpression] = []
    for base in order {
      for exponent in try joined(exponents[base] ?? []) {
        for part in try power(base, exponent).parts(of: .mul) {
          if let value = part.number {
            number = try number.multiplied(by: value)
          } else {
            result.append(part)
          }
        }
      }
    }
    let isOne = number == .one
    if result.isEmpty { return Self(number) }
    if result.count == 1, !isOne, !number.isInfinite, case .call(.add, let terms) = result[0] {
      var products: [SymbolicExpression] = []
      for term in terms { products.append(try canonicalProduct(of: [Self(number), term])) }
      return .call(.add, orderedTerms(products))
    }
    if result.count > 1 { result.sort(by: precedes) }
    return product(of: isOne ? result : [Self(number)] + result)
  }

  /// Adds up exponents that are multiples of one expression; others stay apart.
  private static func joined(_ exponents: [SymbolicExpression]) throws(FXError)
    -> [SymbolicExpression]
  {
    if exponents.count == 1 { return exponents }
    var order: [SymbolicExpression] = []
    var groups: [SymbolicExpression: [SymbolicExpression]] = [:]
    for exponent in exponents {
      let rest = exponent.coefficientAndRest.rest
      if groups[rest] == nil { order.append(rest) }
      groups[rest, default: []].append(exponent)
    }
    var result: [SymbolicExpression] = []
    for rest in order { result.append(try sum(of: groups[rest] ?? [])) }
    return result
  }

  // MARK: Powers

  static func power(_ base: SymbolicExpression, _ exponent: SymbolicExpression) throws(FXError)
    -> SymbolicExpression
  {
    try checkNumbers([base, exponent])
    if exponent.isInteger(0) { return one }
    if exponent.isInteger(1) { return base }
    if base.isInteger(1) { return one }
    if let value = base.number, let power = exponent.number {
      if power.int != nil || power.isFloat || value.isFloat {
        return Self(try SymbolicNumber.power(value, power))
      }
      if let root = value.exactRoot(power) { return Self(root) }
      if power == .rational(1, 2), let (outside, inside) = value.squareFactor {
        return .call(
          .mul, [.integer(outside), .call(.pow, [.integer(inside), exponent])])
      }
      return .call(.pow, [base, exponent])
    }
    let isWhole = if case .integer = exponent { true } else { false }
    if case .call(.pow, let inner) = base {
      let isReal = exponent.number != nil && inner[1].number != nil && inner[0].isKnownNonnegative
      if isWhole || isReal {
        return try power(inner[0], canonicalProduct(of: [inner[1], exponent]))
      }
    }
    if case .call(.mul, let factors) = base, exponent.number != nil {
      // Roots are taken of what is known not to be negative.
      let movable = factors.filter { isWhole || $0.isKnownNonnegative }
      if !movable.isEmpty, isWhole || movable.count < factors.count || factors.count > 1 {
        var parts: [SymbolicExpression] = []
        for factor in movable { parts.append(try power(factor, exponent)) }
        let rest = factors.filter { !isWhole && !$0.isKnownNonnegative }
        if !rest.isEmpty { parts.append(.call(.pow, [product(of: rest), exponent])) }
        return try canonicalProduct(of: parts)
      }
    }
    return .call(.pow, [base, exponent])
  }

  // MARK: What is known of an expression

  /// Tells whether the expression is a whole number, whatever values its symbols have.
  var isKnownInteger: Bool {
    switch self {
    case .integer: true
    case .symbol(_, let assumptions): assumptions.contains("integer=True")
    case .call(let function, let arguments):
      switch function {
      case .add, .mul, .max, .min, .abs, .identity: arguments.allSatisfy(\.isKnownInteger)
      case .pow:
        arguments[0].isKnownInteger && arguments[1].isKnownInteger
          && arguments[1].isKnownNonnegative
      case .whereElse: arguments[1].isKnownInteger && arguments[2].isKnownInteger
      case .piecewise: arguments.allSatisfy { $0.arguments.first?.isKnownInteger ?? false }
      default: function.isAlwaysInteger
      }
    default: false
    }
  }

  /// Returns the range that the symbols' assumptions alone give.
  var assumedRange: ValueRange { RangeAnalysis(isAssumptionsOnly: true).range(of: self) }

  /// Tells whether the expression is known not to be negative.
  var isKnownNonnegative: Bool { assumedRange.lower >= .zero }
}
