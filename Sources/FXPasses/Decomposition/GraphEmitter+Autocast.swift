import FXCore
import FXOperators

/// Recording calls as autocast changes them.
extension GraphEmitter {
  /// Tells whether autocast makes another call of a call.
  func isChangedByAutocast(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    guard let lower = autocastDType else { return false }
    switch Autocast.effect(on: resolved.schema, arguments, to: lower) {
    case .nothing: return false
    case .parts:
      return resolved.isDirect && resolved.definition?.decomposition != nil
        && !isKept(resolved.schema)
    case .conversion(let dtype): return arguments.contains { $0.isConverted(to: dtype) }
    }
  }

  /// Records a call whose arguments autocast converts, or whose parts it looks at.
  func emitCast(
    _ resolved: ResolvedOperator, _ arguments: [IValue], to lower: ScalarType
  ) throws -> IValue {
    let effect = Autocast.effect(on: resolved.schema, arguments, to: lower)
    if case .parts = effect {
      guard isChangedByAutocast(resolved, arguments),
        let decomposition = resolved.definition?.decomposition
      else { return try emitPlainly(resolved, arguments) }
      return try decomposition(OperatorCall(resolved.schema, arguments, emitter: self), self)
    }
    // What an operator of the lists is made of is not looked at again.
    autocastDType = nil
    defer { autocastDType = lower }
    var converted = arguments
    if case .conversion(let dtype) = effect {
      converted = try arguments.map { try cast($0, to: dtype) }
    }
    return try emitPlainly(resolved, converted)
  }

  private func cast(_ value: IValue, to dtype: ScalarType) throws -> IValue {
    switch value {
    case .fake:
      guard value.isConverted(to: dtype) else { return value }
      return try call("aten::_to_copy", value, keywords: [("dtype", .dtype(dtype))])
    case .list(let parts): return .list(try parts.map { try cast($0, to: dtype) })
    default: return value
    }
  }
}

extension IValue {
  /// Whether autocast converts the value, or a part of it, to a dtype.
  fileprivate func isConverted(to dtype: ScalarType) -> Bool {
    switch self {
    case .fake(let tensor):
      tensor.dtype.isFloatingPoint && tensor.dtype != .float64 && tensor.dtype != dtype
    case .list(let parts): parts.contains { $0.isConverted(to: dtype) }
    default: false
    }
  }
}
