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
    do {
      let result = try emitter.evaluate(module, call.arguments)
      return Self.fitted(result, to: call.schema)
    } catch let error as FXError {
      let node = error.place.node.map { ", node '\($0)'" } ?? ""
      throw FXError(
        error.code, "in the body of \(call.schema.qualifiedName)\(node): \(error.message)")
    }
  }

  /// Returns the one result of a graph that puts it in a tuple, as programs do.
  private static func fitted(_ result: IValue, to schema: OperatorSchema) -> IValue {
    if schema.results.isEmpty { return .none }
    guard schema.results.count == 1, case .tuple(let parts) = result, parts.count == 1 else {
      return result
    }
    return parts[0]
  }
}
