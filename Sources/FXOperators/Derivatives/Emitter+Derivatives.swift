import FXCore
import FXSchemas

/// Both modes of differentiation, of one call.
extension Emitter {
  /// Returns the gradients of a call's arguments, one a parameter: the product of the results'
  /// gradients and the operator's Jacobian, conjugated as PyTorch does. `None` stands for zero.
  ///
  /// In-place and `out` variants have the derivative of the functional overload; their arguments are
  /// those from before the call.
  ///
  /// - Parameters:
  ///   - name: the overload that was called: `aten::mul.Tensor`.
  ///   - arguments: those that were given by position, or all; others have their defaults.
  ///   - result: what the call gave.
  ///   - gradients: one for each result; `None` where nothing depends on it.
  ///   - wanted: whether each parameter's gradient is wanted; all where it is left out.
  /// - Throws: `operator.notDifferentiable` where there is no derivative or none is known,
  ///   `operator.gradientCount` where gradients are not as many as what they belong to, or what the
  ///   rule throws.
  public func vjp(
    _ name: String, _ arguments: [IValue], result: IValue, gradients: [IValue],
    wanted: [Bool]? = nil
  ) throws -> [IValue] {
    let differentiation = try Differentiation(name, arguments, result, self)
    return try differentiation.vjp(gradients, wanted: wanted)
  }

  /// Returns the tangents of a call's results: the product of the operator's Jacobian and the tangents
  /// of its arguments. `None` stands for zero.
  ///
  /// - Parameters:
  ///   - name: the overload that was called: `aten::mul.Tensor`.
  ///   - arguments: those that were given by position, or all; others have their defaults.
  ///   - result: what the call gave.
  ///   - tangents: one for each argument that is given; `None` for zero.
  /// - Throws: as `vjp` does, `operator.notDifferentiable` also where the rule has no forward mode.
  public func jvp(
    _ name: String, _ arguments: [IValue], result: IValue, tangents: [IValue]
  ) throws -> [IValue] {
    try Differentiation(name, arguments, result, self).jvp(tangents)
  }
}

/// One call, with the rule that differentiates it.
private struct Differentiation {
  let rule: DerivativeRule
  /// The functional call.
  let call: OperatorCall
  let results: [IValue]
  let emitter: any Emitter
  let decomposition: OperatorDefinition.Decomposition?
  let view: ViewRule?
  /// The schema of the call that was made, and for each of its parameters that of the functional one.
  let schema: OperatorSchema
  private let places: [Int?]

  init(
    _ name: String, _ arguments: [IValue], _ result: IValue, _ emitter: any Emitter
  ) throws {
    let resolved = try emitter.library.resolved(named: name)
    schema = resolved.schema
    switch resolved.derivativeRule {
    case let rule?: self.rule = rule
    case nil:
      throw FXError(
        .notDifferentiable, "no derivative of \(resolved.schema.qualifiedName) is known")
    }
    self.emitter = emitter
    decomposition = resolved.definition?.decomposition
    view = resolved.definition?.view
    let complete = try resolved.complete(arguments, [])
    if let form = resolved.functionalForm {
      let parameters = form.schema.parameters
      call = OperatorCall(form.schema, resolved.functionalArguments(complete), emitter: emitter)
      places = schema.parameters.indices.map { index in
        if form.isInPlace { return index }
        if form.targets.contains(index) { return nil }
        return parameters.firstIndex { $0.name == resolved.schema.parameters[index].name }
      }
    } else {
      call = OperatorCall(schema, complete, emitter: emitter)
      places = Array(schema.parameters.indices)
    }
    results = schema.results(in: result)
  }

  private func check(_ count: Int, _ wanted: Int, _ what: String) throws {
    if count == wanted { return }
    throw FXError(
      .gradientCount, "\(schema.qualifiedName) has \(wanted) \(what), and \(count) are given")
  }

  private func notDifferentiable(_ reason: String) -> FXError {
    FXError(.notDifferentiable, "\(schema.qualifiedName): \(reason)")
  }

  // MARK: Reverse mode

  func vjp(_ gradients: [IValue], wanted: [Bool]?) throws -> [IValue] {
    try check(gradients.count, results.count, "gradients of results")
    let given = wanted ?? places.map { _ in true }
    try check(given.count, places.count, "parameters")
    var needed = [Bool](repeating: false, count: call.arguments.count)
    for (place, isWanted) in zip(places, given) {
      if let place { needed[place] = isWanted && Self.hasGradient(call[place]) }
    }
    let none = [IValue](repeating: .none, count: call.arguments.count)
    let found: [IValue]
    if gradients.allSatisfy(\.isNone) || !needed.contains(true) {
      found = none
    } else {
      found = try functionalVJP(gradients, needed)
    }
    try check(found.count, call.arguments.count, "gradients of arguments")
    return try places.map { place in
      guard let place, needed[place] else { return .none }
      return try fitted(found[place], to: call[place])
    }
  }

  private func functionalVJP(_ gradients: [IValue], _ needed: [Bool]) throws -> [IValue] {
    var found = [IValue](repeating: .none, count: call.arguments.count)
    switch rule.kind {
    case .zero: break
    case .notDifferentiable(let reason): throw notDifferentiable(reason)
    case .elementwise(let slopes):
      let gradient = Formula(gradients[0], emitter)
      let operands = Operands(call, emitter)
      for (index, slope) in slopes.sorted(by: { $0.key < $1.key }) where needed[index] {
        let value = try slope(operands, Formula(results[0], emitter)).conjugate()
        found[index] = try (gradient * value).value
      }
    case .selfAdjoint(let products):
      let gradient = Formula(gradients[0], emitter)
      let (operands, result) = (Operands(call, emitter), Formula(results[0], emitter))
      for (index, product) in products.sorted(by: { $0.key < $1.key }) where needed[index] {
        found[index] = try product(gradient, operands, result).value
      }
    case .linear(let transposes, _):
      let gradient = Formula(gradients[0], emitter)
      for (index, transpose) in transposes where needed[index] {
        found[index] = try transpose(call, gradient).value
      }
    case .view:
      guard needed[0] else { break }
      found[0] = try scattered(gradients)
    case .throughDecomposition:
      guard let decomposition else { throw notDifferentiable("it has no decomposition") }
      let tape = CallTape(emitter)
      found = try tape.gradients(
        of: OperatorCall(call.schema, call.arguments, emitter: tape), by: decomposition, gradients,
        needed)
    case .custom(let vjp, _):
      let differentiated = DifferentiatedCall(
        call: call, results: results, gradients: gradients, wanted: needed)
      found = try vjp(differentiated, emitter)
    }
    return found
  }

  /// Puts the gradients of views in the places of zeros.
  private func scattered(_ gradients: [IValue]) throws -> IValue {
    guard let view else { throw notDifferentiable("it is no view that gradients go through") }
    var viewed = call
    if view.keepsBase {
      viewed.arguments[0] = try emitter.apply("aten::zeros_like", [call[0]])
    }
    let parts = results[0].elements
    guard parts != nil else {
      return try view.scatter(ViewRule.Write(viewed, value: gradients[0]), emitter)
    }
    for (index, gradient) in (gradients[0].elements ?? []).enumerated() where !gradient.isNone {
      viewed.arguments[0] = try view.scatter(
        ViewRule.Write(viewed, part: index, value: gradient), emitter)
    }
    return viewed[0]
  }

  /// Whether a value is a tensor that has a gradient, or a list with such a one.
  private static func hasGradient(_ value: IValue) -> Bool {
    if let parts = value.elements { return parts.contains { hasGradient($0) } }
    guard value.isTensor, let dtype = try? value.dtype else { return false }
    return dtype.isFloatingPoint || dtype.isComplex
  }

  /// Gives a gradient the shape and dtype of what it belongs to: real numbers have real gradients.
  private func fitted(_ gradient: IValue, to value: IValue) throws -> IValue {
    if gradient.isNone { return .none }
    if let parts = value.elements {
      guard let gradients = gradient.elements, gradients.count == parts.count else {
        throw notDifferentiable("its rule gives no gradient for each tensor of a list")
      }
      return .list(try zip(gradients, parts).map { try fitted($0, to: $1) })
    }
    guard Self.hasGradient(value) else { return .none }
    var result = try Formula(gradient, emitter).sum(to: value.sizes)
    let dtype = try value.dtype
    if try result.value.dtype.isComplex, !dtype.isComplex {
      result = try result.applying("aten::real")
    }
    if try result.value.dtype != dtype {
      result = try result.applying("aten::to.dtype", .dtype(dtype))
    }
    return result.value
  }

  // MARK: Forward mode

  func jvp(_ given: [IValue]) throws -> [IValue] {
    var tangents = given
    if tangents.count < places.count {
      tangents += [IValue](repeating: .none, count: places.count - tangents.count)
    }
    try check(tangents.count, places.count, "parameters")
    var functional = [IValue](repeating: .none, count: call.arguments.count)
    for (place, tangent) in zip(places, tangents) {
      guard let place, Self.hasGradient(call[place]) else { continue }
      functional[place] = tangent
    }
    let none = [IValue](repeating: .none, count: results.count)
    if functional.allSatisfy({ $0.isNone }) { return none }
    let found = try functionalJVP(functional)
    try check(found.count, results.count, "tangents of results")
    return found
  }

  private func functionalJVP(_ tangents: [IValue]) throws -> [IValue] {
    switch rule.kind {
    case .zero: return [IValue](repeating: .none, count: results.count)
    case .notDifferentiable(let reason): throw notDifferentiable(reason)
    case .elementwise(let slopes):
      let operands = Operands(call, emitter)
      var terms: [Formula] = []
      for (index, slope) in slopes.sorted(by: { $0.key < $1.key }) where !tangents[index].isNone {
        let value = try slope(operands, Formula(results[0], emitter))
        terms.append(try Formula(tangents[index], emitter) * value)
      }
      return [try sum(of: terms)]
    case .selfAdjoint(let products):
      let (operands, result) = (Operands(call, emitter), Formula(results[0], emitter))
      var terms: [Formula] = []
      for (index, product) in products.sorted(by: { $0.key < $1.key })
      where !tangents[index].isNone {
        terms.append(try product(Formula(tangents[index], emitter), operands, result))
      }
      return [try sum(of: terms)]
    case .linear(let transposes, let isJoint):
      return [try pushed(tangents, transposes.keys.sorted(), isJoint)]
    case .view:
      return [
        try emitter.apply(
          call.schema.qualifiedName, [tangents[0]] + call.arguments.dropFirst())
      ]
    case .throughDecomposition:
      guard let decomposition else { throw notDifferentiable("it has no decomposition") }
      let pusher = TangentEmitter(emitter)
      return try pusher.tangents(
        of: OperatorCall(call.schema, call.arguments, emitter: pusher), by: decomposition, tangents)
    case .custom(_, let jvp):
      guard let jvp else { throw notDifferentiable("its rule has no forward mode") }
      return try jvp(PushedCall(call: call, results: results, tangents: tangents), emitter)
    }
  }

  /// Calls the operator on tangents: in each argument while the others stay, or in all at once.
  private func pushed(_ tangents: [IValue], _ indices: [Int], _ isJoint: Bool) throws -> IValue {
    let name = call.schema.qualifiedName
    if isJoint {
      var arguments = call.arguments
      for index in indices {
        arguments[index] =
          tangents[index].isNone
          ? try emitter.apply("aten::zeros_like", [call[index]]) : tangents[index]
      }
      return try emitter.apply(name, arguments)
    }
    var terms: [Formula] = []
    for index in indices where !tangents[index].isNone {
      var arguments = call.arguments
      arguments[index] = tangents[index]
      terms.append(Formula(try emitter.apply(name, arguments), emitter))
    }
    return try sum(of: terms)
  }

  /// Adds tangents and gives the sum the shape of the result, to which it is broadcast.
  private func sum(of terms: [Formula]) throws -> IValue {
    guard var total = terms.first else { return .none }
    for term in terms.dropFirst() { total = try total + term }
    return try total.expanded(to: results[0].sizes).value
  }
}
