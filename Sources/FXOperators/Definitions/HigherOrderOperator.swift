import FXCore
import FXTensor

/// An operator that runs graphs: `torch.ops.higher_order.NAME`.
///
/// Source: `torch/_higher_order_ops`.
public struct HigherOrderOperator: Sendable {
  /// Computes the result of positional and keyword arguments.
  public typealias Body = PythonFunction.Body

  /// The name: `cond`.
  public let name: String
  /// Computes the result.
  public let body: Body

  /// Makes an operator of a name.
  public init(name: String, body: @escaping Body) {
    self.name = name
    self.body = body
  }

  /// Runs a graph that is an argument.
  package static func run(
    _ graph: IValue, _ operands: [IValue], _ environment: ExecutionEnvironment
  ) throws -> IValue {
    guard case .module(let module) = graph else {
      throw FXError(.argumentType, "the argument is \(graph.kindName), expected a graph module")
    }
    return try environment.run(module, operands)
  }

  /// Runs a graph that is an argument and returns its results.
  package static func results(
    of graph: IValue, _ operands: [IValue], _ environment: ExecutionEnvironment
  ) throws -> [IValue] {
    let result = try run(graph, operands, environment)
    return result.elements ?? [result]
  }

  /// Makes the error of arguments that an operator does not take.
  package static func wrong(_ name: String) -> FXError {
    FXError(.argumentType, "'\(name)' does not take these arguments")
  }
}
