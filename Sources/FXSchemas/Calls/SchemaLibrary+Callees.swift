import FXCore
import FXGraph

/// Operators that are given to a higher-order operator, which calls them.
extension SchemaLibrary {
  /// Returns all that is wrong with the operators among a call's arguments and with what they get.
  func calleeFindings(of node: Node, _ name: String) -> [FXError] {
    let place = SourcePlace(node: node.name)
    var errors: [FXError] = []
    for target in node.callees {
      if let error = unknownCallee(target, place) { errors.append(error) }
    }
    guard let call = CalleeCall(node, name) else { return errors }
    guard case .function(let target)? = node.arg(call.position) else {
      // Some of these run a graph as well.
      guard call.needsOperator else { return errors }
      let message = "argument \(call.position) of '\(name)' must be an operator"
      return errors + [FXError(.argumentType, message, at: place)]
    }
    guard let schema = schema(of: target) else { return errors }
    var check = CallCheck(
      schema: schema, args: call.args, names: call.args.map { _ in nil },
      kwargs: call.kwargs.filter { !call.isOwn($0.name, schema) }, place: place)
    check.given = call.given(schema)
    return errors + check.findings() + call.findings(place)
  }

  private func unknownCallee(_ target: String, _ place: SourcePlace) -> FXError? {
    guard let name = OperatorName(target: target), schema(of: target) == nil else { return nil }
    let isKnown =
      name.isHigherOrder
      ? OperatorTable.isHigherOrder(name.name)
      : !OperatorTable.isBuiltIn(namespace: name.namespace)
    if isKnown { return nil }
    let message = "PyTorch \(OperatorTable.torchVersion) has no operator '\(target)'"
    return FXError(.unknownOperator, message, at: place)
  }
}

/// What a higher-order operator calls another operator with.
private struct CalleeCall {
  /// Where the operator stands among the arguments.
  let position: Int
  let args: [Argument]
  let kwargs: [NamedArgument]
  /// Whether nothing else than an operator can stand there.
  let needsOperator: Bool
  private let isFunctionalized: Bool

  init?(_ node: Node, _ name: String) {
    let first: Int
    switch name {
    case "auto_functionalized", "auto_functionalized_v2": (position, first) = (0, 1)
    case "out_dtype": (position, first) = (0, 2)
    case "with_effects", "run_with_rng_state": (position, first) = (1, 2)
    case "run_and_save_rng_state", "graphsafe_run_with_rng_state", "run_dtensor_rng_op":
      (position, first) = (0, 1)
    default: return nil
    }
    isFunctionalized = name.hasPrefix("auto_functionalized")
    needsOperator = isFunctionalized || name == "out_dtype"
    args = Array(node.args.dropFirst(first))
    kwargs = node.kwargs
  }

  /// Whether a keyword argument is the higher-order operator's own.
  func isOwn(_ name: String, _ schema: OperatorSchema) -> Bool {
    if schema.parameters.contains(where: { $0.name == name }) { return false }
    return isFunctionalized ? name.hasPrefix("_") : name == "rng_state"
  }

  /// Returns the parameters that views of bases stand for.
  func given(_ schema: OperatorSchema) -> Set<String> {
    guard isFunctionalized else { return [] }
    let names = Set(kwargs.map(\.name))
    let given = schema.parameters.map(\.name).filter {
      names.contains("_\($0)_base_index") || names.contains("_\($0)_length")
    }
    return Set(given)
  }

  /// Returns what is wrong with the views of bases.
  func findings(_ place: SourcePlace) -> [FXError] {
    guard isFunctionalized else { return [] }
    let bases = kwargs.first { $0.name == "_all_bases" }?.value.elements?.count ?? 0
    return kwargs.compactMap { argument in
      guard argument.name.hasSuffix("_base_index"), argument.name.hasPrefix("_"),
        case .int(let index) = argument.value, !(0..<bases).contains(index)
      else { return nil }
      let message = "'\(argument.name)' is \(index), and there are \(bases) bases"
      return FXError(.argumentType, message, at: place)
    }
  }
}
