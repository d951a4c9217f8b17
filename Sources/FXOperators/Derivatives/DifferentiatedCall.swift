import FXCore
import FXSchemas

/// A call whose gradients are wanted: what it took, what it gave, and the gradients of that.
public struct DifferentiatedCall {
  /// The call, with complete arguments.
  public let call: OperatorCall
  /// What the call has given.
  public let results: [IValue]
  /// The gradient of each result, of the result's shape; `None` where nothing depends on it.
  public let gradients: [IValue]
  /// Whether the gradient of each argument is wanted; others need not be made.
  public let wanted: [Bool]

  /// The argument at a position.
  public subscript(index: Int) -> IValue { call[index] }

  /// The only result's gradient, for operators that give one.
  public var gradient: IValue { gradients.first ?? .none }

  /// The argument at a position, as a formula.
  public func argument(_ index: Int) -> Formula { Formula(call[index], call.emitter) }
  /// The result at a position, as a formula.
  public func result(_ index: Int = 0) -> Formula { Formula(results[index], call.emitter) }
  /// The gradient of the result at a position, as a formula; nil where nothing depends on it.
  public func gradient(of index: Int) -> Formula? {
    gradients[index].isNone ? nil : Formula(gradients[index], call.emitter)
  }
}

/// A call whose results' tangents are wanted: what it took, what it gave, and the tangents of what it took.
public struct PushedCall {
  /// The call, with complete arguments.
  public let call: OperatorCall
  /// What the call has given.
  public let results: [IValue]
  /// The tangent of each argument, of its shape; `None` for zero.
  public let tangents: [IValue]

  /// The argument at a position, as a formula.
  public func argument(_ index: Int) -> Formula { Formula(call[index], call.emitter) }
  /// The result at a position, as a formula.
  public func result(_ index: Int = 0) -> Formula { Formula(results[index], call.emitter) }
  /// The tangent of the argument at a position, as a formula; nil for zero.
  public func tangent(of index: Int) -> Formula? {
    tangents[index].isNone ? nil : Formula(tangents[index], call.emitter)
  }
}

/// What is known of an operator's derivative.
public enum Differentiability: Hashable, Sendable {
  /// A rule gives it.
  case known
  /// It is zero, or PyTorch takes it for zero.
  case zero
  /// PyTorch refuses to differentiate the operator.
  case none
  /// FXKit has no rule.
  case unknown
}

extension ResolvedOperator {
  /// Whether the operator's derivative is known, zero, or not there.
  public var differentiability: Differentiability {
    switch derivativeRule?.kind {
    case .zero: .zero
    case .notDifferentiable: .none
    case nil: .unknown
    default: .known
    }
  }

  /// The rule of the definition that computes the operator; what is only composed of others is
  /// differentiated through its parts.
  var derivativeRule: DerivativeRule? {
    guard let definition else { return nil }
    if let rule = definition.derivative { return rule }
    return definition.kernel == nil && definition.decomposition != nil ? .throughDecomposition : nil
  }
}

extension FXError.Code {
  /// An operator has no derivative, or none that FXKit knows.
  public static let notDifferentiable = FXError.Code("operator.notDifferentiable")
  /// There are not as many gradients or tangents as there are results or arguments.
  public static let gradientCount = FXError.Code("operator.gradientCount")
}
