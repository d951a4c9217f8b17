import FXCore
import FXGraph
import FXSchemas

extension ExportedProgram {
  /// Tells positional from keyword arguments by the operators' schemas, where a document does not.
  ///
  /// Documents before schema 8.7 give every argument a name and no kind. As in PyTorch, a parameter
  /// without a default is given by position, all others by keyword. Where the program calls
  /// operators that nobody declared, the kinds stay unwritten, so that PyTorch finds them itself.
  public mutating func deriveArgumentKinds() {
    guard absentFields.contains(.argumentKind) else { return }
    let library = SchemaLibrary(for: module.context)
    var isComplete = true
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        if !library.deriveArgumentKinds(of: node) { isComplete = false }
      }
    }
    if isComplete { absentFields.remove(.argumentKind) }
  }
}

extension SchemaLibrary {
  /// Moves arguments that are given by keyword; returns whether the operator is known.
  fileprivate func deriveArgumentKinds(of node: Node) -> Bool {
    let names = node.argNames
    guard let schema = schema(of: node) else {
      guard let name = OperatorName(target: node.target) else { return true }
      guard name.namespace == "higher_order" else { return false }
      // These have no schema: what has a name is given by it.
      node.passByKeyword(from: names.firstIndex { $0 != nil && $0 != "" } ?? names.count)
      return true
    }
    let parameters = Dictionary(
      schema.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var count = 0
    for (index, name) in names.enumerated() {
      guard let name, let parameter = parameters[name] else { return false }
      // A word of Python's own can't be given by keyword, so that all before it can't either.
      let isPositional = parameter.isRequired && !parameter.isKeywordOnly
      if (isPositional && index == count) || parameter.hasKeywordName {
        count = index + 1
      }
    }
    node.passByKeyword(from: count)
    return true
  }
}
