/// Construction of relations, logic, choices, extrema and functions of numbers.
extension SymbolicExpression {
  // MARK: Relations

  static func relation(
    _ function: SymbolicFunction, _ a: SymbolicExpression, _ b: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    if let x = a.truthValue, let y = b.truthValue, function == .equality || function == .unequality
    {
      return truth((x == y) == (function == .equality))
    }
    if a.isTruth || b.isTruth {
      guard function == .equality || function == .unequality, a.isTruth, b.isTruth else {
        try checkNumbers([a, b])
        return .call(function, [a, b])
      }
      return a == b ? truth(function == .equality) : .call(function, [a, b])
    }
    if let x = a.number, let y = b.number { return truth(try holds(function, x, y)) }
    if a == b { return truth([.equality, .lessThan, .greaterThan].contains(function)) }
    if let known = try known(function, a, b) { return truth(known) }
    return .call(function, [a, b])
  }

  /// Tells whether a relation holds between numbers. NaN is equal to nothing.
  ///
  /// - Throws: `symbolic.domain` where the order of NaN is asked for, as SymPy does.
  static func holds(
    _ function: SymbolicFunction, _ x: SymbolicNumber, _ y: SymbolicNumber
  ) throws(FXError) -> Bool {
    let order = SymbolicNumber.order(x, y)
    if order == nil, function != .equality, function != .unequality {
      throw FXError(.symbolicDomain, "NaN is neither less nor greater than anything")
    }
    return switch function {
    case .equality: order == 0
    case .unequality: order != 0
    case .lessThan: order == 0 || order == -1
    case .strictLessThan: order == -1
    case .greaterThan: order == 0 || order == 1
    default: order == 1
    }
  }

  /// Tells whether a relation follows from the symbols' assumptions; nil where it does not.
  private static func known(
    _ function: SymbolicFunction, _ a: SymbolicExpression, _ b: SymbolicExpression
  ) throws(FXError) -> Bool? {
    let range = try difference(a, b).assumedRange
    let (low, high) = (range.lower, range.upper)
    switch function {
    case .equality: return low > .zero || high < .zero ? false : nil
    case .unequality: return low > .zero || high < .zero ? true : nil
    case .lessThan: return high <= .zero ? true : low > .zero ? false : nil
    case .strictLessThan: return high < .zero ? true : low >= .zero ? false : nil
    case .greaterThan: return low >= .zero ? true : high < .zero ? false : nil
    default: return low > .zero ? true : high <= .zero ? false : nil
    }
  }

  /// Returns a relation with the smaller side first, so that both ways of writing it are equal.
  private var oriented: SymbolicExpression {
    guard case .call(let function, let sides) = self else { return self }
    return switch function {
    case .greaterThan: .call(.lessThan, [sides[1], sides[0]])
    case .strictGreaterThan: .call(.strictLessThan, [sides[1], sides[0]])
    default: self
    }
  }

  // MARK: Logic

  static func negation(_ value: SymbolicExpression) throws(FXError) -> SymbolicExpression {
    if let known = value.truthValue { return truth(!known) }
    if value.number != nil {
      throw FXError(.symbolicKind, "the number '\(value)' stands where a truth value is needed")
    }
    guard case .call(let function, let arguments) = value else { return .call(.not, [value]) }
    if function == .not { return arguments[0] }
    if let opposite = function.negatedRelation { return .call(opposite, arguments) }
    return .call(.not, [value])
  }

  static func junction(
    _ function: SymbolicFunction, _ parts: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    var result: [SymbolicExpression] = []
    var seen: Set<SymbolicExpression> = []
    for argument in parts {
      for part in argument.parts(of: function) {
        if let known = part.truthValue {
          if known == (function == .or) { return part }
          continue
        }
        if seen.contains(try negation(part).oriented) { return truth(function == .or) }
        if seen.insert(part.oriented).inserted { result.append(part) }
      }
    }
    if result.isEmpty { return truth(function == .and) }
    return result.count == 1 ? result[0] : .call(function, ordered(result))
  }

  /// Sorts as SymPy's `ordered`: by the number of parts, then by the sort key.
  private static func ordered(_ parts: [SymbolicExpression]) -> [SymbolicExpression] {
    parts.map { (count: $0.extent.nodeCount, part: $0) }.sorted { a, b in
      a.count != b.count ? a.count < b.count : precedes(a.part, b.part)
    }.map(\.part)
  }

  static func choice(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    switch function {
    case .conditionPair: return .call(function, arguments)
    case .whereElse, .ifThenElse:
      guard let condition = arguments[0].truthValue else { return .call(function, arguments) }
      return arguments[condition ? 1 : 2]
    default: break
    }
    var pairs: [SymbolicExpression] = []
    for argument in arguments {
      guard case .call(.conditionPair, let pair) = argument else {
        throw FXError(.symbolicArguments, "'Piecewise' takes values with their conditions")
      }
      if pair[1].truthValue == false { continue }
      pairs.append(argument)
      if pair[1].truthValue == true { break }
    }
    guard let first = pairs.first else { return .constant(.nan) }
    return first.arguments[1].truthValue == true ? first.arguments[0] : .call(.piecewise, pairs)
  }

  // MARK: Extrema

  static func extremum(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    try checkNumbers(arguments)
    var number: SymbolicNumber?
    var others: [SymbolicExpression] = []
    var seen: Set<SymbolicExpression> = []
    let isMax = function == .max
    for argument in arguments {
      for part in argument.parts(of: function) {
        guard let value = part.number else {
          if seen.insert(part).inserted { others.append(part) }
          continue
        }
        if value.isNaN { throw FXError(.symbolicDomain, "NaN has no order") }
        if value.isFloat, value.isInfinite {
          if (value.sign > 0) == isMax { return part }
          continue
        }
        let known = number ?? value
        number =
          isMax ? SymbolicNumber.larger(known, value) : SymbolicNumber.smaller(known, value)
      }
    }
    if others.count == 2, number == nil, let one = multiple(isMax, others[0], others[1]) {
      return one
    }
    if let number {
      if others.isEmpty { return Self(number) }
      if others.count == 1, number == .zero || number == .one,
        others[0].assumedRange.lower >= number
      {
        return isMax ? others[0] : Self(number)
      }
      others.append(Self(number))
    }
    if others.isEmpty { return .constant(isMax ? .negativeInfinity : .infinity) }
    return others.count == 1 ? others[0] : .call(function, ordered(others))
  }

  /// Returns the larger or smaller of two multiples of one expression whose sign is known.
  private static func multiple(
    _ isMax: Bool, _ a: SymbolicExpression, _ b: SymbolicExpression
  ) -> SymbolicExpression? {
    let (left, right) = (a.coefficientAndRest, b.coefficientAndRest)
    guard left.rest == right.rest else { return nil }
    let (x, y) = (left.coefficient?.number ?? .one, right.coefficient?.number ?? .one)
    let range = left.rest.assumedRange
    if range.lower >= .zero { return (x < y) == isMax ? b : a }
    if range.upper <= .zero { return (x < y) == isMax ? a : b }
    return nil
  }

  // MARK: Functions of numbers

  static func numeric(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression]
  ) throws(FXError) -> SymbolicExpression {
    let isBitwise = [.bitwiseAnd, .bitwiseOr, .bitwiseXor].contains(function)
    if !isBitwise { try checkNumbers(arguments) }
    let first = arguments[0]
    switch function {
    case .identity: return .call(function, arguments)
    case .floor, .ceiling, .truncToInt:
      if first.isKnownInteger { return first }
      if case .call(.intTrueDiv, let parts) = first, function == .truncToInt {
        if parts[1].isInteger(1) { return parts[0] }
        if parts[1].isInteger(-1) { return try canonicalProduct(of: [minusOne, parts[0]]) }
      }
    case .abs where first.isKnownNonnegative: return first
    case .exp where first.isInteger(0): return one
    case .log where first.isInteger(1): return zero
    case .exp where first.number?.isFloat == false, .log where first.number?.isFloat == false:
      return .call(function, arguments)
    case .isNonOverlappingAndDense where arguments.count == 2:
      if arguments[1].isInteger(1) { return one }
      if let size = first.number, size < .integer(2) { return one }
    default: break
    }
    var values: [SymbolicResult] = []
    for argument in arguments {
      if let value = argument.number {
        values.append(.number(value))
      } else if let value = argument.truthValue {
        values.append(.truth(value))
      } else {
        return .call(function, arguments)
      }
    }
    switch try SymbolicResult.apply(function, values) {
    case .number(let value): return Self(value)
    case .truth(let value): return truth(value)
    }
  }
}
