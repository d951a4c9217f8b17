import FXCore
import FXGraph
import FXOperators
import FXSchemas

/// A custom operator that writes to its arguments, called in a form that gives what it wrote as results.
///
///     addin(%x, %y)   →   %f = auto_functionalized_v2(addin, y=%y, _x_base_index=0, _all_bases=[%x])
///
/// Source: PyTorch's `torch/_higher_order_ops/auto_functionalize.py`.
struct AutoFunctionalizedCall {
  private let schema: OperatorSchema

  /// Looks at an operator; nil for those that write to nothing, or that have another functional form.
  init?(_ resolved: ResolvedOperator) {
    schema = resolved.schema
    guard schema.isMutable, resolved.definition?.decomposition == nil,
      resolved.functionalForm == nil, !["aten", "prims"].contains(schema.namespace)
    else { return nil }
    // PyTorch wraps operators whose results are tensors of their own.
    guard !schema.hasUnknownResults, schema.results.allSatisfy({ $0.type.alias == nil }) else {
      return nil
    }
  }

  /// Records the call, and what it writes.
  ///
  /// - Returns: the operator's own results; nil where it can't be wrapped.
  func emit(_ arguments: [IValue], _ known: IValue, _ emitter: FunctionalizingEmitter) throws
    -> IValue?
  {
    let recorder = emitter.recorder
    var kept: [(name: String, value: IValue)] = []
    var views: [(name: String, value: IValue)] = []
    var bases: [IValue] = []
    for (parameter, value) in zip(schema.parameters, arguments) {
      guard parameter.isWritten else {
        kept.append((parameter.name, value))
        continue
      }
      let prefix = "_\(parameter.name)"
      if let parts = value.elements {
        views.append((prefix + "_length", .int(parts.count)))
        for (index, part) in parts.enumerated() {
          try note(part, "\(prefix)_\(index)", &bases, &views, emitter)
        }
      } else {
        try note(value, prefix, &bases, &views, emitter)
      }
    }
    let results = schema.results.count == 1 && !known.isNone ? [known] : known.elements ?? []
    guard results.count == schema.results.count else { return nil }
    let parts = (results.isEmpty ? [.none] : results) + bases
    let call = try recorder.recordHigherOrder(
      "auto_functionalized_v2", calling: schema.target,
      kept + views + [(name: "_all_bases", value: .list(bases))], giving: parts)
    // PyTorch takes the missing result as well, and drops it.
    let own = try parts.prefix(max(results.count, 1)).enumerated().map {
      try recorder.recordPart($0, of: call, $1)
    }
    for (index, base) in bases.enumerated() {
      let value = try recorder.recordPart(parts.count - bases.count + index, of: call, base)
      try emitter.write(value, to: base)
    }
    if results.isEmpty { return IValue.none }
    return own.count == 1 ? own[0] : .tuple(own)
  }

  /// Notes how an argument that is written to shows its base.
  private func note(
    _ value: IValue, _ prefix: String, _ bases: inout [IValue],
    _ views: inout [(name: String, value: IValue)], _ emitter: FunctionalizingEmitter
  ) throws {
    let recorder = emitter.recorder
    guard case .fake(let tensor) = value, let node = recorder.node(of: value) else {
      views.append((prefix + "_base_index", .none))
      return
    }
    let baseNode = emitter.aliases.base(of: node)
    let base = try recorder.value(of: baseNode)
    let index =
      bases.firstIndex { recorder.node(of: $0) == baseNode }
      ?? {
        bases.append(base)
        return bases.count - 1
      }()
    views.append((prefix + "_base_index", .int(index)))
    if baseNode == node { return }
    views.append((prefix + "_size", .tuple(tensor.sizes.map { IValue($0) })))
    views.append((prefix + "_stride", .tuple(tensor.strides.map { IValue($0) })))
    views.append((prefix + "_storage_offset", IValue(tensor.storageOffset)))
  }
}
