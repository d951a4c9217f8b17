import FXCore
import FXOperators

/// Operators on images and signals, of which the first dimension already counts samples.
extension BatchingRules {
  /// Calls an operator on the samples of all tensors, or on the tensors as samples.
  static func samples(_ call: BatchedCall, rank: Int) throws -> IValue? {
    let tensors = call.call.arguments.indices.filter { call.call[$0].isTensor }
    let found = try call.call[0].rank
    if found == rank {
      return try call.onWhole(
        Dictionary(uniqueKeysWithValues: try tensors.map { ($0, try call.whole($0)) }))
    }
    guard found == rank + 1 else { return nil }
    let folded = try tensors.map { ($0, try call.folded(call.whole($0))) }
    return try call.unfolded(call.onWhole(Dictionary(uniqueKeysWithValues: folded)))
  }

  /// Views that tell all sizes.
  static let shaping: [(String, Rule)] = [
    ("aten::permute", permute), ("aten::expand", expand), ("aten::view", reshape),
    ("aten::reshape", reshape), ("aten::_unsafe_view", reshape), ("aten::squeeze", squeeze),
    ("aten::as_strided", { throw $0.batch.unsupported("aten::as_strided") }),
    ("aten::resize", { throw $0.batch.unsupported("aten::resize") }),
    ("aten::repeat", repeating), ("aten::roll", roll),
  ]

  @Sendable private static func permute(_ call: BatchedCall) throws -> IValue? {
    let rank = try call.call[0].rank
    let order = try call.call.ints(1).map { $0 < 0 ? $0 + rank : $0 }
    return try call.onWhole([1: .list([0] + order.map { .int($0 + 1) })])
  }

  @Sendable private static func expand(_ call: BatchedCall) throws -> IValue? {
    guard let sizes = call.call[1].elements else { return nil }
    let whole = try call.padded(call.call[0], to: sizes.count)
    return try call.onWhole([0: whole, 1: .list([IValue(call.batch.size)] + sizes)])
  }

  @Sendable private static func reshape(_ call: BatchedCall) throws -> IValue? {
    var sizes = try call.call.sizes(1)
    if let open = sizes.firstIndex(of: -1) {
      // The whole may have no elements, or a size that only data tell.
      let all = try SymbolicSize.product(call.call[0].sizes)
      let others = try SymbolicSize.product(
        sizes.enumerated().filter { $0.offset != open }.map(\.element))
      if others == 0 { return nil }
      sizes[open] = try all.floorDivided(by: others)
    }
    // The dimension of the batch may be in the way of a view.
    return try call.e.call("aten::reshape", call.plain(0), .sizes([call.batch.size] + sizes))
  }

  @Sendable private static func squeeze(_ call: BatchedCall) throws -> IValue? {
    let axes = try call.call[0].sizes.enumerated().filter { $0.element == 1 }.map { $0.offset + 1 }
    return try call.e.call("aten::squeeze.dims", call.plain(0), .list(axes.map { .int($0) }))
  }

  @Sendable private static func repeating(_ call: BatchedCall) throws -> IValue? {
    guard let counts = call.call[1].elements else { return nil }
    let whole = try call.padded(call.call[0], to: counts.count)
    return try call.onWhole([0: whole, 1: .list([1] + counts)])
  }

  /// Without dimensions all elements roll as if in a row.
  @Sendable private static func roll(_ call: BatchedCall) throws -> IValue? {
    guard let axes = call.call[2].elements, !axes.isEmpty else { return nil }
    return try shifted(call, BatchRule.Dimensions([2]))
  }

  /// Tensors made like others, of sizes that are told, and checks of them.
  static let making: [(String, Rule)] =
    ["new_zeros", "new_ones", "new_full", "new_empty"].map { ("aten::\($0)", makeNew) }
    + [("aten::_assert_tensor_metadata", check)]

  @Sendable private static func makeNew(_ call: BatchedCall) throws -> IValue? {
    try call.onWhole([1: .sizes([call.batch.size] + (try call.call.sizes(1)))])
  }

  /// Checks the whole, whose sizes and strides are others.
  @Sendable private static func check(_ call: BatchedCall) throws -> IValue? {
    try call.onWhole([1: IValue.none, 2: IValue.none])
  }
}
