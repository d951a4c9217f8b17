import FXCore
import FXOperators
import FXSchemas

/// An emitter of fake tensors to which something may be written.
protocol WritingEmitter: ShapeEmitter {
  /// Has a value take the place of a tensor, in all its views.
  ///
  /// - Throws: `operator.unsupported` for a view that has no inverse.
  func write(_ value: IValue, to target: IValue) throws
}

extension WritingEmitter {
  /// Calls the functional overload and has its results take the place of what was written to.
  func write(
    _ form: ResolvedOperator.FunctionalForm, _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws -> IValue {
    let functional = form.schema.qualifiedName
    let result = try call(functional, resolved.functionalArguments(arguments), [])
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
  func filledDiagonal(_ schema: OperatorSchema, _ arguments: [IValue]) throws -> IValue? {
    guard schema.fillsDiagonal, arguments.count == 3,
      case .bool(let wraps) = arguments[2]
    else { return nil }
    try write(filledDiagonal(arguments[0], arguments[1], wraps: wraps), to: arguments[0])
    return arguments[0]
  }
}

extension OperatorSchema {
  /// Whether the operator writes a number to a diagonal, which no functional operator does.
  var fillsDiagonal: Bool { qualifiedName == "aten::fill_diagonal_" }
}

/// Propagates shapes alone, to find out whether a region can be taken apart.
final class TrialEmitter: ShapeEmitter, WritingEmitter {
  func write(_ value: IValue, to target: IValue) {}
}
