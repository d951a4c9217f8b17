import FXCore
import FXGraph
import FXSchemas

/// A graph that computes an operator from others, with the operator's arguments as its inputs.
///
/// It is only read, and belongs to one library, so that one thread at a time looks at it.
struct OperatorBody: @unchecked Sendable {
  let module: GraphModule

  /// Calls what the graph calls and returns its result.
  ///
  /// - Throws: what a call throws, with the node of the graph in the message.
  func evaluate(_ call: OperatorCall, _ emitter: any Emitter) throws -> IValue {
    var values: [NodeID: IValue] = [:]
    var arguments = call.arguments[...]
    for node in module.graph.nodes {
      do {
        switch node.kind {
        case .placeholder: values[node.id] = arguments.popFirst() ?? IValue.none
        case .getAttr: values[node.id] = try attribute(node)
        case .output:
          let result = node.args.first.map { value(of: $0, values) } ?? .none
          return Self.fitted(result, to: call.schema)
        default: values[node.id] = try result(of: node, values, emitter)
        }
      } catch let error as FXError {
        let message = "in the body of \(call.schema.qualifiedName), node '\(node.name)': "
        throw FXError(error.code, message + error.message)
      }
    }
    return .none
  }

  /// Returns the one result of a graph that puts it in a tuple, as programs do.
  private static func fitted(_ result: IValue, to schema: OperatorSchema) -> IValue {
    if schema.results.isEmpty { return .none }
    guard schema.results.count == 1, case .tuple(let parts) = result, parts.count == 1 else {
      return result
    }
    return parts[0]
  }

  private func attribute(_ node: Node) throws -> IValue {
    guard let graph = module.graphModule(at: node.target) else {
      throw FXError(.missingAttribute, "there is no data of '\(node.target)'")
    }
    return .module(graph)
  }

  private func result(
    of node: Node, _ values: [NodeID: IValue], _ emitter: any Emitter
  ) throws -> IValue {
    let arguments = node.args.map { value(of: $0, values) }
    let keywords = node.kwargs.map { argument in
      (name: argument.name, value: value(of: argument.value, values))
    }
    let target = node.target
    if target == Targets.getitem, arguments.count == 2, case .int(let index) = arguments[1],
      let parts = arguments[0].elements, index >= -parts.count, index < parts.count
    {
      return parts[index < 0 ? index + parts.count : index]
    }
    let name = OperatorName(target: target)
    if let name, !name.isHigherOrder {
      return try emitter.call(name.qualifiedName, arguments, keywords)
    }
    let registry = emitter.library.registry
    if let environment = emitter.underlying as? ExecutionEnvironment {
      if let name, let operation = registry.higherOrder(named: name.name) {
        return try operation.body(arguments, keywords, environment)
      }
      if let function = registry.function(named: target) {
        return try function.body(arguments, keywords, environment)
      }
    } else if let known = try registry.function(named: target)?.symbolic(arguments) {
      return known
    }
    throw FXError(.operatorUnsupported, "'\(target)' can't be called in the body of an operator")
  }

  private func value(of argument: Argument, _ values: [NodeID: IValue]) -> IValue {
    argument.read { values[$0.id] ?? .none }
  }
}
