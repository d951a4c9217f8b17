extension Node {
  /// The targets of the functions among the arguments, at any depth: what a higher-order operator calls.
  package var callees: [String] {
    var result: [String] = []
    for argument in args { argument.addFunctions(to: &result) }
    for argument in kwargs { argument.value.addFunctions(to: &result) }
    return result
  }
}

extension Argument {
  fileprivate func addFunctions(to result: inout [String]) {
    switch self {
    case .function(let target): result.append(target)
    case .list(let parts, _), .tuple(let parts):
      for part in parts { part.addFunctions(to: &result) }
    case .dict(let entries): for entry in entries { entry.value.addFunctions(to: &result) }
    default: break
    }
  }
}
