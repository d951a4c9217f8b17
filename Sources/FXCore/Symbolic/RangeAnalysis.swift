/// Finds the range of an expression from the ranges of its symbols.
///
/// Bounds hold always; they need not be reached. A bound beyond 64 bits is infinite.
///
///     RangeAnalysis(["s77": ValueRange(min: 2, max: 10)]).range(of: expression)
///
/// Source: `torch/utils/_sympy/value_ranges.py`, `bound_sympy`.
public struct RangeAnalysis {
  private let ranges: [String: ValueRange]
  /// Whether only signs are taken from PyTorch's functions, as SymPy's own assumptions do.
  private let isAssumptionsOnly: Bool

  /// Makes an analysis under the ranges of symbols; others have what their assumptions tell.
  public init(_ ranges: [String: ValueRange] = [:]) {
    self.ranges = ranges
    isAssumptionsOnly = false
  }

  init(isAssumptionsOnly: Bool) {
    ranges = [:]
    self.isAssumptionsOnly = isAssumptionsOnly
  }

  /// Returns the range of an expression.
  public func range(of expression: SymbolicExpression) -> ValueRange {
    switch expression {
    case .symbol(let name, let assumptions):
      return ranges[name] ?? Self.range(ofAssumptions: assumptions)
    case .constant(.true): return .truth(true)
    case .constant(.false): return .truth(false)
    case .constant(.pi): return .single(.float(.pi))
    case .constant(.nan), .constant(.complexInfinity): return .numbers
    case .call(let function, let arguments):
      let result = range(of: function, arguments)
      if isAssumptionsOnly, !result.isTruth { return signs(result, of: function) }
      return result
    default: return expression.number.map { .single($0) } ?? .numbers
    }
  }

  private func signs(_ range: ValueRange, of function: SymbolicFunction) -> ValueRange {
    switch function {
    case .add, .mul, .pow, .identity: return range
    case .max, .min, .whereElse, .piecewise:
      let low: SymbolicNumber = range.lower >= .one ? .one : .zero
      return ValueRange(
        range.lower >= .zero ? low : .negativeIntegerInfinity,
        range.upper <= .integer(-1) ? .integer(-1) : .integerInfinity)
    default: return range.lower >= .zero ? ValueRange(.zero, .integerInfinity) : .integers
    }
  }

  private static func range(ofAssumptions assumptions: [String]) -> ValueRange {
    let isInteger = assumptions.contains("integer=True")
    let infinity: SymbolicNumber = isInteger ? .integerInfinity : .infinity
    let zero: SymbolicNumber = isInteger ? .zero : .float(0)
    if assumptions.contains("positive=True") {
      return ValueRange(isInteger ? .one : .float(0), infinity)
    }
    if assumptions.contains("nonnegative=True") { return ValueRange(zero, infinity) }
    if assumptions.contains("negative=True") {
      return ValueRange(
        isInteger ? .negativeIntegerInfinity : .float(-.infinity),
        isInteger ? .integer(-1) : .float(0))
    }
    return isInteger ? .integers : .numbers
  }

  private func range(of function: SymbolicFunction, _ arguments: [SymbolicExpression])
    -> ValueRange
  {
    switch function {
    case .piecewise:
      var result: ValueRange?
      for argument in arguments {
        guard case .call(.conditionPair, let pair) = argument else { return .numbers }
        let condition = range(of: pair[1]).knownTruth
        if condition == false { continue }
        let part = range(of: pair[0])
        result = result?.union(part) ?? part
        if condition == true { break }
      }
      return result ?? .numbers
    case .conditionPair: return .numbers
    case .isNonOverlappingAndDense: return .integers
    default: break
    }
    let parts = arguments.map { range(of: $0) }
    let first = parts[0]
    switch function {
    case .add: return parts.dropFirst().reduce(first, Self.add)
    case .mul: return parts.dropFirst().reduce(first, Self.multiply)
    case .max:
      return parts.dropFirst().reduce(first) { a, b in
        ValueRange(
          SymbolicNumber.larger(a.lower, b.lower), SymbolicNumber.larger(a.upper, b.upper))
      }
    case .min:
      return parts.dropFirst().reduce(first) { a, b in
        ValueRange(
          SymbolicNumber.smaller(a.lower, b.lower), SymbolicNumber.smaller(a.upper, b.upper))
      }
    case .and, .or:
      // A number among conditions has no truth value, whichever part decides.
      guard parts.allSatisfy(\.isTruth) else { return .truths }
      let lowers = parts.map(\.lower)
      let uppers = parts.map(\.upper)
      let pick = function == .and ? SymbolicNumber.smaller : SymbolicNumber.larger
      return ValueRange(
        lowers.dropFirst().reduce(lowers[0], pick), uppers.dropFirst().reduce(uppers[0], pick),
        isTruth: true)
    case .not: return Self.not(first)
    case .whereElse, .ifThenElse:
      if let condition = first.knownTruth { return parts[condition ? 1 : 2] }
      return parts[1].union(parts[2])
    case _ where function.isRelation: return Self.compare(function, first, parts[1])
    default: return Self.apply(function, parts)
    }
  }

  private static func not(_ range: ValueRange) -> ValueRange {
    range.knownTruth.map { .truth(!$0) } ?? .truths
  }

  private static func compare(
    _ function: SymbolicFunction, _ a: ValueRange, _ b: ValueRange
  ) -> ValueRange {
    switch function {
    case .equality:
      if a.isSingle, b.isSingle, a.lower == b.lower { return .truth(true) }
      return a.lower > b.upper || b.lower > a.upper ? .truth(false) : .truths
    case .unequality: return not(compare(.equality, a, b))
    case .strictLessThan:
      return a.upper < b.lower ? .truth(true) : a.lower >= b.upper ? .truth(false) : .truths
    case .strictGreaterThan: return compare(.strictLessThan, b, a)
    case .lessThan: return not(compare(.strictLessThan, b, a))
    default: return not(compare(.strictLessThan, a, b))
    }
  }

  // MARK: Arithmetic without overflow

  static func add(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    func sum(_ x: SymbolicNumber, _ y: SymbolicNumber) -> SymbolicNumber {
      (try? x.adding(y)) ?? .infiniteInteger(isNegative: x.sign < 0)
    }
    return ValueRange(sum(a.lower, b.lower), sum(a.upper, b.upper))
  }

  static func product(_ x: SymbolicNumber, _ y: SymbolicNumber) -> SymbolicNumber {
    if x.sign == 0, !x.isNaN { return x }
    if y.sign == 0, !y.isNaN { return y }
    return (try? x.multiplied(by: y)) ?? .infiniteInteger(isNegative: x.sign * y.sign < 0)
  }

  static func multiply(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    corners(a, b) { product($0, $1) }
  }

  /// Returns the range of the values at the four corners, for functions without turning points.
  static func corners(
    _ a: ValueRange, _ b: ValueRange, _ body: (SymbolicNumber, SymbolicNumber) -> SymbolicNumber
  ) -> ValueRange {
    let values = [
      body(a.lower, b.lower), body(a.lower, b.upper), body(a.upper, b.lower),
      body(a.upper, b.upper),
    ]
    return ValueRange(
      values.dropFirst().reduce(values[0], SymbolicNumber.smaller),
      values.dropFirst().reduce(values[0], SymbolicNumber.larger))
  }
}
