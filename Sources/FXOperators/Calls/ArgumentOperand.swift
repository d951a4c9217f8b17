import FXGraph

/// What the arguments of a node are read as: values, or operands that have them later.
package protocol ArgumentOperand {
  /// Makes an operand of a value that refers to no node.
  static func constant(_ value: IValue) -> Self
  static func list(_ parts: [Self]) -> Self
  static func tuple(_ parts: [Self]) -> Self
  static func dict(_ entries: [(key: String, value: Self)]) -> Self
}

extension IValue: ArgumentOperand {
  package static func constant(_ value: IValue) -> IValue { value }
}

extension Argument {
  /// Reads the argument, with what `operand` gives for the nodes that it refers to.
  ///
  /// - Throws: what `operand` throws.
  package func read<Operand: ArgumentOperand>(
    _ operand: (Node) throws -> Operand
  ) rethrows -> Operand {
    switch self {
    case .node(let node): return try operand(node)
    case .list(let parts, _):
      if let constant = IValue(constant: self) { return .constant(constant) }
      return .list(try parts.map { try $0.read(operand) })
    case .tuple(let parts):
      if let constant = IValue(constant: self) { return .constant(constant) }
      return .tuple(try parts.map { try $0.read(operand) })
    case .dict(let entries):
      return .dict(try entries.map { (key: $0.key, value: try $0.value.read(operand)) })
    case .slice(let start, let stop, let step):
      return .dict([
        (key: "slice.start", value: try start.read(operand)),
        (key: "slice.stop", value: try stop.read(operand)),
        (key: "slice.step", value: try step.read(operand)),
      ])
    case .ellipsis: return .constant(.object("..."))
    default: return .constant(IValue(constant: self) ?? .none)
    }
  }

  /// Reads the argument as a value; nil where it refers to a node of which nothing is known.
  package func known(_ value: (Node) -> IValue?) -> IValue? {
    struct Unknown: Error {}
    return try? read { node -> IValue in
      guard let value = value(node) else { throw Unknown() }
      return value
    }
  }
}
