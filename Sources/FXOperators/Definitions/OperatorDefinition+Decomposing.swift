extension OperatorDefinition {
  /// Returns the definition with overloads, or all of them, that decompositions leave whole.
  ///
  /// `run_decompositions` leaves operators beyond core ATen for want of a decomposition, or because
  /// another one would give other numbers.
  public func kept(_ overloads: String...) -> OperatorDefinition {
    var copy = self
    copy.keptOverloads = overloads.isEmpty ? names : overloads
    return copy
  }
}

extension ResolvedOperator {
  /// Whether decompositions leave the operator whole, as it is core ATen or PyTorch keeps it.
  public var isKeptByDecompositions: Bool { schema.isCore || isKept }

  /// Whether PyTorch keeps the operator, though it is beyond core ATen.
  public var isKept: Bool {
    isDirect && definition?.keptOverloads.contains(schema.qualifiedName) ?? false
  }
}
