import FXCore
import FXGraph

/// Graphs whose calls go to an emitter, one after the other.
extension Emitter {
  /// Makes the calls of a graph and returns what it gives.
  ///
  /// - Parameter arguments: what the placeholders stand for; those that are left over are None.
  /// - Throws: `operator.unsupported` for a call that only a run can make, `graph.attribute` for data that
  ///   the module does not hold as a graph, or what a call throws, with the node.
  public func evaluate(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue {
    var values: [NodeID: IValue] = [:]
    var arguments = arguments[...]
    for node in module.graph.nodes {
      do {
        switch node.kind {
        case .placeholder: values[node.id] = arguments.popFirst() ?? IValue.none
        case .getAttr:
          guard let graph = module.graphModule(at: node.target) else {
            throw FXError(.missingAttribute, "there is no data of '\(node.target)'")
          }
          values[node.id] = .module(graph)
        case .output: return node.args.first.map { read($0, values) } ?? .none
        default: values[node.id] = try result(of: node, values)
        }
      } catch let error as FXError {
        throw error.atNode(node.name)
      }
    }
    return .none
  }

  private func result(of node: Node, _ values: [NodeID: IValue]) throws -> IValue {
    let arguments = node.args.map { read($0, values) }
    let keywords = node.kwargs.map { (name: $0.name, value: read($0.value, values)) }
    let target = node.target
    if target == Targets.getitem, arguments.count == 2, case .int(let index) = arguments[1],
      let parts = arguments[0].elements, index >= -parts.count, index < parts.count
    {
      return parts[index < 0 ? index + parts.count : index]
    }
    let name = OperatorName(target: target)
    if let name, !name.isHigherOrder {
      return try apply(name.qualifiedName, arguments, keywords)
    }
    let registry = library.registry
    if let name, let operation = registry.higherOrder(named: name.name) {
      return try emit(operation, arguments, keywords)
    }
    if let function = registry.function(named: target) {
      if let environment = underlying as? ExecutionEnvironment {
        return try function.body(arguments, keywords, environment)
      }
      if let known = try function.symbolic(arguments) { return known }
    }
    throw FXError(.operatorUnsupported, "'\(target)' can't be called here")
  }

  private func read(_ argument: Argument, _ values: [NodeID: IValue]) -> IValue {
    argument.read { values[$0.id] ?? .none }
  }
}
