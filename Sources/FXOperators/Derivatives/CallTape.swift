import FXCore
import FXGraph
import FXSchemas

/// An emitter that looks at the calls of a decomposition on their way to another.
private protocol CallObserver: EmitterLayer {}

extension CallObserver {
  func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue { throw unknown }

  func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue { throw unknown }

  private var unknown: FXError {
    FXError(.notDifferentiable, "no derivative of a graph that is called is known")
  }
}

/// Keeps the calls that a decomposition makes, and takes gradients back through them.
final class CallTape: CallObserver {
  private struct Record {
    let schema: OperatorSchema
    let arguments: [IValue]
    let result: IValue
  }

  let inner: any Emitter
  var below: any Emitter { inner }
  private var records: [Record] = []
  /// The first operator that has written to an argument, whose old value is gone.
  private var firstWrite: String?

  init(_ inner: any Emitter) { self.inner = inner }

  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    let result = try inner.emit(resolved, arguments)
    if resolved.schema.isMutable { firstWrite = firstWrite ?? resolved.schema.qualifiedName }
    records.append(Record(schema: resolved.schema, arguments: arguments, result: result))
    return result
  }

  /// Computes a call by its decomposition, and returns the gradients of its arguments.
  func gradients(
    of call: OperatorCall, by decomposition: OperatorDefinition.Decomposition,
    _ gradients: [IValue], _ wanted: [Bool]
  ) throws -> [IValue] {
    let result = try decomposition(call, self)
    if let firstWrite {
      throw FXError(
        .notDifferentiable,
        "\(call.schema.qualifiedName): its decomposition writes in place by \(firstWrite)")
    }
    // Only what depends on wanted arguments has gradients.
    var active = TensorTable<Bool>()
    for (argument, isWanted) in zip(call.arguments, wanted) where isWanted {
      argument.forEachTensor { active[$0] = true }
    }
    var isActive: [Bool] = []
    for record in records {
      var depends = false
      for argument in record.arguments {
        argument.forEachTensor { depends = depends || active[$0] == true }
      }
      isActive.append(depends)
      if depends { record.result.forEachTensor { active[$0] = true } }
    }
    var sums = TensorTable<IValue>()
    for (value, gradient) in zip(call.schema.results(in: result), gradients) {
      try add(gradient, to: value, &sums)
    }
    for (record, depends) in zip(records, isActive).reversed() where depends {
      let found = record.schema.results(in: record.result).map { sums.take($0) }
      if found.allSatisfy(\.isNone) { continue }
      let wanted = record.arguments.map { argument in
        var isWanted = false
        argument.forEachTensor { isWanted = isWanted || active[$0] == true }
        return isWanted
      }
      let back = try inner.vjp(
        record.schema.qualifiedName, record.arguments, result: record.result, gradients: found,
        wanted: wanted)
      for (argument, gradient) in zip(record.arguments, back) {
        try add(gradient, to: argument, &sums)
      }
    }
    return call.arguments.map { sums.take($0) }
  }

  private func add(_ gradient: IValue, to value: IValue, _ sums: inout TensorTable<IValue>) throws {
    if gradient.isNone { return }
    if let parts = value.elements, let gradients = gradient.elements {
      for (part, gradient) in zip(parts, gradients) { try add(gradient, to: part, &sums) }
    } else if let known = sums[value] {
      sums[value] = try inner.apply("aten::add.Tensor", [known, gradient])
    } else {
      sums[value] = gradient
    }
  }
}

/// Pushes tangents through the calls that a decomposition makes.
final class TangentEmitter: CallObserver {
  let inner: any Emitter
  var below: any Emitter { inner }
  private var tangents = TensorTable<IValue>()

  init(_ inner: any Emitter) { self.inner = inner }

  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    let result = try inner.emit(resolved, arguments)
    let given = arguments.map { tangents.parts(of: $0) }
    if given.allSatisfy(\.isNone) { return result }
    let found = try inner.jvp(
      resolved.schema.qualifiedName, arguments, result: result, tangents: given)
    for (part, tangent) in zip(resolved.schema.results(in: result), found) {
      tangents.set(part, to: tangent)
    }
    return result
  }

  /// Computes a call by its decomposition, and returns the tangents of its results.
  func tangents(
    of call: OperatorCall, by decomposition: OperatorDefinition.Decomposition,
    _ given: [IValue]
  ) throws -> [IValue] {
    for (argument, tangent) in zip(call.arguments, given) { tangents.set(argument, to: tangent) }
    let result = try decomposition(call, self)
    return call.schema.results(in: result).map { tangents.parts(of: $0) }
  }
}

extension OperatorSchema {
  /// Returns the results that a call's value has, of which a list may be one.
  func results(in value: IValue) -> [IValue] {
    results.count == 1 ? [value] : value.elements ?? [value]
  }
}

/// What is known of tensors, which are told apart by what they are and not by what they hold.
struct TensorTable<Fact> {
  /// By identity; the tensors live as long as the table, so that no other gets the identity of one.
  private var facts: [ObjectIdentifier: (tensor: IValue, fact: Fact?)] = [:]

  subscript(value: IValue) -> Fact? {
    get { value.identity.flatMap { facts[$0]?.fact } }
    set { if let key = value.identity { facts[key] = (value, newValue) } }
  }
}

extension TensorTable where Fact == IValue {
  /// Returns the fact of a tensor, or those of a list's tensors, and forgets them; `None` for none.
  mutating func take(_ value: IValue) -> IValue {
    if let parts = value.elements {
      var found: [IValue] = []
      for part in parts { found.append(take(part)) }
      return found.allSatisfy(\.isNone) ? .none : .list(found)
    }
    defer { self[value] = nil }
    return self[value] ?? .none
  }

  /// Returns the fact of a tensor, or those of a list's tensors; `None` for none.
  func parts(of value: IValue) -> IValue {
    if let parts = value.elements {
      let found = parts.map { self.parts(of: $0) }
      return found.allSatisfy(\.isNone) ? .none : .list(found)
    }
    return self[value] ?? .none
  }

  /// Notes the fact of a tensor, or those of a list's tensors; `None` is none.
  mutating func set(_ value: IValue, to fact: IValue) {
    if fact.isNone { return }
    if let parts = value.elements, let facts = fact.elements {
      for (part, fact) in zip(parts, facts) { set(part, to: fact) }
    } else {
      self[value] = fact
    }
  }
}

extension IValue {
  /// What tells a tensor from others; nil for other values.
  fileprivate var identity: ObjectIdentifier? {
    switch self {
    case .tensor(let tensor): ObjectIdentifier(tensor)
    case .fake(let tensor): ObjectIdentifier(tensor)
    default: nil
    }
  }

  /// Calls a closure with each tensor: the value itself, or those of a list.
  fileprivate func forEachTensor(_ body: (IValue) -> Void) {
    if identity != nil {
      body(self)
    } else {
      for part in elements ?? [] { part.forEachTensor(body) }
    }
  }
}
