import FXCore
import FXGraph
import FXOperators

/// Nodes that compute symbolic numbers.
extension RecordingEmitter {
  /// Returns a node before the origin that computes an expression.
  func node(computing expression: SymbolicExpression) throws -> Node {
    if let known = computed[expression] { return known }
    if let found = try find(expression) {
      computed[expression] = found
      return found
    }
    let node: Node
    switch expression {
    case .call(let function, let arguments):
      node = try call(function, arguments, of: expression)
    default:
      throw FXError(.shapeUnknown, "no earlier node gives the size \(expression)")
    }
    computed[expression] = node
    return node
  }

  private func call(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression],
    of expression: SymbolicExpression
  ) throws -> Node {
    guard let target = Self.targets[function] else {
      throw FXError(.shapeUnknown, "no earlier node gives the size \(expression)")
    }
    var result: Argument = try operand(arguments[0])
    var partial = arguments[0]
    for next in arguments.dropFirst() {
      partial = try .applying(function, to: [partial, next])
      let node = try makeNumber(target, [result, operand(next)], partial)
      result = .node(node)
    }
    guard case .node(let node) = result else {
      throw FXError(.shapeUnknown, "no earlier node gives the size \(expression)")
    }
    return node
  }

  private func operand(_ expression: SymbolicExpression) throws -> Argument {
    if case .integer(let value) = expression { return .int(value) }
    return .node(try node(computing: expression))
  }

  private func makeNumber(
    _ target: String, _ arguments: [Argument], _ expression: SymbolicExpression
  ) throws -> Node {
    let node = add(place.callFunction(target, arguments))
    node.value = values.value(of: .symbol(SymbolicScalar(expression)), known: nil)
    library.normalizeArguments(of: node)
    return node
  }

  /// Finds a number of the graph before the origin, or a dimension whose size is the expression.
  private func find(_ expression: SymbolicExpression) throws -> Node? {
    try sources.note(in: graph, before: origin, values)
    guard let source = sources[expression] else { return nil }
    guard let axis = source.axis else { return source.node }
    return try makeNumber(
      "torch.ops.aten.sym_size.int", [.node(source.node), .int(axis)], expression)
  }

  /// The functions of Python that make expressions again.
  private static let targets: [SymbolicFunction: String] = [
    .add: "_operator.add", .mul: "_operator.mul", .floorDiv: "_operator.floordiv",
    .mod: "_operator.mod", .pythonMod: "_operator.mod", .max: "torch.sym_max",
    .min: "torch.sym_min", .pow: "_operator.pow", .powByNatural: "_operator.pow",
    .cleanDiv: "_operator.floordiv", .leftShift: "_operator.lshift",
    .rightShift: "_operator.rshift", .intTrueDiv: "_operator.truediv",
  ]
}

extension IValue {
  /// Tells whether two values that hold no tensor are the same.
  func isIdentical(to other: IValue) -> Bool {
    switch (self, other) {
    case (.none, .none): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.dtype(let a), .dtype(let b)): a == b
    case (.layout(let a), .layout(let b)): a == b
    case (.memoryFormat(let a), .memoryFormat(let b)): a == b
    case (.device(let a), .device(let b)): a == b
    case (.list(let a), .list(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isIdentical(to: $1) }
    default: false
    }
  }
}
