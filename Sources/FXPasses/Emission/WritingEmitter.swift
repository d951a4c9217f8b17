import FXCore
import FXGraph
import FXOperators
import FXSchemas

/// An emitter of fake tensors to which something may be written.
protocol WritingEmitter: Emitter {
  /// Propagates shapes alone.
  var shapes: ShapeEmitter { get }
  /// Has a value take the place of a tensor, in all its views.
  ///
  /// - Throws: `operator.unsupported` for a view that has no inverse.
  func write(_ value: IValue, to target: IValue) throws
}

extension WritingEmitter {
  /// Makes a call that writes to arguments of calls that give what they write, and of what takes its
  /// place; nil for a call that writes to nothing.
  func functionalized(
    _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws -> IValue? {
    if let rule = resolved.writeRule { return try write(by: rule, resolved, arguments) }
    return try library.functionalForm(of: resolved).map { try write($0, resolved, arguments) }
  }

  private func write(
    by rule: WriteRule, _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws -> IValue? {
    switch rule {
    case .argument: return arguments[0]
    case .view(let name): return try apply(name, arguments)
    case .resized(let name):
      let shape = try shapes.apply(name, arguments)
      if case .fake(let old) = arguments[0], case .fake(let new) = shape, old.sizes == new.sizes,
        old.strides == new.strides
      {
        return arguments[0]
      }
      return try apply(name, arguments)
    case .value(let value):
      let call = OperatorCall(resolved.schema, arguments, emitter: self)
      try write(value(call, self), to: arguments[0])
      return arguments[0]
    case .call(let functional): return try functional(arguments).map { try write($0) }
    }
  }

  /// Calls a functional operator and has its results take the place of what is written to.
  private func write(_ call: WriteRule.FunctionalCall) throws -> IValue {
    let result = try apply(call.name, call.arguments)
    let parts = result.elements ?? [result]
    guard let first = parts.first, call.writes.allSatisfy({ parts.indices.contains($0.result) })
    else { return result }
    for write in call.writes { try self.write(parts[write.result], to: write.target) }
    switch call.results {
    case .first: return first
    case .several(let count): return .tuple(Array(parts.prefix(count)))
    case .written: return call.writes.first?.target ?? first
    }
  }

  /// Calls the functional overload and has its results take the place of what was written to.
  private func write(
    _ form: ResolvedOperator.FunctionalForm, _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws -> IValue {
    let functional = form.schema.qualifiedName
    let result = try apply(functional, resolved.functionalArguments(arguments))
    let results = result.elements ?? [result]
    guard results.count >= form.targets.count else {
      throw FXError(
        .operatorUnsupported, "\(resolved.schema.qualifiedName) can't be functionalized")
    }
    for (index, value) in zip(form.targets, results) {
      try write(value, to: arguments[index])
    }
    if resolved.schema.results.isEmpty { return .none }
    let written = form.targets.map { arguments[$0] }
    return written.count == 1 ? written[0] : .tuple(written)
  }
}

extension ResolvedOperator {
  /// Tells whether a call writes to arguments, in a way that can be made functional.
  func mutates(_ arguments: [IValue], _ library: OperatorLibrary) -> Bool {
    writeRule?.concerns(arguments) ?? (library.functionalForm(of: self) != nil)
  }
}

extension OperatorLibrary {
  /// Tells whether an operator's result is a view by what it is made of, or is none: `reshape`.
  func isComposedView(_ schema: OperatorSchema) -> Bool {
    guard schema.isView, !schema.isMutable else { return false }
    let definition = knownOperator(named: schema.qualifiedName)?.definition
    return definition?.decomposition != nil && definition?.view?.mayCopy ?? true
  }

  /// Tells whether a node of a module's graphs may write to its arguments.
  func mayWrite(_ module: GraphModule) -> Bool {
    var result = false
    module.forEachGraphModule { _, module in
      result = result || module.graph.nodes.contains { mayWrite($0) }
    }
    return result
  }

  /// Tells whether a node may write to its arguments; operators that call graphs do by those.
  func mayWrite(_ node: Node) -> Bool {
    guard node.kind == .callFunction, OperatorName(target: node.target)?.isHigherOrder == false
    else { return false }
    guard let schema = schema(of: node) else { return true }
    return schema.isMutable || knownOperator(named: schema.qualifiedName)?.writeRule != nil
  }
}

/// Propagates shapes alone, to find out whether a region can be taken apart.
final class TrialEmitter: WritingEmitter, EmitterLayer {
  let shapes: ShapeEmitter
  var below: any Emitter { shapes }

  init(library: OperatorLibrary, symbols: SymbolicContext) {
    shapes = ShapeEmitter(library: library, symbols: symbols)
  }

  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    try shapes.emit(resolved, arguments)
  }

  func write(_ value: IValue, to target: IValue) {}
}
