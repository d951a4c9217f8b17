import FXCore
import FXOperators
import FXTensor

/// Operators that run one graph, in some mode or with a note to compilers.
extension HigherOrderOperator {
  static let regions = [
    wrapWithSetGradEnabled, wrapWithAutocast, hintsWrapper, flexGEMM,
    calling("invoke_subgraph", graphAt: 0, argumentsFrom: 2),
    calling("run_const_graph", graphAt: 0, argumentsFrom: 1),
    calling("strict_mode", graphAt: 0, argumentsFrom: 1),
    calling("wrap", graphAt: 0, argumentsFrom: 1),
    calling("wrap_activation_checkpoint", graphAt: 0, argumentsFrom: 1),
    calling("tag_activation_checkpoint", graphAt: 0, argumentsFrom: 1),
    calling("invoke_quant", graphAt: 0, argumentsFrom: 1),
    calling("invoke_quant_packed", graphAt: 0, argumentsFrom: 1),
    calling("local_map_hop", graphAt: 0, argumentsFrom: 1),
    calling("foreach_map", graphAt: 0, argumentsFrom: 1),
    calling("dynamo_bypassing_wrapper", graphAt: 1, argumentsFrom: 2),
  ]

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
    guard arguments.count >= 5 else { throw wrong("wrap_with_autocast") }
    let before = environment.autocastDType
    environment.autocastDType = try Autocast.dtype(
      inRegion: Array(arguments.prefix(3)), outside: before)
    defer { environment.autocastDType = before }
    return try run(arguments[4], Array(arguments.dropFirst(5)), environment)
  }

  /// `hints_wrapper(graph, args, kwargs, hints)`
  static let hintsWrapper = HigherOrderOperator(name: "hints_wrapper") {
    arguments, _, environment in
    guard arguments.count >= 2, let operands = arguments[1].elements else {
      throw wrong("hints_wrapper")
    }
    return try run(arguments[0], operands, environment)
  }

  /// `flex_gemm(gemm_op, body_graph, gemm_args, gemm_kwargs, kernel_options)`: the graph holds the
  /// product and what is done with it; the rest is for compilers.
  static let flexGEMM = HigherOrderOperator(name: "flex_gemm") { arguments, _, environment in
    guard arguments.count >= 3, let operands = arguments[2].elements else {
      throw wrong("flex_gemm")
    }
    return try run(arguments[1], operands, environment)
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
}
