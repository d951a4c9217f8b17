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
    let schema = resolved.schema
    if let view = InPlaceView(schema) { return try view.emit(self, arguments) }
    if let result = try filledDiagonal(schema, arguments) { return result }
    if let form = library.functionalForm(of: resolved) {
      return try write(form, resolved, arguments)
    }
    return try ImplicitMutation(schema, arguments)?.emit(self)
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

  /// Writes to a diagonal; nil for calls of other operators.
  private func filledDiagonal(
    _ schema: OperatorSchema, _ arguments: [IValue]
  ) throws -> IValue? {
    guard schema.fillsDiagonal, arguments.count == 3,
      case .bool(let wraps) = arguments[2]
    else { return nil }
    try write(filledDiagonal(arguments[0], arguments[1], wraps: wraps), to: arguments[0])
    return arguments[0]
  }
}

extension ResolvedOperator {
  /// Tells whether a call writes to arguments, in a way that can be made functional.
  func mutates(_ arguments: [IValue], _ library: OperatorLibrary) -> Bool {
    library.functionalForm(of: self) != nil || InPlaceView(schema) != nil || schema.fillsDiagonal
      || ImplicitMutation(schema, arguments) != nil
  }
}

extension OperatorLibrary {
  /// Tells whether an operator's result is a view by what it is made of, or is none: `reshape`.
  func isComposedView(_ schema: OperatorSchema) -> Bool {
    guard schema.isView, !schema.isMutable else { return false }
    let definition = knownOperator(named: schema.qualifiedName)?.definition
    return definition?.decomposition != nil && definition?.view?.mayCopy ?? true
  }

  /// Tells whether a node may write to its arguments; operators that call graphs do by those.
  func mayWrite(_ node: Node) -> Bool {
    guard node.kind == .callFunction, OperatorName(target: node.target)?.isHigherOrder == false
    else { return false }
    guard let schema = schema(of: node) else { return true }
    return schema.isMutable || ImplicitMutation.concerns(schema)
  }
}

extension OperatorSchema {
  /// Whether the operator writes a number to a diagonal, which no functional operator does.
  var fillsDiagonal: Bool { qualifiedName == "aten::fill_diagonal_" }
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
