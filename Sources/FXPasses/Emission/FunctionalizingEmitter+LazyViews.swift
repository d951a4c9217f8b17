import FXCore
import FXGraph
import FXOperators

/// What PyTorch computes only when it reads a value of the graph.
extension FunctionalizingEmitter {
  func lazyViews(of value: IValue) throws -> LazyViews {
    try recorder.node(of: value).map { try lazyViews(of: $0) } ?? LazyViews()
  }

  /// Follows the views that give a node's value.
  private func lazyViews(of node: Node) throws -> LazyViews {
    var result = LazyViews()
    var node = try current(node)
    while node.kind == .callFunction {
      var source = node.args.first?.node
      if node.target == Targets.getitem {
        guard let call = source, library.schema(of: call)?.isView == true else { return result }
        source = call.args.first?.node
      } else {
        guard let schema = library.schema(of: node), schema.isView else { return result }
        let resolved = library.knownOperator(named: schema.qualifiedName)
        // These give copies of what is not yet as they want it, and those are read.
        if resolved?.definition?.view?.mayCopy == true { return result }
        switch resolved?.laziness {
        case .conjugation where node.value?.tensor?.dtype.isComplex != true: break
        case let kind?: result.toggle(kind)
        case nil: break
        }
      }
      guard let next = source else { return result }
      node = next
    }
    if conjugatedInputs.contains(node.id) { result.isConjugated.toggle() }
    return result
  }
}
