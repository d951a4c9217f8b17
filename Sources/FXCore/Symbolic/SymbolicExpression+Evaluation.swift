/// What a symbolic expression comes to: a number or a truth value.
public enum SymbolicResult: Hashable, Sendable {
  case number(SymbolicNumber)
  case truth(Bool)

  /// Returns the number; nil for a truth value.
  public var number: SymbolicNumber? { if case .number(let value) = self { value } else { nil } }
  /// Returns the truth value; nil for a number.
  public var truth: Bool? { if case .truth(let value) = self { value } else { nil } }
}

extension SymbolicExpression {
  /// Returns what the expression comes to where its symbols have values.
  ///
  /// Whole numbers and fractions are exact. Of a choice only the branch taken is evaluated, and of
  /// `And` and `Or` as many parts as decide.
  ///
  /// - Throws: `symbolic.unassigned`, `symbolic.overflow`, `symbolic.domain`, `symbolic.kind`.
  public func evaluate(
    _ value: (String) throws(FXError) -> SymbolicNumber?
  ) throws(FXError) -> SymbolicResult {
    switch self {
    case .symbol(let name, _):
      guard let number = try value(name) else {
        throw FXError(.symbolicUnassigned, "the symbol '\(name)' has no value")
      }
      return .number(number)
    case .rational(let top, let bottom): return .number(try SymbolicNumber.ratio(top, bottom))
    case .constant(let constant):
      if let number = constant.number { return .number(number) }
      if let known = truthValue { return .truth(known) }
      if constant == .pi { return .number(.float(.pi)) }
      throw FXError(.symbolicDomain, "the expression holds the complex infinity")
    case .call(let function, let arguments):
      switch function {
      case .and, .or:
        for argument in arguments
        where try argument.evaluateTruth(value) == (function == .or) {
          return .truth(function == .or)
        }
        return .truth(function == .and)
      case .whereElse, .ifThenElse:
        return try arguments[arguments[0].evaluateTruth(value) ? 1 : 2].evaluate(value)
      case .piecewise:
        for argument in arguments {
          guard case .call(.conditionPair, let pair) = argument else { break }
          if try pair[1].evaluateTruth(value) { return try pair[0].evaluate(value) }
        }
        throw FXError(.symbolicDomain, "no condition of 'Piecewise' holds")
      default: break
      }
      var results: [SymbolicResult] = []
      results.reserveCapacity(arguments.count)
      for argument in arguments { results.append(try argument.evaluate(value)) }
      return try SymbolicResult.apply(function, results)
    default:
      guard let number else { throw FXError(.symbolicKind, "'\(self)' is not a number") }
      return .number(number)
    }
  }

  private func evaluateTruth(
    _ value: (String) throws(FXError) -> SymbolicNumber?
  ) throws(FXError) -> Bool {
    guard let result = try evaluate(value).truth else {
      throw FXError(.symbolicKind, "the number '\(self)' stands where a truth value is needed")
    }
    return result
  }

  /// Returns the expression with symbols replaced, in canonical form.
  ///
  /// - Throws: `symbolic.depth` and `symbolic.size` where the result would be beyond the limits,
  ///   and as `canonical()`.
  public func substituting(_ values: [String: SymbolicExpression]) throws(FXError)
    -> SymbolicExpression
  {
    var extents: [String: (depth: Int, nodeCount: Int)] = [:]
    for (name, value) in values { extents[name] = value.extent }
    let (depth, count) = grownExtent(extents)
    if depth > Limits.expressionDepth.value { throw FXError.expressionDepth() }
    if count > Limits.expressionParts.value { throw FXError.expressionSize() }
    return try replacing(values).canonical()
  }

  private func replacing(_ values: [String: SymbolicExpression]) -> SymbolicExpression {
    switch self {
    case .symbol(let name, _): values[name] ?? self
    case .call(let function, let arguments):
      .call(function, arguments.map { $0.replacing(values) })
    default: self
    }
  }

  /// Returns the extent after symbols have been replaced by expressions of given extents.
  private func grownExtent(_ extents: [String: (depth: Int, nodeCount: Int)]) -> (Int, Int) {
    switch self {
    case .symbol(let name, _): return extents[name] ?? (1, 1)
    case .call(_, let arguments):
      var (depth, count) = (0, 1)
      for argument in arguments {
        let inner = argument.grownExtent(extents)
        depth = Swift.max(depth, inner.0)
        count = Swift.min(count + inner.1, Limits.expressionParts.value + 1)
      }
      return (depth + 1, count)
    default: return (1, 1)
    }
  }
}

extension SymbolicResult {
  private func asNumber(_ function: SymbolicFunction) throws(FXError) -> SymbolicNumber {
    guard case .number(let value) = self else {
      throw FXError(
        .symbolicKind, "'\(function.rawValue)' takes numbers, not truth values")
    }
    return value
  }

  /// Applies a function to values.
  static func apply(_ function: SymbolicFunction, _ arguments: [SymbolicResult]) throws(FXError)
    -> SymbolicResult
  {
    if function == .not {
      guard let value = arguments[0].truth else {
        throw FXError(.symbolicKind, "'Not' takes a truth value, not a number")
      }
      return .truth(!value)
    }
    if arguments.count == 2, let a = arguments[0].truth, let b = arguments[1].truth {
      switch function {
      case .equality: return .truth(a == b)
      case .unequality, .bitwiseXor: return .truth(a != b)
      case .bitwiseAnd: return .truth(a && b)
      case .bitwiseOr: return .truth(a || b)
      default: break
      }
    }
    var numbers: [SymbolicNumber] = []
    let takesBits = [.bitwiseAnd, .bitwiseOr, .bitwiseXor].contains(function)
    for argument in arguments {
      if takesBits, let value = argument.truth {
        numbers.append(.integer(value ? 1 : 0))
      } else {
        numbers.append(try argument.asNumber(function))
      }
    }
    if function.isRelation {
      return .truth(try SymbolicExpression.holds(function, numbers[0], numbers[1]))
    }
    return .number(try apply(function, to: numbers))
  }

  private static func apply(_ function: SymbolicFunction, to values: [SymbolicNumber])
    throws(FXError) -> SymbolicNumber
  {
    let a = values[0]
    let b = values.count > 1 ? values[1] : .zero
    switch function {
    case .mod, .pythonMod, .modularIndexing, .leftShift, .rightShift:
      // What is known of their ranges, and PyTorch's own code, takes them for functions of integers.
      guard values.allSatisfy(\.isWhole) else {
        throw FXError(.symbolicKind, "'\(function.rawValue)' takes whole numbers")
      }
    default: break
    }
    switch function {
    case .add:
      var sum = a
      for value in values.dropFirst() { sum = try sum.adding(value) }
      return sum
    case .mul:
      var product = a
      for value in values.dropFirst() { product = try product.multiplied(by: value) }
      return product
    case .pow: return try SymbolicNumber.power(a, b)
    case .max: return values.dropFirst().reduce(a, SymbolicNumber.larger)
    case .min: return values.dropFirst().reduce(a, SymbolicNumber.smaller)
    case .abs: return a.sign < 0 ? try a.negated() : a
    case .floor, .floorToInt: return try SymbolicNumber.roundedDown(a)
    case .ceiling, .ceilToInt: return try SymbolicNumber.roundedUp(a)
    case .truncToInt: return try SymbolicNumber.truncated(a)
    case .truncToFloat: return .float(a.double.rounded(.towardZero))
    case .roundToInt: return try SymbolicNumber.whole(a.double.rounded(.toNearestOrEven))
    case .roundDecimal: return try SymbolicNumber.rounded(a, digits: b)
    case .toFloat: return .float(a.double)
    case .identity: return a
    case .mod: return try SymbolicNumber.modulo(a, b)
    case .pythonMod: return try SymbolicNumber.pythonModulo(a, b)
    case .floorDiv, .cleanDiv: return try SymbolicNumber.floorDivide(a, b)
    case .ceilDiv: return try SymbolicNumber.floorDivide(a.negated(), b).negated()
    case .modularIndexing:
      return try SymbolicNumber.pythonModulo(SymbolicNumber.floorDivide(a, b), values[2])
    case .intTrueDiv, .floatTrueDiv: return try SymbolicNumber.trueDivide(a, b)
    case .powByNatural: return try SymbolicNumber.powerByNatural(a, b)
    case .floatPow: return try SymbolicNumber.power(.float(a.double), .float(b.double))
    case .leftShift: return try SymbolicNumber.shifted(a, by: b, left: true)
    case .rightShift: return try SymbolicNumber.shifted(a, by: b, left: false)
    case .bitwiseAnd, .bitwiseOr, .bitwiseXor: return try SymbolicNumber.bitwise(function, a, b)
    case .isNonOverlappingAndDense: return try SymbolicNumber.isNonOverlappingAndDense(values)
    default:
      guard function.isOpaque || function == .exp || function == .log else {
        throw FXError(.symbolicKind, "'\(function.rawValue)' has no value of its own")
      }
      return try SymbolicNumber.opaque(function, a)
    }
  }
}

extension SymbolicNumber {
  /// Returns the difference of two whole numbers.
  ///
  /// - Throws: `symbolic.overflow`.
  public static func difference(_ a: Int, _ b: Int) throws(FXError) -> SymbolicNumber {
    let (result, overflows) = a.subtractingReportingOverflow(b)
    if overflows { throw FXError(.symbolicOverflow, "a difference does not fit 64 bits") }
    return .integer(result)
  }
}

extension SymbolicExpression {
  /// Tells whether a symbol occurs in sums of multiples only.
  public func isLinear(in symbol: String) -> Bool {
    switch self {
    case .call(.add, let terms): return terms.allSatisfy { $0.isLinear(in: symbol) }
    case .call(.mul, let factors):
      let dependent = factors.filter { $0.freeSymbols.contains(symbol) }
      return dependent.isEmpty || (dependent.count == 1 && dependent[0].isLinear(in: symbol))
    case .call: return !freeSymbols.contains(symbol)
    default: return true
    }
  }
}
