/// Values whose symbols of data are those that a program has for them.
extension SymbolicContext {
  /// Finds what makes a computed value the one that a program has.
  public func bind(_ computed: IValue, to known: IValue) {
    switch (computed, known) {
    case (.fake(let a), .fake(let b)):
      guard a.rank == b.rank else { return }
      for (size, other) in zip(a.sizes, b.sizes) { bind(size.expression, to: other.expression) }
      for (size, other) in zip(a.strides, b.strides) { bind(size.expression, to: other.expression) }
      bind(a.storageOffset.expression, to: b.storageOffset.expression)
    case (.symbol(let a), .symbol(let b)): bind(a.expression, to: b.expression)
    case (.symbol(let a), .int(let b)): bind(a.expression, to: .integer(b))
    default:
      guard let parts = computed.elements, let others = known.elements,
        parts.count == others.count
      else { return }
      for (part, other) in zip(parts, others) { bind(part, to: other) }
    }
  }

  /// Returns a value in the program's own symbols.
  public func bound(_ value: IValue) -> IValue {
    switch value {
    case .fake(let tensor): return .fake(tensor.copy(changing: bound))
    case .symbol(let number): return .symbol(SymbolicScalar(bound(number.expression), number.kind))
    case .list(let parts): return .list(parts.map { bound($0) })
    case .tuple(let parts): return .tuple(parts.map { bound($0) })
    default: return value
    }
  }

  private func bound(_ size: SymbolicSize) -> SymbolicSize {
    if case .int = size { return size }
    return SymbolicSize(bound(size.expression))
  }
}
