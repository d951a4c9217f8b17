import FXCore
import FXOperators
import FXTensor

/// Operators that choose one of several graphs.
extension HigherOrderOperator {
  static let branches = [cond, switched]

  /// `cond(predicate, true_graph, false_graph, operands)`
  static let cond = HigherOrderOperator(name: "cond") { arguments, _, environment in
    guard arguments.count >= 3 else { throw wrong("cond") }
    let operands = arguments.count > 3 ? arguments[3].elements ?? [] : []
    let isTrue = try truth(of: arguments[0], in: "cond")
    return try run(arguments[isTrue ? 1 : 2], operands, environment)
  }

  /// `switch(index, branches, operands)`
  static let switched = HigherOrderOperator(name: "switch") { arguments, _, environment in
    guard arguments.count >= 3, let branches = arguments[1].elements, !branches.isEmpty,
      let operands = arguments[2].elements
    else { throw wrong("switch") }
    var index: Int
    switch arguments[0] {
    case .int(let value): index = value
    case .tensor(let tensor): index = try tensor.item().integer()
    default: throw wrong("switch")
    }
    index = min(max(index, 0), branches.count - 1)
    return try run(branches[index], operands, environment)
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
