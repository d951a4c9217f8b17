import FXGraph
import FXOperators

/// Which graphs a higher-order operator calls with which values.
struct HigherOrderShape {
  /// The graphs with what they are called with.
  let calls: [(graph: GraphModule, operands: [IValue])]
  /// Whether the operator's results differ from those of its graphs.
  let isOnlyVisited: Bool

  /// Looks at the arguments of a call; nil for an operator that calls no graph of the program.
  init?(name: String, _ arguments: [IValue]) {
    func graph(_ index: Int) -> GraphModule? {
      guard index < arguments.count, case .module(let module) = arguments[index] else { return nil }
      return module
    }
    func rest(_ index: Int) -> [IValue] {
      let values = Array(arguments.dropFirst(index))
      if values.count == 1, case .tuple(let parts) = values[0] { return parts }
      return values
    }
    func list(_ index: Int) -> [IValue] {
      index < arguments.count ? arguments[index].elements ?? [] : []
    }
    var calls: [(graph: GraphModule, operands: [IValue])] = []
    var isOnlyVisited = false
    switch name {
    case "wrap_with_set_grad_enabled":
      guard let body = graph(1) else { return nil }
      calls = [(body, Array(arguments.dropFirst(2)))]
    case "wrap_with_autocast":
      guard let body = graph(4) else { return nil }
      calls = [(body, Array(arguments.dropFirst(5)))]
    case "cond":
      guard let yes = graph(1), let no = graph(2) else { return nil }
      calls = [(yes, list(3)), (no, list(3))]
    case "invoke_subgraph":
      guard let body = graph(0) else { return nil }
      calls = [(body, rest(2))]
    case "flex_gemm":
      guard let body = graph(1) else { return nil }
      calls = [(body, list(2))]
    case "run_const_graph", "strict_mode", "wrap", "hints_wrapper", "wrap_activation_checkpoint",
      "tag_activation_checkpoint":
      guard let body = graph(0) else { return nil }
      calls = [(body, rest(1))]
    case "while_loop":
      guard let condition = graph(0), let body = graph(1) else { return nil }
      let operands = list(2) + list(3)
      calls = [(body, operands), (condition, operands)]
    default:
      // Graphs of others are called with slices, of which their placeholders tell.
      for argument in arguments {
        if case .module(let module) = argument { calls.append((module, [])) }
      }
      if calls.isEmpty { return nil }
      isOnlyVisited = true
    }
    self.calls = calls
    self.isOnlyVisited = isOnlyVisited
  }
}
