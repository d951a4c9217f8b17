import FXCore
import FXOperators
import FXSchemas
import FXTensor

/// Reading and writing by indices.
extension BatchingRules {
  static let indexing: [(String, Rule)] = [
    ("aten::index.Tensor", index), ("aten::index_put", put), ("aten::embedding", embedding),
    ("aten::index_select", select), ("aten::take", take), ("aten::index_add", indexed),
    ("aten::index_copy", indexed), ("aten::index_fill.int_Scalar", indexed),
    ("aten::searchsorted.Tensor", search),
    ("aten::bucketize.Tensor", { $0.isBatched(1) ? nil : try $0.onWhole() }),
  ]

  /// `index.Tensor(self, indices)`: the batch is one more dimension that is indexed.
  @Sendable private static func index(_ call: BatchedCall) throws -> IValue? {
    guard let places = try places(call) else { return nil }
    if !places.isBatched {
      return try call.e.call("aten::index.Tensor", call.plain(0), .list([.none] + places.plain))
        .reordered(places, call)
    }
    if !call.isBatched(0) {
      let indices = IValue.list(Array(places.whole.dropFirst()))
      let result = try call.e.call("aten::index.Tensor", call.call[0], indices)
      if places.start == 0 { return result }
      return try call.e.call("aten::movedim.int", result, .int(places.start), 0)
    }
    let result = try call.e.call("aten::index.Tensor", call.whole(0), .list(places.whole))
    return try places.restored(result, call)
  }

  /// `index_put(self, indices, values, accumulate)`
  @Sendable private static func put(_ call: BatchedCall) throws -> IValue? {
    guard let places = try places(call) else { return nil }
    // Values have the shape of what is read, in the order in which it is read.
    let shape = try call.batch.shape(of: call.batch.indexSchema(), [call.call[0], call.call[1]])
    let sizes = try shape.sizes
    let values = try call.batch.call("aten::expand", call.call[2], .sizes(sizes))
    let whole = try places.moved(call.whole(of: values), call)
    return try call.e.apply(
      "aten::index_put", [call.whole(0), .list(places.whole), whole, call.call[3]])
  }

  /// The indices of a call, without and with one for the batch.
  struct Places {
    /// Whether indices differ from tensor to tensor.
    let isBatched: Bool
    let plain: [IValue]
    let whole: [IValue]
    /// How many dimensions the indices have together.
    let rank: Int
    /// The dimension of the face's result at which they are.
    let start: Int
    /// How many dimensions the face's result has.
    let resultRank: Int

    /// Moves dimensions of indices from the front to where the face's result has them.
    func restored(_ result: IValue, _ call: BatchedCall) throws -> IValue {
      if start == 0 { return result }
      var order = Array(0..<(resultRank + 1))
      order.removeSubrange(1...rank)
      order.insert(contentsOf: 1...rank, at: 1 + start)
      return try call.e.call("aten::permute", result, .list(order.map { .int($0) }))
    }

    /// Moves dimensions of indices to the front.
    func moved(_ values: IValue, _ call: BatchedCall) throws -> IValue {
      if start == 0 { return values }
      var order = Array(0..<(resultRank + 1))
      let indices = order[(1 + start)..<(1 + start + rank)]
      order.removeSubrange((1 + start)..<(1 + start + rank))
      order.insert(contentsOf: indices, at: 1)
      return try call.e.call("aten::permute", values, .list(order.map { .int($0) }))
    }
  }

  private static func places(_ call: BatchedCall) throws -> Places? {
    guard var indices = call.call[1].elements else { return nil }
    while let last = indices.last, last.isNone { indices.removeLast() }
    let used = indices.indices.filter { !indices[$0].isNone }
    guard let first = used.first, let last = used.last else { return nil }
    // How many elements a mask picks depends on data.
    for place in used where try indices[place].dtype == .bool || indices[place].dtype == .uint8 {
      return nil
    }
    let rank = try used.map { try indices[$0].rank }.max() ?? 0
    let isAdjacent = last - first + 1 == used.count
    let kept = try call.call[0].rank - used.count
    let shape = [call.batch.size] + [SymbolicSize](repeating: 1, count: rank)
    let range = try call.e.call("aten::arange", IValue(call.batch.size))
    let own = try call.e.call("aten::view", range, .sizes(shape))
    return Places(
      isBatched: used.contains { call.batch.isBatched(indices[$0]) }, plain: indices,
      whole: [own] + (try indices.map { $0.isNone ? $0 : try call.padded($0, to: rank) }),
      rank: rank, start: isAdjacent ? first : 0, resultRank: kept + rank)
  }

  /// `embedding(weight, indices, …)`
  @Sendable private static func embedding(_ call: BatchedCall) throws -> IValue? {
    guard call.isBatched(0) else { return try call.onWhole() }
    return try call.batch.whole(
      call.batch.call("aten::index.Tensor", call.call[0], .list([call.call[1]])))
  }

  /// `index_select(self, dim, index)`
  @Sendable private static func select(_ call: BatchedCall) throws -> IValue? {
    let rank = try call.call[0].rank
    guard rank > 0, try call.call[2].rank == 1 else { return nil }
    let axis = try call.call.axis(1, of: call.call[0])
    if !call.isBatched(2) { return try call.onWhole([1: .int(axis + 1)]) }
    let indices = [IValue](repeating: .none, count: axis) + [call.call[2]]
    let rows = try call.batch.call("aten::index.Tensor", call.call[0], .list(indices))
    return try call.batch.whole(call.batch.call("aten::contiguous", rows))
  }

  /// `index_add(self, dim, index, source, …)`, with the same indices for all.
  @Sendable private static func indexed(_ call: BatchedCall) throws -> IValue? {
    let rank = try call.call[0].rank
    guard rank > 0, !call.isBatched(2) else { return nil }
    let axis = try call.call.axis(1, of: call.call[0])
    var changes: [Int: IValue] = [0: try call.whole(0), 1: .int(axis + 1)]
    if call.call[3].isTensor { changes[3] = try call.whole(3) }
    return try call.onWhole(changes)
  }

  /// `take(self, index)`
  @Sendable private static func take(_ call: BatchedCall) throws -> IValue? {
    let flat = try call.batch.call("aten::reshape", call.call[0], [-1])
    return try call.batch.whole(
      call.batch.call("aten::index.Tensor", flat, .list([call.call[1]])))
  }

  /// `searchsorted.Tensor(sorted_sequence, self, …)`
  @Sendable private static func search(_ call: BatchedCall) throws -> IValue? {
    let rank = try call.call[1].rank
    guard rank > 0, call.call.named("sorter").isNone else { return nil }
    if try call.call[0].rank == 1 {
      if !call.isBatched(0) { return try call.onWhole() }
      guard rank == 1 else { return nil }
    }
    return try call.onWhole([0: call.whole(0), 1: call.whole(1)])
  }
}

extension IValue {
  /// Moves the batch to the front of what was read with the same indices for all.
  fileprivate func reordered(_ places: BatchingRules.Places, _ call: BatchedCall) throws -> IValue {
    // Indices that are apart come first, before the dimension of the batch.
    let used = places.plain.indices.filter { !places.plain[$0].isNone }
    guard let first = used.first, let last = used.last, last - first + 1 != used.count else {
      return self
    }
    return try call.e.call("aten::movedim.int", self, .int(places.rank), 0)
  }
}

extension BatchingEmitter {
  /// The operator that reads by indices.
  func indexSchema() throws -> OperatorSchema {
    try library.resolved(named: "aten::index.Tensor").schema
  }
}
