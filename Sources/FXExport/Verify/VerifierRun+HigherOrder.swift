import FXCore
import FXGraph

/// Checks calls of higher-order operators whose calling convention is fixed.
extension VerifierRun {
  mutating func checkHigherOrder(_ name: String, _ node: Node, _ scope: GraphScope) {
    var call = HigherOrderCall(node, scope)
    switch name {
    case "wrap_with_set_grad_enabled":
      call.expect("a truth value") { $0.bool != nil }
      let body = call.takeSubgraph()
      call.check(body, operands: call.takeRest(), results: call.resultCount)
    case "wrap_with_autocast":
      let modes = call.take(4)
      if !Self.areAutocastArguments(modes.map { $0 }) {
        call.complain(
          .callArgument,
          "its first arguments must be a device type, an element type or None, and two truth values"
        )
      }
      let body = call.takeSubgraph()
      call.check(body, operands: call.takeRest(), results: call.resultCount)
    case "cond":
      call.expect("a truth value or a tensor") { $0.bool != nil || $0.node != nil }
      let branches = [call.takeSubgraph(), call.takeSubgraph()]
      let operands = call.takeList()
      for branch in branches { call.check(branch, operands: operands, results: call.resultCount) }
    case "while_loop":
      let condition = call.takeSubgraph()
      let body = call.takeSubgraph()
      let carried = call.takeList()
      let operands = sum(carried, call.takeList())
      call.check(condition, operands: operands, results: 1)
      call.check(body, operands: operands, results: carried)
      call.checkResults(carried)
    case "map_impl":
      let body = call.takeSubgraph()
      call.check(body, operands: sum(call.takeList(), call.takeList()), results: call.resultCount)
    case "scan":
      let body = call.takeSubgraph()
      let initial = call.takeList()
      let operands = sum(sum(initial, call.takeList()), call.takeList())
      call.check(body, operands: operands, results: call.resultCount)
    case "associative_scan":
      let body = call.takeSubgraph()
      let scanned = call.takeList()
      let operands = sum(sum(scanned, scanned), call.takeList())
      call.check(body, operands: operands, results: scanned)
      call.checkResults(scanned)
    case "invoke_subgraph":
      let body = call.takeSubgraph()
      call.expect("a string") { $0.string != nil || $0 == .none }
      call.check(body, operands: call.takeRest(), results: call.resultCount)
    case "hints_wrapper":
      let body = call.takeSubgraph()
      call.check(body, operands: call.takeList(), results: call.resultCount)
    default: return
    }
    for (code, message) in call.complaints { report(.error, code, message, node, scope) }
  }

  private func sum(_ a: Int?, _ b: Int?) -> Int? {
    guard let a, let b else { return nil }
    return a + b
  }
}

/// A call of a higher-order operator whose arguments are taken one by one.
private struct HigherOrderCall {
  let node: Node
  let scope: GraphScope
  private let arguments: [Argument]
  private var next = 0
  private(set) var complaints: [(FXError.Code, String)] = []

  init(_ node: Node, _ scope: GraphScope) {
    self.node = node
    self.scope = scope
    arguments = node.args
  }

  /// Returns how many parts the call's value has; nil where it is not known or None.
  var resultCount: Int? {
    switch node.value {
    case nil, .none?: nil
    case .list(let parts)?, .tuple(let parts)?: parts.count
    default: 1
    }
  }

  mutating func complain(_ code: FXError.Code, _ message: String) {
    complaints.append((code, message))
  }

  mutating func take(_ count: Int) -> ArraySlice<Argument> {
    let end = min(next + count, arguments.count)
    defer { next = end }
    return arguments[next..<end]
  }

  /// Returns the number of the arguments that are left.
  func takeRest() -> Int? { arguments.count - next }

  mutating func expect(_ what: String, _ isFitting: (Argument) -> Bool) {
    guard let argument = take(1).first, isFitting(argument) else {
      return complain(.callArgument, "argument \(max(next - 1, 0)) must be \(what)")
    }
  }

  /// Takes an argument that must be a subgraph; nil where it is none.
  mutating func takeSubgraph() -> (name: String, graph: Graph)? {
    let index = next
    guard let attribute = take(1).first?.node, attribute.kind == .getAttr,
      let module = scope.module.graphModule(at: attribute.target)
    else {
      complain(.callSubgraph, "argument \(index) must be a subgraph")
      return nil
    }
    return (attribute.target, module.graph)
  }

  /// Takes an argument that must be a list; returns its length, nil where it is none.
  mutating func takeList() -> Int? {
    let index = next
    guard let elements = take(1).first?.elements else {
      complain(.callArgument, "argument \(index) must be a list")
      return nil
    }
    return elements.count
  }

  mutating func check(
    _ subgraph: (name: String, graph: Graph)?, operands: Int?, results: Int?
  ) {
    guard let (name, graph) = subgraph else { return }
    let inputs = graph.nodes.reduce(0) { $0 + ($1.kind == .placeholder ? 1 : 0) }
    if let operands, inputs != operands {
      complain(
        .callOperands, "the subgraph '\(name)' has \(inputs) inputs, but is given \(operands)")
    }
    guard let results, let output = graph.outputNode?.arg(0) else { return }
    let outputs = output.elements?.count ?? 1
    if outputs != results {
      complain(
        .callResults, "the subgraph '\(name)' has \(outputs) outputs where \(results) are expected")
    }
  }

  mutating func checkResults(_ expected: Int?) {
    guard let expected, let actual = resultCount, actual != expected else { return }
    complain(.callResults, "the value has \(actual) parts where \(expected) are expected")
  }
}
