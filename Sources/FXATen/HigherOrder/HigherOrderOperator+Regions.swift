import FXCore
import FXOperators
import FXTensor

/// Operators that call one graph, in some mode or with a note to compilers.
extension HigherOrderOperator {
  static let regions = [
    wrapWithSetGradEnabled, wrapWithAutocast,
    calling("hints_wrapper", graphAt: 0, .lists([1])),
    // The graph holds the product and what is done with it; the rest is for compilers.
    calling("flex_gemm", graphAt: 1, .lists([2])),
    calling("invoke_subgraph", graphAt: 0, .rest(2)),
    calling("run_const_graph", graphAt: 0, .rest(1)),
    calling("strict_mode", graphAt: 0, .rest(1)),
    calling("wrap", graphAt: 0, .rest(1)),
    calling("wrap_activation_checkpoint", graphAt: 0, .rest(1)),
    calling("tag_activation_checkpoint", graphAt: 0, .rest(1)),
    calling("invoke_quant", graphAt: 0, .rest(1)),
    calling("invoke_quant_packed", graphAt: 0, .rest(1)),
    calling("local_map_hop", graphAt: 0, .rest(1)),
    calling("foreach_map", graphAt: 0, .rest(1)),
    calling("dynamo_bypassing_wrapper", graphAt: 1, .rest(2)),
  ]

  /// `wrap_with_set_grad_enabled(enabled, graph, *args)`
  static let wrapWithSetGradEnabled = calling(
    "wrap_with_set_grad_enabled", graphAt: 1, .rest(2)
  ) { arguments, modes in
    guard case .bool(let isEnabled) = arguments[0] else {
      throw wrong("wrap_with_set_grad_enabled")
    }
    modes.isGradEnabled = isEnabled
  }

  /// `wrap_with_autocast(device_type, dtype, enabled, cache_enabled, graph, *args)`
  static let wrapWithAutocast = calling("wrap_with_autocast", graphAt: 4, .rest(5)) {
    arguments, modes in
    modes.autocastDType = try Autocast.dtype(
      inRegion: Array(arguments.prefix(3)), outside: modes.autocastDType)
  }

  /// Makes an operator that calls its graph and no more, in modes that its arguments tell.
  private static func calling(
    _ name: String, graphAt place: Int, _ operands: GraphArguments.Operands,
    in change: @escaping @Sendable ([IValue], inout EmitterModes) throws -> Void = { _, _ in }
  ) -> HigherOrderOperator {
    let graphs = GraphArguments(at: [place], operands: operands)
    return HigherOrderOperator(name: name, graphs: graphs) { arguments, _, emitter in
      guard let call = graphs.calls(in: arguments).first else { throw wrong(name) }
      var modes = emitter.modes
      try change(arguments, &modes)
      return try emitter.with(modes) { try emitter.run(call.graph, call.operands) }
    }
  }
}
