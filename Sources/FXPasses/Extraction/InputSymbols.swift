import FXCore
import FXExport
import FXGraph

/// Gives sizes of a piece's inputs symbols of their own where they don't tell those they are made of.
///
/// PyTorch reads a program's symbols off the sizes of its inputs, one after the other: a symbol alone
/// or in a linear expression. It refuses to call a program with an input of size `s77//2`, unless
/// an input before tells `s77`. Such a size becomes a symbol, with its range, in all of the piece:
///
///     %a : f32[s77//2], %b : f32[s77 - s77//2]   →   %a : f32[s0], %b : f32[s1]
///     %cat : f32[s77]                            →   %cat : f32[s0 + s1]
///
/// What else is made of the symbols keeps them, as symbols that no input tells.
///
/// Source: `_check_input_constraints_for_graph` in `torch/_export/utils.py`.
struct InputSymbols {
  private let program: ExportedProgram
  private let analysis: RangeAnalysis
  /// The symbols of the program, where new ones need names.
  private var taken: Set<String> = []
  private var reading: SizeReading
  /// What expressions of the program are in the piece: each is for what those before have made.
  private var rules: [(pattern: SymbolicExpression, replacement: SymbolicExpression)] = []
  /// The ranges of the new symbols.
  private(set) var ranges: [(symbol: String, range: RangeConstraint)] = []

  /// Looks at the inputs of a piece, in order.
  init(_ inputs: [Node], of program: ExportedProgram) {
    self.program = program
    reading = SizeReading(program.module.context.expressions)
    var known: [String: ValueRange] = [:]
    for (symbol, range) in program.rangeConstraints {
      known[symbol] = ValueRange(min: range.min, max: range.max)
    }
    analysis = RangeAnalysis(known)
    for input in inputs {
      // A size that can't be given in another way stays as it is.
      for size in reading.sizes(of: input) { try? take(size) }
    }
  }

  /// Tells whether sizes of the piece have to be rewritten.
  var isEmpty: Bool { rules.isEmpty }

  /// Returns an expression of the program as it is in the piece.
  func rewritten(_ expression: SymbolicExpression) throws(FXError) -> SymbolicExpression {
    var result = expression
    for rule in rules { result = try Self.applying(rule, to: result) }
    return result
  }

  // MARK: Inputs

  private mutating func take(_ original: SymbolicExpression) throws(FXError) {
    let size = try rewritten(original)
    if reading.take(size) { return }
    let range = analysis.range(of: original)
    let terms = size.terms
    let dependent = terms.indices.filter { !reading.tells(terms[$0]) }
    // One term becomes what the new symbol is without the others.
    for index in dependent {
      let (factor, rest) = terms[index].coefficientAndRest
      var others = terms
      others.remove(at: index)
      if factor.isUnit {
        let symbol = symbol(for: size)
        var parts = [symbol]
        for other in others { parts.append(try .applying(.mul, to: [.integer(-1), other])) }
        let isolated = try SymbolicExpression.applying(
          .mul, to: [factor ?? .integer(1), .applying(.add, to: parts)])
        // What the others have of the term must not change with it.
        guard try Self.applying((rest, isolated), to: size) == symbol else { continue }
        return add((rest, isolated), telling: symbol, range)
      } else if dependent.count == 1 {
        return add((rest, symbol(for: rest)), telling: symbol(for: rest), analysis.range(of: rest))
      }
    }
    add((size, symbol(for: size)), telling: symbol(for: size), range)
  }

  private mutating func add(
    _ rule: (SymbolicExpression, SymbolicExpression), telling symbol: SymbolicExpression,
    _ range: ValueRange
  ) {
    rules.append(rule)
    // Strides have sizes that are no symbols as `Max(1, …)`.
    if case .call(.mul, let factors) = rule.0 {
      let strides = factors.map { factor in
        guard case .call = factor else { return factor }
        return SymbolicExpression.call(.max, [.integer(1), factor])
      }
      if strides != factors { rules.append((.call(.mul, strides), rule.1)) }
    }
    _ = reading.take(symbol)
    for name in symbol.freeSymbols {
      taken.insert(name)
      let least = range.lower.int.map { max($0, 0) } ?? 0
      ranges.append((name, RangeConstraint(min: least, max: range.upper.int)))
    }
  }

  /// Returns a symbol that nothing has yet.
  private mutating func symbol(for expression: SymbolicExpression) -> SymbolicExpression {
    if taken.isEmpty {
      taken = ProgramSymbols(program.module).names
      taken.formUnion(program.rangeConstraints.map(\.symbol))
    }
    // What data decide stays what data decide.
    let isUnbacked = expression.freeSymbols.contains { $0.hasPrefix("u") }
    var number = 0
    while taken.contains("\(isUnbacked ? "u" : "s")\(number)") { number += 1 }
    let name = "\(isUnbacked ? "u" : "s")\(number)"
    return (try? SymbolicExpression(parsing: name)) ?? .symbol(name, assumptions: [])
  }

  // MARK: Rules

  private static func applying(
    _ rule: (pattern: SymbolicExpression, replacement: SymbolicExpression),
    to expression: SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try replacing(rule, in: expression).canonical()
  }

  private static func replacing(
    _ rule: (pattern: SymbolicExpression, replacement: SymbolicExpression),
    in expression: SymbolicExpression
  ) -> SymbolicExpression {
    if expression == rule.pattern { return rule.replacement }
    guard case .call(let function, let arguments) = expression else { return expression }
    if let factor = expression.quotient(by: rule.pattern) {
      return .call(.mul, [rule.replacement, replacing(rule, in: factor)])
    }
    if let divisor = expression.divisor(of: rule.pattern) {
      return .call(.floorDiv, [rule.replacement, .integer(divisor)])
    }
    return .call(function, arguments.map { replacing(rule, in: $0) })
  }
}

/// Reads symbols off the sizes of inputs, one after the other, as PyTorch does.
struct SizeReading {
  private let expressions: ExpressionTable
  private var told: Set<String> = []

  init(_ expressions: ExpressionTable) { self.expressions = expressions }

  /// Returns the symbolic sizes of a tensor, or a number, in canonical form.
  func sizes(of node: Node) -> [SymbolicExpression] {
    let sizes: [SymInt] =
      switch node.value {
      case .tensor(let meta)?: meta.sizes
      case .symInt(let size)?: [size]
      default: []
      }
    return sizes.compactMap { size in
      guard case .expr(let expression) = size else { return nil }
      return try? expressions.parse(expression.text).canonical()
    }
  }

  /// Tells whether the symbols of an expression have been read.
  func tells(_ expression: SymbolicExpression) -> Bool {
    expression.freeSymbols.allSatisfy(told.contains)
  }

  /// Reads a size; returns whether all of its symbols are told then.
  mutating func take(_ size: SymbolicExpression) -> Bool {
    if tells(size) { return true }
    let symbols = size.freeSymbols
    guard symbols.count == 1, size.isLinear(in: symbols[0]) else { return false }
    told.insert(symbols[0])
    return true
  }

  /// Returns nodes in an order in which more of their sizes can be read, or else as they are.
  func ordered(_ nodes: [Node]) -> [Node] {
    var reading = self
    var (result, open) = ([Node](), nodes)
    var openCounts: [Int] = []
    repeat {
      let tried = open
      open = []
      for node in tried {
        let areRead = sizes(of: node).map { reading.take($0) }
        if areRead.contains(false) { open.append(node) } else { result.append(node) }
      }
      openCounts.append(open.count)
    } while openCounts.last != 0 && openCounts.last != openCounts.dropLast().last
    return open.count == openCounts[0] ? nodes : result + open
  }
}

extension SymbolicExpression {
  /// Returns what a product is beside the factors of another; nil where it lacks one.
  fileprivate func quotient(by other: SymbolicExpression) -> SymbolicExpression? {
    guard function == .mul, other.function == .mul else { return nil }
    var rest = arguments
    for factor in other.arguments {
      guard let index = rest.firstIndex(of: factor) else { return nil }
      rest.remove(at: index)
    }
    return .call(.mul, rest)
  }

  /// Returns by what another has to be divided to give this: `x//6` is `(x//2)//3`.
  fileprivate func divisor(of other: SymbolicExpression) -> Int? {
    guard case .call(.floorDiv, let parts) = self, case .call(.floorDiv, let known) = other,
      parts[0] == known[0], case .integer(let divisor) = parts[1],
      case .integer(let first) = known[1], first > 0, divisor > 0, divisor % first == 0
    else { return nil }
    return divisor / first
  }

  /// The terms of a sum; of anything else itself alone.
  fileprivate var terms: [SymbolicExpression] { function == .add ? arguments : [self] }
}

extension SymbolicExpression? {
  /// Whether a coefficient is 1 or -1; none is 1.
  fileprivate var isUnit: Bool { self == nil || self == .integer(1) || self == .integer(-1) }
}
