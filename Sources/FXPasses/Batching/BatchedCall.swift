import FXCore
import FXOperators
import FXTensor

/// One call of an operator on faces, and the whole tensors behind them.
struct BatchedCall {
  /// The call on faces.
  let call: OperatorCall
  /// The `vmap` in which it is.
  let batch: BatchingEmitter
  /// The rule of the operator's definition.
  let rule: BatchRule?

  init(_ call: OperatorCall, _ batch: BatchingEmitter, _ rule: BatchRule?) {
    self.call = call
    self.rule = rule
    self.batch = batch
  }

  /// The name with the namespace and the overload.
  var name: String { call.schema.qualifiedName }
  /// Where calls on whole tensors go.
  var e: any WritingEmitter { batch.inner }

  /// Whether an argument is a face, or has one in it.
  func isBatched(_ index: Int) -> Bool {
    index < call.arguments.count && batch.isBatched(call[index])
  }

  /// The whole of an argument; what is the same for all as it is.
  func plain(_ index: Int) -> IValue { batch.whole(call[index]) ?? call[index] }

  /// The whole of an argument, with the first dimension in any case.
  func whole(_ index: Int) throws -> IValue { try whole(of: call[index]) }

  /// The whole of a value, with the first dimension in any case.
  func whole(of value: IValue) throws -> IValue {
    try batch.whole(value) ?? batch.repeated(value)
  }

  /// Calls the operator on whole tensors, with some other arguments.
  func onWhole(_ changes: [Int: IValue] = [:]) throws -> IValue {
    let arguments = call.arguments.enumerated().map { index, value in
      changes[index] ?? batch.whole(value) ?? value
    }
    return try e.apply(name, arguments)
  }

  /// Gives a tensor dimensions of size 1, so that its face has as many as wanted.
  func padded(_ value: IValue, to rank: Int) throws -> IValue {
    guard var whole = batch.whole(value) else { return value }
    for _ in try value.rank..<max(rank, value.rank) {
      whole = try e.call("aten::unsqueeze", whole, 1)
    }
    return whole
  }

  /// Makes one dimension of the batch and the first one of a tensor.
  func folded(_ whole: IValue) throws -> IValue {
    let sizes = try whole.sizes
    return try e.call(
      "aten::reshape", whole, .sizes([try sizes[0] * sizes[1]] + sizes.dropFirst(2)))
  }

  /// Takes the batch out of the first dimension of all results.
  func unfolded(_ value: IValue) throws -> IValue {
    switch value {
    case .list(let parts): return .list(try parts.map { try unfolded($0) })
    case .tuple(let parts): return .tuple(try parts.map { try unfolded($0) })
    case .fake(let tensor):
      let count = try tensor.sizes[0].floorDivided(by: batch.size)
      return try e.call(
        "aten::reshape", value, .sizes([batch.size, count] + tensor.sizes.dropFirst()))
    default: return value
    }
  }

  /// Returns the number that an operator tells of a face: a size; nil for other operators.
  func number() throws -> IValue? {
    switch name {
    case "aten::sym_size.int", "aten::size.int": return IValue(try call[0].size(call.int(1)))
    case "aten::sym_numel", "aten::numel":
      return IValue(try SymbolicSize.product(call[0].sizes))
    case "aten::dim": return .int(try call[0].rank)
    default: return nil
    }
  }

  /// Calls an operator that draws numbers, for each tensor or once; nil where it is like any other.
  func drawn() throws -> IValue? {
    if isBatched(0) {
      if batch.drawsForEach { return nil }
      if name == "aten::native_dropout" { return try droppedAlike() }
      // One draw is for all: of the first argument no more than its shape counts.
      guard case .filling = rule else { return nil }
      let empty = try e.call(
        "aten::empty.memory_format", .sizes(call[0].sizes),
        keywords: [("dtype", .dtype(call[0].dtype)), ("device", .device(call[0].device))])
      return try e.apply(name, [empty] + call.arguments.dropFirst())
    }
    guard batch.drawsForEach, !call.arguments.contains(where: { batch.isBatched($0) }) else {
      return nil
    }
    if let place = call.index(of: "size") {
      var arguments = call.arguments
      arguments[place] = .sizes([batch.size] + (try call.sizes(place)))
      return try batch.face(of: e.apply(name, arguments))
    }
    if case .fake = call.arguments.first ?? .none {
      return try batch.face(of: onWhole([0: batch.repeated(call[0])]))
    }
    return try batch.face(of: unrolled())
  }

  /// Drops the same elements of all tensors: those that are dropped of ones.
  private func droppedAlike() throws -> IValue {
    let ones = try e.call(
      "aten::full", .sizes(call[0].sizes), 1,
      keywords: [("dtype", .dtype(call[0].dtype)), ("device", .device(call[0].device))])
    let kept = try e.apply(name, [ones] + call.arguments.dropFirst())
    guard let parts = kept.elements, parts.count == 2 else { throw batch.unsupported(name) }
    return .tuple([try batch.call("aten::mul.Tensor", call[0], parts[0]), parts[1]])
  }

  /// Calls the operator for one tensor after the other, where there are few.
  func unrolled() throws -> IValue {
    guard let count = batch.size.int, count > 0, count <= Self.mostUnrolled else {
      throw batch.unsupported(name)
    }
    let results = try (0..<count).map { index in
      try e.apply(name, call.arguments.map { try part($0, index) })
    }
    return try joined(results)
  }

  private static let mostUnrolled = 64

  private func part(_ value: IValue, _ index: Int) throws -> IValue {
    if let whole = batch.whole(value) {
      return try e.call("aten::select.int", whole, 0, .int(index))
    }
    guard case .list(let parts) = value else { return value }
    return .list(try parts.map { try part($0, index) })
  }

  private func joined(_ results: [IValue]) throws -> IValue {
    guard let first = results.first else { return .none }
    if first.isTensor { return try e.call("aten::stack", .list(results)) }
    guard let parts = first.elements else { return first }
    let all = try parts.indices.map { place in
      try joined(results.map { $0.elements?[place] ?? .none })
    }
    if case .list = first { return .list(all) }
    return .tuple(all)
  }
}
