import FXGraph
import FXOperators
import FXSchemas

/// Takes operators apart, as far as they are not wanted in the graph, on the way to a functionalizing
/// emitter; autocast is looked at before.
final class DecomposingEmitter: WritingEmitter, EmitterLayer {
  let inner: FunctionalizingEmitter
  /// Tells whether calls of an operator become nodes, even where it could be taken apart.
  let isKept: (ResolvedOperator) -> Bool

  init(_ inner: FunctionalizingEmitter, isKept: @escaping (ResolvedOperator) -> Bool) {
    self.inner = inner
    self.isKept = isKept
    inner.outer = self
  }

  var below: any Emitter { inner }
  var shapes: ShapeEmitter { inner.shapes }

  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    let isKept = isKept(resolved)
    return try autocasting(resolved, arguments, isKept: isKept) { arguments in
      guard !isKept, let decomposition = resolved.definition?.decomposition,
        !resolved.mutates(arguments, library)
      else { return try inner.emit(resolved, arguments) }
      return try decomposition(OperatorCall(resolved.schema, arguments, emitter: self), self)
    }
  }

  func write(_ value: IValue, to target: IValue) throws { try inner.write(value, to: target) }
}
