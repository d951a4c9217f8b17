import FXCore

/// A call whose derivative is wanted: what it took, what it gave, and the gradients of that.
public struct DifferentiatedCall {
  /// The call, with complete arguments.
  public let call: OperatorCall
  /// What the call has given.
  public let results: [IValue]
  /// The gradient of each result, of the result's shape; `None` where nothing depends on it.
  public let gradients: [IValue]

  /// The argument at a position.
  public subscript(index: Int) -> IValue { call[index] }

  /// The only result's gradient, for operators that give one.
  public var gradient: IValue { gradients.first ?? .none }
}

extension Emitter {
  /// Returns the gradients of a call's arguments, one a parameter: the product of the results'
  /// gradients and the operator's Jacobian. `None` stands for no gradient.
  ///
  /// - Parameters:
  ///   - name: the overload that was called: `aten::mul.Tensor`.
  ///   - arguments: those that were given by position, or all; others have their defaults.
  ///   - result: what the call gave.
  ///   - gradients: one for each result; `None` where nothing depends on it.
  /// - Throws: `operator.notDifferentiable` where no derivative is known, `operator.gradientCount`
  ///   where gradients are not as many as what they belong to, or what the derivative throws.
  public func vjp(
    _ name: String, _ arguments: [IValue], result: IValue, gradients: [IValue]
  ) throws -> [IValue] {
    let resolved = try library.resolved(named: name)
    let schema = resolved.schema
    guard case .direct = resolved.variant, let derivative = resolved.definition?.derivative else {
      throw FXError(.notDifferentiable, "no derivative of \(schema.qualifiedName) is known")
    }
    let results = schema.results.count == 1 ? [result] : result.elements ?? [result]
    func check(_ count: Int, _ wanted: Int, _ things: String) throws {
      if count == wanted { return }
      throw FXError(
        .gradientCount,
        "\(schema.qualifiedName) has \(wanted) \(things), and \(count) gradients are given")
    }
    try check(gradients.count, results.count, "results")
    let complete = try resolved.complete(arguments, [])
    let call = DifferentiatedCall(
      call: OperatorCall(schema, complete, emitter: self), results: results, gradients: gradients)
    let found = try derivative(call, self)
    try check(found.count, complete.count, "arguments")
    return found
  }
}

extension FXError.Code {
  /// An operator has no derivative that FXKit knows.
  public static let notDifferentiable = FXError.Code("operator.notDifferentiable")
  /// There are not as many gradients as there are results or arguments.
  public static let gradientCount = FXError.Code("operator.gradientCount")
}
