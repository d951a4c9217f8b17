import FXCore

/// A size or stride: a number, or an expression over the symbols of a program in canonical form.
public enum SymbolicSize: Hashable, Sendable, ExpressibleByIntegerLiteral {
  case int(Int)
  case expression(SymbolicExpression)

  public init(integerLiteral value: Int) { self = .int(value) }

  /// Makes a size of a canonical expression.
  public init(_ expression: SymbolicExpression) {
    if case .integer(let value) = expression {
      self = .int(value)
    } else {
      self = .expression(expression)
    }
  }

  /// Returns the number; nil for an expression.
  public var int: Int? { if case .int(let value) = self { value } else { nil } }

  /// The size as an expression.
  public var expression: SymbolicExpression {
    switch self {
    case .int(let value): .integer(value)
    case .expression(let expression): expression
    }
  }

  /// Returns the sum.
  ///
  /// - Throws: `symbolic.overflow`, as the other operations.
  public static func + (a: SymbolicSize, b: SymbolicSize) throws -> SymbolicSize {
    try apply(.add, a, b) { $0.addingReportingOverflow($1) }
  }

  /// Returns the difference.
  ///
  /// - Throws: `symbolic.*` for a number that is too large.
  public static func - (a: SymbolicSize, b: SymbolicSize) throws -> SymbolicSize {
    try a + b * .int(-1)
  }

  /// Returns the product.
  ///
  /// - Throws: `symbolic.*` for a number that is too large.
  public static func * (a: SymbolicSize, b: SymbolicSize) throws -> SymbolicSize {
    try apply(.mul, a, b) { $0.multipliedReportingOverflow(by: $1) }
  }

  /// Returns the quotient, rounded down.
  ///
  /// - Throws: `symbolic.domain` for a division by zero.
  public func floorDivided(by other: SymbolicSize) throws -> SymbolicSize {
    if other == 1 { return self }
    return SymbolicSize(try .applying(.floorDiv, to: [expression, other.expression]))
  }

  /// Returns the larger of two sizes.
  ///
  /// - Throws: `symbolic.*` for a number that is too large.
  public static func maximum(_ a: SymbolicSize, _ b: SymbolicSize) throws -> SymbolicSize {
    if let left = a.int, let right = b.int { return .int(max(left, right)) }
    return SymbolicSize(try .applying(.max, to: [a.expression, b.expression]))
  }

  /// Returns the smaller of two sizes.
  ///
  /// - Throws: `symbolic.*` for a number that is too large.
  public static func minimum(_ a: SymbolicSize, _ b: SymbolicSize) throws -> SymbolicSize {
    if let left = a.int, let right = b.int { return .int(min(left, right)) }
    return SymbolicSize(try .applying(.min, to: [a.expression, b.expression]))
  }

  /// Returns the product of sizes.
  ///
  /// - Throws: `symbolic.*` for a number that is too large.
  public static func product(_ sizes: some Sequence<SymbolicSize>) throws -> SymbolicSize {
    try sizes.reduce(1) { try $0 * $1 }
  }

  /// Returns row-major strides; a size of 0 counts as 1.
  public static func contiguousStrides(_ sizes: [SymbolicSize]) -> [SymbolicSize] {
    var strides = sizes
    var stride: SymbolicSize = 1
    for axis in sizes.indices.reversed() {
      strides[axis] = stride
      // Products of sizes that a tensor has do not overflow.
      if sizes[axis] != 0 { stride = (try? stride * sizes[axis].atLeastOne) ?? 0 }
    }
    return strides
  }

  /// The size, or 1 where it may be 0: `Max(1, s77//s86)`. A symbol itself is taken for 2 or more.
  var atLeastOne: SymbolicSize {
    guard case .expression(let expression) = self, !expression.isSymbol else { return self }
    let symbols = expression.freeSymbols.map { ($0, ValueRange(min: 2, max: nil)) }
    let range = RangeAnalysis(Dictionary(symbols) { first, _ in first }).range(of: expression)
    if range.lower.int ?? 0 >= 1 { return self }
    return (try? .maximum(1, self)) ?? self
  }

  private static func apply(
    _ function: SymbolicFunction, _ a: SymbolicSize, _ b: SymbolicSize,
    _ numbers: (Int, Int) -> (Int, Bool)
  ) throws -> SymbolicSize {
    if let left = a.int, let right = b.int {
      let (result, overflow) = numbers(left, right)
      if !overflow { return .int(result) }
    }
    return SymbolicSize(try .applying(function, to: [a.expression, b.expression]))
  }
}
