import FXCore

/// How an operator's results change with its arguments, for both modes of differentiation.
///
/// Rules are written against an emitter: a rule computes at once, is recorded in a graph, and is
/// differentiated itself. Names are those of PyTorch's `derivatives.yaml`: a vjp is the product of the
/// gradients of results and the Jacobian, a jvp that of the Jacobian and the tangents of arguments.
/// What an operator says of itself (that it is linear, elementwise, a view) gives both.
///
///     derivative: .elementwise { _, y in try 1 - y * y }   // tanh
public struct DerivativeRule: Sendable {
  /// The slope of an elementwise function in one argument, of the shape of the result; it is told the
  /// arguments and the result.
  public typealias Slope = @Sendable (_ arguments: Operands, _ result: Formula) throws -> Formula
  /// Makes the gradients of a call's arguments, one a parameter; `None` stands for zero.
  public typealias VJP = @Sendable (DifferentiatedCall, any Emitter) throws -> [IValue]
  /// Makes the tangents of a call's results; `None` stands for zero.
  public typealias JVP = @Sendable (PushedCall, any Emitter) throws -> [IValue]
  /// Gives the gradient of an argument in which the operator is linear from that of its result.
  public typealias Transpose =
    @Sendable (_ call: OperatorCall, _ gradient: Formula) throws -> Formula

  /// Gives what a gradient or tangent becomes, told the arguments and the result.
  public typealias Product =
    @Sendable (_ change: Formula, _ arguments: Operands, _ result: Formula) throws -> Formula

  enum Kind: Sendable {
    case elementwise([Int: Slope])
    case selfAdjoint([Int: Product])
    /// Linear in each argument while the others stay, or in all of them at once.
    case linear([Int: Transpose], isJoint: Bool)
    case view
    case zero
    case notDifferentiable(String)
    case throughDecomposition
    case custom(vjp: VJP, jvp: JVP?)
  }

  let kind: Kind

  private init(_ kind: Kind) { self.kind = kind }

  /// Each element of the result depends on that of the first argument at its place.
  ///
  /// For complex numbers the slope is that of a holomorphic function.
  public static func elementwise(_ slope: @escaping Slope) -> DerivativeRule {
    DerivativeRule(.elementwise([0: slope]))
  }

  /// Each element of the result depends on those of two arguments that are broadcast.
  public static func elementwise(
    _ first: @escaping Slope, _ second: @escaping Slope
  ) -> DerivativeRule {
    DerivativeRule(.elementwise([0: first, 1: second]))
  }

  /// Each element of the result depends on those of arguments by position, which are broadcast.
  public static func elementwise(in slopes: [Int: Slope]) -> DerivativeRule {
    DerivativeRule(.elementwise(slopes))
  }

  /// Each element of the result depends on that of the first argument, with a slope that has poles:
  /// changes are divided by it, since complex numbers have no reciprocal of 0.
  ///
  ///     derivative: .dividing(by: { x, _ in x[0] })   // log
  public static func dividing(by divisor: @escaping Slope) -> DerivativeRule {
    .custom(
      vjp: { call, emitter in
        guard let gradient = call.gradient(of: 0) else { return call.wanted.map { _ in .none } }
        let slope = try divisor(Operands(call.call, emitter), call.result()).conjugate()
        return try [(gradient / slope).value] + call.wanted.dropFirst().map { _ in .none }
      },
      jvp: { call, emitter in
        guard let tangent = call.tangent(of: 0) else { return [.none] }
        return [try (tangent / divisor(Operands(call.call, emitter), call.result())).value]
      })
  }

  /// Gradients and tangents change in the same way: the Jacobian of the first argument is symmetric.
  ///
  /// So it is for real functions of elements, whose slope is not told apart here: what is chosen by
  /// `where` stays finite beside an infinite slope, and PyTorch has operators for both at once.
  ///
  ///     derivative: .selfAdjoint { g, x, _ in try g.applying("aten::mish_backward", x.call[0]) }
  public static func selfAdjoint(_ product: @escaping Product) -> DerivativeRule {
    DerivativeRule(.selfAdjoint([0: product]))
  }

  /// Gradients and tangents change in the same way, for each of these arguments by position.
  public static func selfAdjoint(in products: [Int: Product]) -> DerivativeRule {
    DerivativeRule(.selfAdjoint(products))
  }

  /// The operator is linear in its first argument; the transpose takes gradients back.
  public static func linear(_ transpose: @escaping Transpose) -> DerivativeRule {
    DerivativeRule(.linear([0: transpose], isJoint: false))
  }

  /// The operator is linear in several arguments at once, by position: a sum.
  public static func linear(in transposes: [Int: Transpose]) -> DerivativeRule {
    DerivativeRule(.linear(transposes, isJoint: true))
  }

  /// The operator is linear in each of two arguments while the other stays: a product.
  public static func bilinear(
    _ first: @escaping Transpose, _ second: @escaping Transpose
  ) -> DerivativeRule {
    DerivativeRule(.linear([0: first, 1: second], isJoint: false))
  }

  /// The result shows elements of the first argument; the definition's `ViewRule` puts gradients back.
  public static let view = DerivativeRule(.view)

  /// The derivative is zero wherever there is one, or PyTorch takes it for zero: `floor`, `eq`.
  public static let zero = DerivativeRule(.zero)

  /// The operator has no derivative, and PyTorch refuses to give one; `reason` says why.
  public static func notDifferentiable(_ reason: String) -> DerivativeRule {
    DerivativeRule(.notDifferentiable(reason))
  }

  /// The derivative is that of the decomposition.
  public static let throughDecomposition = DerivativeRule(.throughDecomposition)

  /// The derivative is none of the above. Without a jvp forward mode is an error.
  public static func custom(_ vjp: @escaping VJP) -> DerivativeRule { custom(vjp: vjp, jvp: nil) }

  /// The derivative is none of the above, in both modes.
  public static func custom(vjp: @escaping VJP, jvp: JVP?) -> DerivativeRule {
    DerivativeRule(.custom(vjp: vjp, jvp: jvp))
  }
}

extension OperatorDefinition {
  /// Returns the definition with a rule for its derivative.
  public func differentiated(by rule: DerivativeRule) -> OperatorDefinition {
    var result = self
    result.derivative = rule
    return result
  }
}
