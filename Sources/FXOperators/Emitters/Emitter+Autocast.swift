import FXCore
import FXSchemas

/// Calls as `torch.autocast` changes them, wherever they are computed or recorded.
extension Emitter {
  /// Hands a call on with the arguments that autocast gives it, or takes it apart where its parts are
  /// looked at.
  ///
  /// - Parameters:
  ///   - isKept: whether the call is not taken apart in any case.
  ///   - next: takes the call; autocast is off meanwhile, since what an operator of the lists is made of
  ///     is not looked at again.
  package func autocasting(
    _ resolved: ResolvedOperator, _ arguments: [IValue], isKept: Bool = false,
    _ next: ([IValue]) throws -> IValue
  ) throws -> IValue {
    guard let lower = modes.autocastDType else { return try next(arguments) }
    switch Autocast.effect(on: resolved, arguments, to: lower) {
    case .parts:
      guard !isKept, resolved.isDirect, let decomposition = resolved.definition?.decomposition
      else { return try next(arguments) }
      return try decomposition(OperatorCall(resolved.schema, arguments, emitter: self), self)
    case .nothing: return try withAutocast(to: nil) { try next(arguments) }
    case .conversion(let dtype):
      return try withAutocast(to: nil) { try next(arguments.map { try autocast($0, to: dtype) }) }
    }
  }

  /// Tells whether autocast makes another call of a call.
  package func isChangedByAutocast(
    _ resolved: ResolvedOperator, _ arguments: [IValue], isKept: Bool
  ) -> Bool {
    guard let lower = modes.autocastDType else { return false }
    switch Autocast.effect(on: resolved, arguments, to: lower) {
    case .nothing: return false
    case .parts:
      return resolved.isDirect && resolved.definition?.decomposition != nil && !isKept
    case .conversion(let dtype): return arguments.contains { $0.isAutocast(to: dtype) }
    }
  }

  private func autocast(_ value: IValue, to dtype: ScalarType) throws -> IValue {
    guard value.isAutocast(to: dtype) else { return value }
    if case .list(let parts) = value {
      return .list(try parts.map { try autocast($0, to: dtype) })
    }
    return try call("aten::_to_copy", value, keywords: [("dtype", .dtype(dtype))])
  }
}

extension IValue {
  /// Whether autocast converts the value, or a part of it, to a dtype: floats but those of float64.
  fileprivate func isAutocast(to dtype: ScalarType) -> Bool {
    if case .list(let parts) = self { return parts.contains { $0.isAutocast(to: dtype) } }
    guard isTensor, let own = try? self.dtype else { return false }
    return own.isFloatingPoint && own != .float64 && own != dtype
  }
}
