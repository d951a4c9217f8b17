import FXCore
import FXOperators

/// Products of matrices, and convolutions.
extension BatchingRules {
  static let products: [(String, Rule)] =
    ["mm", "bmm", "mv", "dot", "vdot", "matmul"].map { ("aten::\($0)", product) } + [
      ("aten::addmm", addedProduct), ("aten::baddbmm", addedProduct), ("aten::addmv", addedProduct),
      ("aten::linear", linear), ("aten::convolution", convolution),
    ]

  @Sendable private static func product(_ call: BatchedCall) throws -> IValue? {
    if call.name == "aten::vdot", try call.call[0].dtype.isComplex { return nil }
    return try product(call, call.call[0], call.call[1])
  }

  /// Multiplies faces that are vectors, matrices, or several of them, as `matmul` does.
  private static func product(
    _ call: BatchedCall, _ a: IValue, _ b: IValue
  ) throws -> IValue {
    let (left, right) = (try a.rank, try b.rank)
    guard left > 0, right > 0 else { throw call.batch.unsupported(call.name) }
    func matrix(_ value: IValue, isVector: Bool, axis: Int) throws -> IValue {
      isVector ? try call.batch.call("aten::unsqueeze", value, .int(axis)) : value
    }
    // Vectors are matrices of one row or column, and all have as many dimensions.
    let rows = try matrix(a, isVector: left == 1, axis: 0)
    let columns = try matrix(b, isVector: right == 1, axis: 1)
    let rank = max(try rows.rank, try columns.rank)
    var result = try call.e.call(
      "aten::matmul", call.padded(rows, to: rank), call.padded(columns, to: rank))
    if left == 1 { result = try call.e.call("aten::squeeze.dim", result, -2) }
    if right == 1 { result = try call.e.call("aten::squeeze.dim", result, -1) }
    return result
  }

  /// `beta * self + alpha * (a @ b)`
  @Sendable private static func addedProduct(_ call: BatchedCall) throws -> IValue? {
    var result = try call.batch.face(of: product(call, call.call[1], call.call[2]))
    let (beta, alpha) = (call.call.named("beta"), call.call.named("alpha"))
    if !alpha.isIdentical(to: 1) {
      result = try call.batch.call("aten::mul.Scalar", result, alpha)
    }
    if beta.isIdentical(to: 0) { return call.batch.whole(result) }
    let added = try call.batch.call(
      "aten::add.Tensor", result, call.call[0], keywords: [("alpha", beta)])
    return call.batch.whole(added)
  }

  @Sendable private static func linear(_ call: BatchedCall) throws -> IValue? {
    let hasBatchedBias = call.isBatched(2)
    if !call.isBatched(1) {
      let result = try call.onWhole(hasBatchedBias ? [2: .none] : [:])
      guard hasBatchedBias else { return result }
      return try call.batch.whole(
        call.batch.call("aten::add.Tensor", call.batch.face(of: result), call.call[2]))
    }
    let weight = call.call[1]
    let columns =
      try weight.rank < 2
      ? weight : try call.batch.call("aten::transpose.int", weight, 0, 1)
    let result = try product(call, call.call[0], columns)
    if call.call[2].isNone { return result }
    return try call.batch.whole(
      call.batch.call("aten::add.Tensor", call.batch.face(of: result), call.call[2]))
  }

  /// `convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)`
  @Sendable private static func convolution(_ call: BatchedCall) throws -> IValue? {
    let rank = try call.call[0].rank
    guard try call.call[1].rank == rank else { return nil }
    guard call.isBatched(1) else {
      let hasBatchedBias = call.isBatched(2)
      guard call.isBatched(0) else {
        let plain = try call.onWhole([2: .none])
        return try biased(call, call.batch.repeated(plain))
      }
      var changes: [Int: IValue] = [0: try call.folded(call.whole(0))]
      if hasBatchedBias { changes[2] = IValue.none }
      let result = try call.unfolded(call.onWhole(changes))
      return hasBatchedBias ? try biased(call, result) : result
    }
    // Weights of several tensors are groups of one.
    let count = call.batch.size
    let moved = try call.e.call("aten::movedim.int", call.whole(0), 0, 1)
    let sizes = try moved.sizes
    let channels = try count * sizes[2]
    let input = try call.e.call(
      "aten::reshape", moved, .sizes([sizes[0], channels] + sizes.dropFirst(3)))
    let groups = try IValue(count * call.call.size(8))
    let result = try call.onWhole([
      0: input, 1: call.folded(call.whole(1)), 2: .none, 8: groups,
    ])
    let found = try result.sizes
    let outputs = try found[1].floorDivided(by: count)
    let split = try call.e.call(
      "aten::reshape", result, .sizes([found[0], count, outputs] + found.dropFirst(2)))
    return try biased(call, call.e.call("aten::movedim.int", split, 1, 0))
  }

  /// Adds the bias of each channel, where there is one.
  private static func biased(_ call: BatchedCall, _ result: IValue) throws -> IValue? {
    if call.call[2].isNone { return result }
    return try call.batch.whole(
      call.batch.call(
        "aten::add.Tensor", call.batch.face(of: result),
        call.batch.channels(call.call[2], rank: call.call[0].rank)))
  }
}

extension BatchingEmitter {
  /// Gives a vector of one number a channel the dimensions of an image.
  func channels(_ vector: IValue, rank: Int) throws -> IValue {
    var shape = [SymbolicSize](repeating: 1, count: rank)
    if rank > 1 { shape[1] = try vector.size(0) }
    return try call("aten::reshape", vector, .sizes(shape))
  }
}
