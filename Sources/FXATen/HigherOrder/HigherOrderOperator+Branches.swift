import FXCore
import FXOperators
import FXTensor

/// Operators that choose one of several graphs.
extension HigherOrderOperator {
  static let branches = [cond, switched]

  /// `cond(predicate, true_graph, false_graph, operands)`
  static let cond = choice(
    "cond",
    graphs: GraphArguments(
      at: [1, 2], named: ["true_graph", "false_graph"], operands: .lists([3]))
  ) { arguments in
    guard arguments.count >= 3 else { throw wrong("cond") }
    return try truth(of: arguments[0], in: "cond") ? 0 : 1
  }

  /// `switch(index, branches, operands)`
  static let switched = choice("switch", graphs: GraphArguments(at: [1], operands: .lists([2]))) {
    arguments in
    guard arguments.count >= 3, arguments[1].elements?.isEmpty == false else {
      throw wrong("switch")
    }
    switch arguments[0] {
    case .int(let value): return value
    case .tensor(let tensor): return try tensor.item().integer()
    default: throw wrong("switch")
    }
  }

  /// Makes an operator that calls one of its graphs; `index` is brought into the range of them.
  private static func choice(
    _ name: String, graphs: GraphArguments,
    index: @escaping @Sendable ([IValue]) throws -> Int
  ) -> HigherOrderOperator {
    HigherOrderOperator(name: name, graphs: graphs) {
      arguments, _, emitter in
      let chosen = try index(arguments)
      let calls = graphs.calls(in: arguments)
      guard !calls.isEmpty else { throw wrong(name) }
      let call = calls[min(max(chosen, 0), calls.count - 1)]
      return try emitter.run(call.graph, call.operands)
    }
    .shaped(resultsOfFirst(graphs))
  }

  /// Returns the truth of a predicate: a bool, a number, or a tensor of one element.
  static func truth(of value: IValue, in name: String) throws -> Bool {
    switch value {
    case .bool(let value): return value
    case .int(let value): return value != 0
    case .tensor(let tensor): return try tensor.item().isTrue
    case .list(let parts), .tuple(let parts):
      guard parts.count == 1 else { throw wrong(name) }
      return try truth(of: parts[0], in: name)
    default: throw wrong(name)
    }
  }
}
