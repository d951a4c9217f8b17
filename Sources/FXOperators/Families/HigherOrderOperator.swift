import FXCore
import FXTensor

/// An operator that runs graphs: `torch.ops.higher_order.NAME`.
///
/// Source: `torch/_higher_order_ops`.
public struct HigherOrderOperator: Sendable {
  /// The name: `cond`.
  public let name: String
  /// Computes the result.
  public let body:
    @Sendable ([IValue], [(name: String, value: IValue)], ExecutionEnvironment) throws -> IValue

  /// Finds an operator by its name; nil where FXKit can't run it.
  public static func named(_ name: String) -> HigherOrderOperator? { table[name] }

  private static let table: [String: HigherOrderOperator] = {
    let all = [
      wrapWithSetGradEnabled, wrapWithAutocast, cond,
      calling("invoke_subgraph", graphAt: 0, argumentsFrom: 2),
      calling("run_const_graph", graphAt: 0, argumentsFrom: 1),
      calling("strict_mode", graphAt: 0, argumentsFrom: 1),
      calling("wrap", graphAt: 0, argumentsFrom: 1),
      calling("hints_wrapper", graphAt: 0, argumentsFrom: 1),
      calling("wrap_activation_checkpoint", graphAt: 0, argumentsFrom: 1),
      calling("tag_activation_checkpoint", graphAt: 0, argumentsFrom: 1),
    ]
    var table: [String: HigherOrderOperator] = [:]
    for operation in all { table[operation.name] = operation }
    return table
  }()

  /// `wrap_with_set_grad_enabled(enabled, graph, *args)`
  static let wrapWithSetGradEnabled = HigherOrderOperator(name: "wrap_with_set_grad_enabled") {
    arguments, _, environment in
    guard arguments.count >= 2, case .bool(let isEnabled) = arguments[0] else {
      throw wrong("wrap_with_set_grad_enabled")
    }
    let before = environment.isGradEnabled
    environment.isGradEnabled = isEnabled
    defer { environment.isGradEnabled = before }
    return try run(arguments[1], Array(arguments.dropFirst(2)), environment)
  }

  /// `wrap_with_autocast(device_type, dtype, enabled, cache_enabled, graph, *args)`
  static let wrapWithAutocast = HigherOrderOperator(name: "wrap_with_autocast") {
    arguments, _, environment in
    guard arguments.count >= 5, case .string(let device) = arguments[0],
      case .bool(let isEnabled) = arguments[2]
    else { throw wrong("wrap_with_autocast") }
    let before = environment.autocastDType
    if device == "cpu" {
      var dtype = ScalarType.bfloat16
      if case .dtype(let given) = arguments[1] { dtype = given }
      environment.autocastDType = isEnabled ? dtype : nil
    }
    defer { environment.autocastDType = before }
    return try run(arguments[4], Array(arguments.dropFirst(5)), environment)
  }

  /// `cond(predicate, true_graph, false_graph, operands)`
  static let cond = HigherOrderOperator(name: "cond") { arguments, _, environment in
    guard arguments.count >= 3 else { throw wrong("cond") }
    let isTrue: Bool
    switch arguments[0] {
    case .bool(let value): isTrue = value
    case .int(let value): isTrue = value != 0
    case .tensor(let tensor): isTrue = try tensor.item().isTrue
    default: throw wrong("cond")
    }
    let operands = arguments.count > 3 ? arguments[3].elements ?? [] : []
    return try run(arguments[isTrue ? 1 : 2], operands, environment)
  }

  /// Makes an operator that runs its graph and no more.
  private static func calling(
    _ name: String, graphAt place: Int, argumentsFrom first: Int
  ) -> HigherOrderOperator {
    HigherOrderOperator(name: name) { arguments, _, environment in
      guard arguments.count > place else { throw wrong(name) }
      // Some give the operands one by one, others as one tuple.
      var operands = Array(arguments.dropFirst(first))
      if operands.count == 1, case .tuple(let parts) = operands[0] { operands = parts }
      return try run(arguments[place], operands, environment)
    }
  }

  /// Runs a graph that is an argument.
  static func run(
    _ graph: IValue, _ operands: [IValue], _ environment: ExecutionEnvironment
  ) throws -> IValue {
    guard case .module(let module) = graph else {
      throw FXError(.argumentType, "the argument is \(graph.kindName), expected a graph module")
    }
    return try environment.run(module, operands)
  }

  static func wrong(_ name: String) -> FXError {
    FXError(.argumentType, "'\(name)' does not take these arguments")
  }
}
