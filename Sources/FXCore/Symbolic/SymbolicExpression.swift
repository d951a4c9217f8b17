/// A symbolic expression over the sizes of a program: SymPy's core with PyTorch's functions.
///
/// Parsing keeps a tree as it was written; `canonical()` gives the form in which SymPy holds it,
/// so that equal expressions are equal values. Whole numbers have 64 bits.
///
///     let size = try SymbolicExpression("2*s77 + 1")
///     try size.evaluate { _ in .integer(4) }  // 9
///
/// Source: `sympy.core`, `torch/utils/_sympy/functions.py`.
public indirect enum SymbolicExpression: Hashable, Sendable {
  case integer(Int)
  /// A fraction in lowest terms, as a rule.
  case rational(numerator: Int, denominator: Int)
  /// A floating-point number, with its precision in bits.
  case float(Double, precision: Int)
  /// A symbol with its assumptions, as written: `integer=True`.
  case symbol(String, assumptions: [String])
  /// A truth value, infinity or other constant.
  case constant(SymbolicConstant)
  /// A function applied to arguments.
  case call(SymbolicFunction, [SymbolicExpression])
}

/// A number or truth value with a name of its own.
public enum SymbolicConstant: String, Hashable, Sendable, CaseIterable {
  case `true`, `false`
  case infinity = "oo"
  case negativeInfinity = "-oo"
  case infiniteInteger = "int_oo"
  case negativeInfiniteInteger = "-int_oo"
  case nan
  case complexInfinity = "zoo"
  case pi

  /// Returns the number; nil for truth values and the complex infinity.
  var number: SymbolicNumber? {
    switch self {
    case .infinity: .float(.infinity)
    case .negativeInfinity: .float(-.infinity)
    case .infiniteInteger: .integerInfinity
    case .negativeInfiniteInteger: .negativeIntegerInfinity
    case .nan: .float(.nan)
    case .pi, .true, .false, .complexInfinity: nil
    }
  }

  /// Returns the constant's negative; nil where it has none.
  var negated: SymbolicConstant? {
    switch self {
    case .infinity: .negativeInfinity
    case .negativeInfinity: .infinity
    case .infiniteInteger: .negativeInfiniteInteger
    case .negativeInfiniteInteger: .infiniteInteger
    default: nil
    }
  }
}

extension SymbolicExpression {
  static let zero = SymbolicExpression.integer(0)
  static let one = SymbolicExpression.integer(1)
  static let minusOne = SymbolicExpression.integer(-1)

  static func truth(_ value: Bool) -> SymbolicExpression { .constant(value ? .true : .false) }

  /// Makes the expression of a number.
  public init(_ number: SymbolicNumber) {
    switch number {
    case .integer(let value): self = .integer(value)
    case .rational(let top, let bottom): self = .rational(numerator: top, denominator: bottom)
    case .float(let value):
      self =
        value.isNaN
        ? .constant(.nan)
        : value.isInfinite
          ? .constant(value < 0 ? .negativeInfinity : .infinity) : .float(value, precision: 53)
    case .infiniteInteger(let isNegative):
      self = .constant(isNegative ? .negativeInfiniteInteger : .infiniteInteger)
    }
  }

  /// Returns the number that the expression is; nil where it is no number.
  public var number: SymbolicNumber? {
    switch self {
    case .integer(let value): .integer(value)
    case .rational(let top, let bottom): .rational(top, bottom)
    case .float(let value, _): .float(value)
    case .constant(let constant): constant.number
    default: nil
    }
  }

  /// Returns the truth value that the expression is; nil where it is none.
  public var truthValue: Bool? {
    switch self {
    case .constant(.true): true
    case .constant(.false): false
    default: nil
    }
  }

  /// Returns the arguments of a call; empty for anything else.
  public var arguments: [SymbolicExpression] {
    if case .call(_, let arguments) = self { arguments } else { [] }
  }

  /// Returns the function of a call; nil for anything else.
  public var function: SymbolicFunction? {
    if case .call(let function, _) = self { function } else { nil }
  }

  /// Returns the arguments where the expression calls a function, else itself alone.
  func parts(of function: SymbolicFunction) -> [SymbolicExpression] {
    if case .call(function, let arguments) = self { arguments } else { [self] }
  }

  /// Tells whether the expression is the integer `value`.
  func isInteger(_ value: Int) -> Bool { self == .integer(value) }

  /// Returns the names of the symbols, each once, in the order in which they occur.
  public var freeSymbols: [String] {
    var names: [String] = []
    var seen: Set<String> = []
    collectSymbols(into: &names, &seen)
    return names
  }

  private func collectSymbols(into names: inout [String], _ seen: inout Set<String>) {
    switch self {
    case .symbol(let name, _): if seen.insert(name).inserted { names.append(name) }
    case .call(_, let arguments):
      for argument in arguments { argument.collectSymbols(into: &names, &seen) }
    default: break
    }
  }

  /// Returns how many levels of calls there are and how many parts in all.
  var extent: (depth: Int, nodeCount: Int) {
    guard case .call(_, let arguments) = self else { return (1, 1) }
    var (depth, count) = (0, 1)
    for argument in arguments {
      let inner = argument.extent
      depth = Swift.max(depth, inner.depth)
      count += inner.nodeCount
    }
    return (depth + 1, count)
  }

  // MARK: Coefficients

  /// Returns the numeric coefficient and the rest, as SymPy's `as_coeff_Mul`; 1 is nil.
  package var coefficientAndRest: (coefficient: SymbolicExpression?, rest: SymbolicExpression) {
    if number != nil { return (self, .one) }
    guard case .call(.mul, let factors) = self else { return (nil, self) }
    let merged = Self.mergingSign(factors)
    guard let first = merged.first, first.number != nil else { return (nil, self) }
    return (first, Self.product(of: Array(merged.dropFirst())))
  }

  /// Returns the factors with a leading -1 taken into the number after it: `srepr` splits them.
  static func mergingSign(_ factors: [SymbolicExpression]) -> [SymbolicExpression] {
    guard factors.count >= 2, factors[0].isInteger(-1), factors[1].number != nil,
      factors[1] != .integer(.min)
    else {
      return factors
    }
    return [factors[1].negatedNumber] + factors.dropFirst(2)
  }

  /// Returns the product of factors; a single factor is its own product.
  static func product(of factors: [SymbolicExpression]) -> SymbolicExpression {
    factors.count == 1 ? factors[0] : factors.isEmpty ? .one : .call(.mul, factors)
  }

  /// Returns the number with the opposite sign; other expressions as they are.
  var negatedNumber: SymbolicExpression {
    switch self {
    case .integer(let value): .integer(value == .min ? value : -value)
    case .rational(let top, let bottom):
      .rational(numerator: top == .min ? top : -top, denominator: bottom)
    case .float(let value, let precision): .float(-value, precision: precision)
    case .constant(let constant): constant.negated.map { .constant($0) } ?? self
    default: self
    }
  }
}
