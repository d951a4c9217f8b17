import FXCore
import FXOperators

/// Normalizations.
extension BatchingRules {
  static let normalizing: [(String, Rule)] = [
    ("aten::native_layer_norm", layerNorm), ("aten::_fused_rms_norm", layerNorm),
    ("aten::layer_norm", layerNorm), ("aten::rms_norm", layerNorm),
    ("aten::native_group_norm", groupNorm),
    ("aten::_native_batch_norm_legit.no_stats", { try batchNorm($0, hasStatistics: false) }),
    ("aten::_native_batch_norm_legit_no_training", { try batchNorm($0, hasStatistics: true) }),
  ]

  /// `native_layer_norm(input, normalized_shape, weight, bias, eps)`, which looks at last dimensions.
  @Sendable private static func layerNorm(_ call: BatchedCall) throws -> IValue? {
    let hasBias = call.call.index(of: "bias") != nil
    let isShared = !call.isBatched(2) && !(hasBias && call.isBatched(3))
    if isShared { return try call.onWhole() }
    var changes: [Int: IValue] = [0: try call.whole(0), 2: .none]
    if hasBias { changes[3] = IValue.none }
    let bias = hasBias ? call.call[3] : .none
    return try scaled(call, call.onWhole(changes), by: call.call[2], and: bias)
  }

  /// Multiplies the first of the results with weights, and adds a bias.
  private static func scaled(
    _ call: BatchedCall, _ results: IValue, by weight: IValue, and bias: IValue
  ) throws -> IValue? {
    let parts = results.elements ?? [results]
    var first = try call.batch.face(of: parts[0])
    if !weight.isNone { first = try call.batch.call("aten::mul.Tensor", first, weight) }
    if !bias.isNone { first = try call.batch.call("aten::add.Tensor", first, bias) }
    guard let whole = call.batch.whole(first) else { return nil }
    return results.elements == nil ? whole : .tuple([whole] + parts.dropFirst())
  }

  /// `native_group_norm(input, weight, bias, N, C, HxW, group, eps)`
  @Sendable private static func groupNorm(_ call: BatchedCall) throws -> IValue? {
    let count = try IValue(call.batch.size * call.call.size(3))
    let isShared = !call.isBatched(1) && !call.isBatched(2)
    var changes: [Int: IValue] = [0: try call.folded(call.whole(0)), 3: count]
    if !isShared { (changes[1], changes[2]) = (IValue.none, IValue.none) }
    let result = try call.unfolded(call.onWhole(changes))
    if isShared { return result }
    let rank = try call.call[0].rank
    let (weight, bias) = (call.call[1], call.call[2])
    return try scaled(
      call, result, by: weight.isNone ? weight : call.batch.channels(weight, rank: rank),
      and: bias.isNone ? bias : call.batch.channels(bias, rank: rank))
  }

  /// `_native_batch_norm_legit_no_training(input, weight, bias, running_mean, running_var, …)`
  ///
  /// The tensors become channels, of which each has statistics of its own.
  private static func batchNorm(_ call: BatchedCall, hasStatistics: Bool) throws -> IValue? {
    let vectors = hasStatistics ? 1..<5 : 1..<3
    if hasStatistics, vectors.allSatisfy({ !call.isBatched($0) }) {
      let folded = try call.onWhole([0: call.folded(call.whole(0))])
      guard let parts = folded.elements, let first = parts.first else { return nil }
      return .tuple([try call.unfolded(first)] + parts.dropFirst().map { $0 })
    }
    let moved = try call.e.call("aten::movedim.int", call.whole(0), 0, 1)
    let sizes = try moved.sizes
    let channels = try sizes[1] * sizes[2]
    var changes: [Int: IValue] = [
      0: try call.e.call("aten::reshape", moved, .sizes([sizes[0], channels] + sizes.dropFirst(3)))
    ]
    for place in vectors where !call.call[place].isNone {
      changes[place] = try call.e.call("aten::reshape", call.whole(place), .sizes([channels]))
    }
    let result = try call.onWhole(changes)
    guard let parts = result.elements, let first = parts.first else { return nil }
    let split = try call.e.call("aten::reshape", first, .sizes(sizes))
    let output = try call.e.call("aten::movedim.int", split, 1, 0)
    let rest = try parts.dropFirst().map { part in
      try part.sizes == [0]
        ? call.batch.repeated(part)
        : call.e.call("aten::reshape", part, .sizes([sizes[1], sizes[2]]))
    }
    return .tuple([output] + rest)
  }
}
