import FXCore

/// What is known of a program's symbols while shapes are propagated: ranges, and example values.
///
/// Source: PyTorch's `ShapeEnv`.
public final class SymbolicContext {
  /// The ranges of symbols.
  public private(set) var ranges: [String: ValueRange]
  /// The value that tracing saw for each symbol; symbols of data have none.
  public private(set) var hints: [String: Int]
  private var unbackedCount: Int
  private var unbacked: Set<String> = []
  private var bindings: [String: SymbolicExpression] = [:]
  /// How often symbols were bound.
  package private(set) var bindCount = 0

  /// Starts with what a program says of its symbols.
  public init(
    ranges: [String: ValueRange] = [:], hints: [String: Int] = [:], unbackedCount: Int = 0
  ) {
    self.ranges = ranges
    self.hints = hints
    self.unbackedCount = unbackedCount
  }

  /// Notes a symbol's example value.
  public func note(hint: Int, of symbol: String) { hints[symbol] = hint }

  /// Makes a symbol for a number that depends on data: `u0`.
  public func makeUnbacked(_ range: ValueRange = ValueRange(min: 0, max: nil)) -> SymbolicExpression
  {
    let name = "u\(unbackedCount)"
    unbackedCount += 1
    ranges[name] = range
    unbacked.insert(name)
    return .symbol(name, assumptions: ["integer=True"])
  }

  /// Takes over what a program says of a number which was made a symbol here.
  public func bind(_ made: String, to known: SymbolicExpression) {
    let range = ranges.removeValue(forKey: made)
    if case .symbol(let name, _) = known, ranges[name] == nil { ranges[name] = range }
    unbacked.remove(made)
    bindings[made] = known
    bindCount += 1
  }

  /// Finds what makes an expression of symbols that were made here the one that a program has.
  public func bind(_ computed: SymbolicExpression, to known: SymbolicExpression) {
    switch (computed, known) {
    case (.symbol(let made, _), _):
      if unbacked.contains(made), computed != known { bind(made, to: known) }
    case (.call(let f, let parts), .call(let g, let others)) where f == g:
      guard parts.count == others.count else { return }
      for (part, other) in zip(parts, others) { bind(part, to: other) }
    default: return
    }
  }

  /// Returns an expression in the program's own symbols, as far as they are known by now.
  public func bound(_ expression: SymbolicExpression) -> SymbolicExpression {
    if bindings.isEmpty || expression.freeSymbols.allSatisfy({ bindings[$0] == nil }) {
      return expression
    }
    return (try? expression.substituting(bindings)) ?? expression
  }

  /// Whether symbols were made here, found in the program or not.
  public var hasMade: Bool { !unbacked.isEmpty || !bindings.isEmpty }

  /// Tells whether a condition holds for all values of the symbols; nil where it is not known.
  public func knownTruth(_ condition: SymbolicExpression) -> Bool? {
    if let truth = condition.truthValue { return truth }
    return RangeAnalysis(ranges).range(of: condition).knownTruth
  }

  /// Tells whether a condition holds, for the example values where it is open otherwise.
  ///
  /// - Throws: `shape.dataDependent` where it depends on data.
  public func isTrue(_ condition: SymbolicExpression) throws -> Bool {
    if let known = knownTruth(condition) { return known }
    let result = try? condition.evaluate { name in hints[name].map { .integer($0) } }
    if let truth = result?.truth { return truth }
    throw FXError(.shapeDataDependent, "whether \(condition) holds depends on data")
  }

  /// Tells whether two sizes are the same, for the example values where it is open otherwise.
  ///
  /// - Throws: `shape.dataDependent` where nothing decides it.
  public func isEqual(_ a: SymbolicSize, _ b: SymbolicSize) throws -> Bool {
    if a == b { return true }
    if let left = a.int, let right = b.int { return left == right }
    let condition = try SymbolicExpression.applying(.equality, to: [a.expression, b.expression])
    // Numbers that depend on data are taken for different from all that is not the same.
    if knownTruth(condition) == nil, !hasHint(a) || !hasHint(b) { return false }
    return try isTrue(condition)
  }

  /// Tells whether one size is less than another, for the example values where it is open otherwise.
  ///
  /// - Throws: `shape.dataDependent` where nothing decides it.
  public func isLess(_ a: SymbolicSize, _ b: SymbolicSize) throws -> Bool {
    if let left = a.int, let right = b.int { return left < right }
    return try isTrue(.applying(.strictLessThan, to: [a.expression, b.expression]))
  }

  private func hasHint(_ size: SymbolicSize) -> Bool {
    size.expression.freeSymbols.allSatisfy { hints[$0] != nil }
  }

  /// The example value of a size; nil where it depends on data.
  public func hint(of size: SymbolicSize) -> Int? {
    if let value = size.int { return value }
    let result = try? size.expression.evaluate { name in hints[name].map { .integer($0) } }
    return result?.number?.int
  }

  /// Tells whether two expressions have the same values, as far as a few samples tell where they
  /// differ in form.
  public func isEquivalent(_ a: SymbolicSize, _ b: SymbolicSize) -> Bool {
    if a == b { return true }
    let symbols = Set(a.expression.freeSymbols + b.expression.freeSymbols)
    if symbols.isEmpty { return false }
    if isSame(a, b, symbols.sorted(), factor: 1) { return true }
    // PyTorch divides a factor of a product that has been found divisible.
    guard let left = a.expression.exactDivisor, let right = b.expression.exactDivisor else {
      return false
    }
    let (factor, overflow) = left.multipliedReportingOverflow(by: right)
    return !overflow && factor > 1 && isSame(a, b, symbols.sorted(), factor: factor)
  }

  /// Tells whether two expressions have the same values where symbols are multiples of a factor.
  private func isSame(
    _ a: SymbolicSize, _ b: SymbolicSize, _ symbols: [String], factor: Int
  ) -> Bool {
    for sample in 0..<Self.sampleCount {
      var values: [String: Int] = [:]
      for (index, symbol) in symbols.enumerated() {
        let value = value(for: symbol, sample: sample * 7 + index * 3)
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        values[symbol] = overflow ? value : product
      }
      let left = try? a.expression.evaluate { name in values[name].map { .integer($0) } }
      let right = try? b.expression.evaluate { name in values[name].map { .integer($0) } }
      guard let left, let right else { return false }
      if left != right { return false }
    }
    return true
  }

  private static let sampleCount = 6

  private func value(for symbol: String, sample: Int) -> Int {
    let range = ranges[symbol]
    let least = max(range?.lower.int ?? 2, 2)
    let most = range?.upper.int ?? .max
    let (sum, overflow) = least.addingReportingOverflow(sample * sample)
    return min(overflow ? least : sum, most)
  }
}

extension FXError.Code {
  /// A shape depends on data in a way that no rule can tell.
  public static let shapeDataDependent = FXError.Code("shape.dataDependent")
  /// There is no rule for the shape of an operator's result.
  public static let shapeUnknown = FXError.Code("shape.unknown")
}
