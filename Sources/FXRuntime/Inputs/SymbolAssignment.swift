import FXCore
import FXExport
import FXGraph
import FXOperators

/// The values that a program's symbols take in a call with made inputs.
///
/// They are those that tracing saw, as the hints of sizes tell: of `16*s77` with the hint 64, 4. Where
/// there are no hints, or they contradict what the program demands, they are small numbers that
/// satisfy its ranges, guards and assertions.
struct SymbolAssignment {
  /// The values by symbol.
  private(set) var values: [String: Int] = [:]
  /// The elements of inputs that the program reads as numbers, and what they have to be.
  private(set) var elements: [ReadElement] = []

  private let program: ExportedProgram
  private let inputs: ProgramInputs
  private var expressions: ExpressionTable { program.module.context.expressions }

  /// Finds values for the symbols of a program.
  ///
  /// - Throws: `run.inputs` where none were found, or `symbolic.*` for a size that is no expression.
  init(_ program: ExportedProgram, _ inputs: ProgramInputs) throws {
    self.program = program
    self.inputs = inputs
    let sizes = try inputSizes()
    let read = ReadElement.all(in: program.graph)
    let variables = variables(sizes.map(\.expression), read)
    if variables.isEmpty { return }
    let ranges = rangeConditions() + sizes.map { .init($0.expression, in: 0...(1 << 48)) }
    let assertions = assertions()
    let demands = ranges + guardConditions(sizes) + assertions
    let hints = sizes.compactMap { size in size.hint.map { Condition(size.expression, in: $0...$0) }
    }
    // What can't be had is given up in this order: the hints, what the data of inputs has to be.
    for conditions in [hints + demands, demands, hints + ranges, ranges] {
      var solver = SymbolSolver(variables, conditions)
      guard let found = solver.solve() else { continue }
      values = found
      let asserted = Set(assertions.flatMap(\.symbols))
      elements = read.compactMap { element in
        // What nothing is said of stays what it is: an index, more often than not.
        let least = self.range(of: element.symbol)?.min ?? 0
        guard asserted.contains(element.symbol) || least > 1 else { return nil }
        var element = element
        element.value = found[element.symbol]
        return element
      }
      return
    }
    throw FXError(
      .runInputs,
      "no sizes were found that satisfy the program's ranges and guards; give it inputs")
  }

  // MARK: Variables

  private typealias Condition = SymbolSolver.Condition

  /// A size of an input, or an input that is a number, that symbols tell.
  private struct Size {
    let input: Int
    let dimension: Int?
    let expression: SymbolicExpression
    let hint: Int?
  }

  private func inputSizes() throws -> [Size] {
    var result: [Size] = []
    for (position, input) in inputs.inputs.enumerated() {
      var sizes: [(Int?, SymInt)] = []
      if case .tensor(let meta)? = input.value {
        sizes = meta.sizes.enumerated().map { ($0, $1) }
      }
      if case .symInt(let size)? = input.value { sizes = [(nil, size)] }
      for case (let dimension, .expr(let size)) in sizes {
        var hint: Int?
        if case .int(let value)? = size.hint { hint = value }
        result.append(
          Size(
            input: position, dimension: dimension, expression: try expressions.parse(size.text),
            hint: hint))
      }
    }
    return result
  }

  /// Returns the symbols of sizes, and those that are read of the data of inputs.
  private func variables(
    _ sizes: [SymbolicExpression], _ read: [ReadElement]
  ) -> [SymbolSolver.Variable] {
    var names: [(name: String, start: Int)] = []
    // Symbols that stand alone come first, since they leave the least to be tried.
    let ordered = sizes.filter { $0.arguments.isEmpty } + sizes.filter { !$0.arguments.isEmpty }
    for name in ordered.flatMap(\.freeSymbols) { names.append((name, 2)) }
    for element in read { names.append((element.symbol, 1)) }
    let floats = Set(read.filter(\.isFloat).map(\.symbol))
    var result: [SymbolSolver.Variable] = []
    for (name, start) in names where !result.contains(where: { $0.name == name }) {
      let bounds = range(of: name)
      let lowest = floats.contains(name) ? -(1 << 10) : 0
      let least = min(max(bounds?.min ?? lowest, -(1 << 48)), 1 << 48)
      let greatest = max(min(bounds?.max ?? 1 << 48, 1 << 48), least)
      result.append(SymbolSolver.Variable(name, in: least...greatest, from: start))
    }
    return result
  }

  private func range(of symbol: String) -> RangeConstraint? {
    program.rangeConstraints.first { entry in
      guard case .symbol(symbol, _)? = try? expressions.parse(entry.symbol) else { return false }
      return true
    }?.range
  }

  // MARK: Conditions

  private func rangeConditions() -> [Condition] {
    program.rangeConstraints.compactMap { entry in
      guard let expression = try? expressions.parse(entry.symbol) else { return nil }
      let least = entry.range.min ?? .min
      return Condition(expression, in: least...max(entry.range.max ?? .max, least))
    }
  }

  /// Returns the guards as conditions on symbols, without those that read more than sizes.
  private func guardConditions(_ sizes: [Size]) -> [Condition] {
    program.guardsCode.compactMap { text in
      guard let condition = try? GuardExpression(text) else { return nil }
      var readings: [String: SymbolicExpression] = [:]
      for (name, source) in condition.sources {
        guard let reading = reading(of: source, sizes) else { return nil }
        readings[name] = reading
      }
      let replaced = try? condition.expression.substituting(readings)
      return replaced.map { Condition($0) }
    }
  }

  private func reading(of source: GuardSource, _ sizes: [Size]) -> SymbolicExpression? {
    guard let position = inputs.position(at: source.steps) else { return nil }
    func size(_ dimension: Int?, _ size: SymInt) -> SymbolicExpression? {
      if let number = size.int { return .integer(number) }
      return sizes.first { $0.input == position && $0.dimension == dimension }?.expression
    }
    switch (source.property, inputs.inputs[position].value) {
    case (.size(let axis), .tensor(let meta)?):
      let dimension = axis < 0 ? axis + meta.sizes.count : axis
      guard meta.sizes.indices.contains(dimension) else { return nil }
      return size(dimension, meta.sizes[dimension])
    case (.rank, .tensor(let meta)?): return .integer(meta.sizes.count)
    case (.elementCount, .tensor(let meta)?):
      let factors = meta.sizes.enumerated().compactMap { size($0, $1) }
      return factors.count == meta.sizes.count ? .call(.mul, [.integer(1)] + factors) : nil
    case (.value, .symInt(let number)?): return size(nil, number)
    case (.value, .int(let number)?): return .integer(number)
    default: return nil
    }
  }

  /// Returns what the graph asserts of symbols while it runs (`aten._assert_scalar`).
  private func assertions() -> [Condition] {
    program.graph.nodes.compactMap { node in
      guard node.isCall(of: "torch.ops.aten._assert_scalar.default"),
        case .node(let condition)? = node.args.first,
        case .symBool(.expr(let text))? = condition.value,
        let expression = try? expressions.parse(text.text)
      else { return nil }
      return Condition(expression)
    }
  }
}

/// An element of an input that the program reads as a number (`x[0].item()`).
struct ReadElement {
  /// The name of the input's placeholder.
  let input: String
  /// The position of the element in a tensor of one dimension; nil for all elements.
  let position: Int?
  /// The symbol that stands for the number.
  let symbol: String
  /// Whether the number may be a fraction and negative.
  let isFloat: Bool
  /// What the element has to be; nil where nothing is said of it.
  var value: Int?

  /// Finds the elements that a graph reads.
  static func all(in graph: Graph) -> [ReadElement] {
    graph.nodes.compactMap { node in
      guard
        node.isCall(of: "torch.ops.aten.item.default")
          || node.isCall(of: "torch.ops.aten._local_scalar_dense.default"),
        let symbol = symbol(of: node), let source = source(of: node)
      else { return nil }
      return ReadElement(
        input: source.input, position: source.position, symbol: symbol.name,
        isFloat: symbol.isFloat)
    }
  }

  /// Returns the symbol that stands for what a node reads; of a truth value that of `Eq(u0, 1)`.
  private static func symbol(of node: Node) -> (name: String, isFloat: Bool)? {
    let text: SymExpr
    switch node.value {
    case .symInt(.expr(let expression))?, .symBool(.expr(let expression))?: text = expression
    case .symFloat(.expr(let expression))?: text = expression
    default: return nil
    }
    guard let expression = try? node.graph.context.expressions.parse(text.text) else { return nil }
    let names = expression.freeSymbols
    var isFloat = false
    if case .symFloat? = node.value { isFloat = true }
    return names.count == 1 ? (names[0], isFloat) : nil
  }

  /// Follows what is read back to an input.
  private static func source(of node: Node) -> (input: String, position: Int?)? {
    var node = node
    var position: Int?
    while case .node(let input)? = node.args.first {
      if input.kind == .placeholder { return (input.name, position) }
      guard input.kind == .callFunction else { return nil }
      switch input.target {
      case "torch.ops.aten.select.int", "torch.ops.aten.slice.Tensor", Targets.getitem:
        let place = input.target == Targets.getitem ? 1 : 2
        guard input.args.count > place, case .int(let index) = input.args[place] else { return nil }
        position = (position ?? 0) + index
      case let target where passing.contains(target): break
      default: return nil
      }
      node = input
    }
    return nil
  }

  /// What hands on the elements that it is given.
  private static let passing: Set<String> = [
    "torch.ops.aten.unbind.int", "torch.ops.aten.alias.default", "torch.ops.aten.detach.default",
    "torch.ops.aten.squeeze.default", "torch.ops.aten.squeeze.dim",
    "torch.ops.aten.squeeze.dims", "torch.ops.aten.view.default",
    "torch.ops.aten.reshape.default", "torch.ops.aten.clone.default",
    "torch.ops.aten.to.dtype", "torch.ops.aten._to_copy.default",
  ]
}
