/// Views that conjugate or negate only when they are read (`torch.conj`, `torch._neg_view`).
///
/// A run computes them at once and remembers them (`MaterializedViews`). Where a graph is recorded, PyTorch
/// will run it with such views, and refuses some operators on them.
extension Emitter {
  /// Tells whether a tensor is one whose elements PyTorch conjugates when it reads them (`is_conj`).
  ///
  /// - Throws: what finding the views that gave the tensor throws.
  public func isConjugated(_ value: IValue) throws -> Bool {
    try lazyViews(of: value).isConjugated
  }

  /// Tells whether a tensor is one whose elements PyTorch negates when it reads them (`is_neg`).
  ///
  /// - Throws: what finding the views that gave the tensor throws.
  public func isNegated(_ value: IValue) throws -> Bool {
    try lazyViews(of: value).isNegated
  }

  /// Shows complex numbers as pairs, which PyTorch refuses for a conjugated tensor.
  ///
  /// - Throws: what finding the views that gave the tensor throws.
  public func pairs(of value: IValue) throws -> IValue {
    guard try isConjugated(value) else { return try call("aten::view_as_real", value) }
    return try call("aten::view_as_real", call("aten::_conj", value))
  }
}

/// What of a tensor PyTorch computes only when it is read.
public struct LazyViews: Hashable, Sendable {
  /// Whether elements are conjugated.
  public var isConjugated = false
  /// Whether elements are negated.
  public var isNegated = false

  /// Makes the state of a tensor that is what it is.
  public init() {}

  /// What an operator that makes such a view does to elements.
  public enum Kind: Sendable {
    /// Conjugates complex numbers.
    case conjugation
    /// Negates numbers.
    case negation
  }

  /// Changes the state to that of a view.
  package mutating func toggle(_ kind: Kind) {
    switch kind {
    case .conjugation: isConjugated.toggle()
    case .negation: isNegated.toggle()
    }
  }
}

extension OperatorDefinition {
  /// Returns the definition of a view of elements that PyTorch computes only when it reads them.
  public func lazy(_ kind: LazyViews.Kind) -> OperatorDefinition {
    var copy = self
    copy.laziness = kind
    return copy
  }
}

extension ResolvedOperator {
  /// What PyTorch computes only when it reads the operator's result; nil for most operators.
  public var laziness: LazyViews.Kind? { isDirect ? definition?.laziness : nil }
}
