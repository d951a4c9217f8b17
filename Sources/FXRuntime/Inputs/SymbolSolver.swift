import FXCore

/// Finds values of symbols for which conditions hold: least ones, by trying.
///
/// A value that an equality leaves no choice for is computed; all others are tried from a start on.
struct SymbolSolver {
  /// A symbol and the values that are tried for it.
  struct Variable {
    let name: String
    let range: ClosedRange<Int>
    /// The value that is tried first; lower ones come last.
    var start: Int

    init(_ name: String, in range: ClosedRange<Int>, from start: Int) {
      self.name = name
      self.range = range
      self.start = min(max(start, range.lowerBound), range.upperBound)
    }

    /// The values in the order in which they are tried: near ones, then ever larger ones.
    fileprivate var candidates: [Int] {
      let near = start...min(range.upperBound, start &+ 255)
      var values = Array(near)
      var next = near.upperBound
      while next < range.upperBound, next < 1 << 24 {
        next = min(max(next * 2, 1), range.upperBound)
        values.append(next)
      }
      if start > range.lowerBound {
        values += (max(range.lowerBound, start - 64)..<start).reversed()
      }
      return values
    }
  }

  /// An expression that has to be true, or a number that has to lie in a range.
  struct Condition {
    let expression: SymbolicExpression
    /// Where the number has to lie; nil for a truth value.
    let range: ClosedRange<Int>?
    let symbols: [String]

    init(_ expression: SymbolicExpression, in range: ClosedRange<Int>? = nil) {
      if range == nil, case .call(.equality, let sides) = expression, sides.count == 2 {
        let negative = SymbolicExpression.call(.mul, [.integer(-1), sides[1]])
        self.expression = .call(.add, [sides[0], negative])
        self.range = 0...0
      } else {
        self.expression = expression
        self.range = range
      }
      symbols = expression.freeSymbols
    }

    /// The number that the expression has to be; nil where several will do.
    fileprivate var only: Int? {
      guard let range, range.lowerBound == range.upperBound else { return nil }
      return range.lowerBound
    }

    fileprivate func number(_ values: [String: Int]) -> Int? {
      let result = try? expression.evaluate { (name) throws(FXError) in
        values[name].map { .integer($0) }
      }
      return result?.number?.int
    }

    /// Whether the condition holds; one that can't be evaluated does not.
    fileprivate func holds(_ values: [String: Int]) -> Bool {
      if let range { return number(values).map { range.contains($0) } ?? false }
      let result = try? expression.evaluate { (name) throws(FXError) in
        values[name].map { .integer($0) }
      }
      return result?.truth ?? false
    }

    /// Returns the one value of a symbol that can fulfil the condition, where all others are known.
    ///
    /// It is nil where the expression is no sum of multiples of the symbol.
    fileprivate func solution(for symbol: String, _ values: [String: Int]) -> Int? {
      guard let only, expression.isLinear(in: symbol) else { return nil }
      var values = values
      values[symbol] = 0
      guard let zero = number(values) else { return nil }
      values[symbol] = 1
      guard let one = number(values) else { return nil }
      let (slope, overflows) = one.subtractingReportingOverflow(zero)
      let (rise, overflowsToo) = only.subtractingReportingOverflow(zero)
      guard !overflows, !overflowsToo, slope != 0, slope != -1 || rise != .min else { return nil }
      return rise / slope
    }
  }

  private let variables: [Variable]
  /// The conditions that can be told once a variable has a value, by its position.
  private var conditions: [[Condition]]
  /// How many values may still be tried.
  private var budget = 100_000

  /// Prepares a search; conditions on symbols that are no variables are not looked at.
  init(_ variables: [Variable], _ conditions: [Condition]) {
    self.variables = variables
    self.conditions = Array(repeating: [], count: variables.count)
    for condition in conditions {
      let places = condition.symbols.map { name in variables.firstIndex { $0.name == name } }
      let known = places.compactMap { $0 }
      guard known.count == places.count, let last = known.max() else { continue }
      self.conditions[last].append(condition)
    }
  }

  /// Returns values for which all conditions hold; nil where none were found.
  mutating func solve() -> [String: Int]? {
    var values: [String: Int] = [:]
    return assign(0, &values) ? values : nil
  }

  private mutating func assign(_ place: Int, _ values: inout [String: Int]) -> Bool {
    guard place < variables.count else { return true }
    let variable = variables[place]
    for value in candidates(place, values) where variable.range.contains(value) {
      if budget == 0 { return false }
      budget -= 1
      values[variable.name] = value
      if conditions[place].allSatisfy({ $0.holds(values) }), assign(place + 1, &values) {
        return true
      }
    }
    values[variable.name] = nil
    return false
  }

  private func candidates(_ place: Int, _ values: [String: Int]) -> [Int] {
    let variable = variables[place]
    for condition in conditions[place] {
      if let value = condition.solution(for: variable.name, values) { return [value] }
    }
    return variable.candidates
  }
}
