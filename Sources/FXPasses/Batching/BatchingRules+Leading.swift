import FXCore
import FXOperators

/// Operators on images and signals, of which the first dimension already counts samples.
extension BatchingRules {
  /// Those that treat samples one by one, whether they get one or several.
  static let leading = [
    "max_pool1d", "max_pool2d", "max_pool3d", "max_pool1d_with_indices",
    "max_pool2d_with_indices", "max_pool3d_with_indices", "avg_pool1d", "avg_pool2d", "avg_pool3d",
    "adaptive_avg_pool1d", "_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "adaptive_max_pool1d",
    "adaptive_max_pool2d", "adaptive_max_pool3d", "reflection_pad1d", "reflection_pad2d",
    "reflection_pad3d", "replication_pad1d", "replication_pad2d", "replication_pad3d", "im2col",
    "col2im", "grid_sampler_2d", "grid_sampler_3d", "upsample_nearest1d", "upsample_nearest2d",
    "upsample_nearest3d", "upsample_linear1d", "upsample_bilinear2d", "upsample_bicubic2d",
    "upsample_trilinear3d", "_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa",
    "_upsample_nearest_exact1d", "_upsample_nearest_exact2d", "_upsample_nearest_exact3d",
    "upsample_nearest1d.vec", "upsample_nearest2d.vec", "upsample_nearest3d.vec",
    "upsample_linear1d.vec", "upsample_bilinear2d.vec", "upsample_bicubic2d.vec",
    "upsample_trilinear3d.vec", "_upsample_nearest_exact1d.vec", "_upsample_nearest_exact2d.vec",
    "_upsample_nearest_exact3d.vec", "channel_shuffle",
  ].map { "aten::\($0)" }

  /// Calls an operator on the samples of all tensors, or on the tensors as samples.
  static func leading(_ call: BatchedCall) throws -> IValue? {
    let tensors = call.call.arguments.indices.filter { call.call[$0].isTensor }
    let rank = try call.call[0].rank
    if rank == sampleRank(of: call.name) {
      return try call.onWhole(
        Dictionary(uniqueKeysWithValues: try tensors.map { ($0, try call.whole($0)) }))
    }
    guard rank == sampleRank(of: call.name) + 1 else { return nil }
    let folded = try tensors.map { ($0, try call.folded(call.whole($0))) }
    return try call.unfolded(call.onWhole(Dictionary(uniqueKeysWithValues: folded)))
  }

  /// Returns how many dimensions one sample has: channels and those that the name counts.
  private static func sampleRank(of name: String) -> Int {
    if name == "aten::im2col" || name == "aten::channel_shuffle" { return 3 }
    if name == "aten::col2im" { return 2 }
    if name.contains("1d") { return 2 }
    return name.contains("3d") ? 4 : 3
  }

  /// Views that tell all sizes.
  static let shaping: [(String, Rule)] = [
    ("aten::permute", permute), ("aten::expand", expand), ("aten::view", reshape),
    ("aten::reshape", reshape), ("aten::_unsafe_view", reshape), ("aten::squeeze", squeeze),
    ("aten::as_strided", { throw $0.batch.unsupported("aten::as_strided") }),
    ("aten::resize", { throw $0.batch.unsupported("aten::resize") }),
    ("aten::repeat", repeating),
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
