import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Sampling at the places of a grid, and channels that become pixels: `grid_sampler`,
/// `affine_grid_generator`, `pixel_shuffle`.
enum SamplingOperators {
  static let all: [OperatorDefinition] = [
    gridSampler, sampler, affineGrid, pixelShuffle, pixelUnshuffle, channelShuffle,
  ]

  /// `grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool
  /// align_corners) -> Tensor`
  static let gridSampler = OperatorDefinition("aten::grid_sampler") { call, e in
    let name = try call[0].rank == 5 ? "aten::grid_sampler_3d" : "aten::grid_sampler_2d"
    return try e.apply(name, call.arguments)
  }
  .autocast(.single)

  /// `grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool
  /// align_corners) -> Tensor`, and in three dimensions
  static let sampler = OperatorDefinition(
    "aten::grid_sampler_2d", "aten::grid_sampler_3d", "aten::_grid_sampler_2d_cpu_fallback",
    shape: ShapeRules.gridSampler
  ) { call in
    guard let mode = GridSampler.Mode(rawValue: try call.int(2)),
      let padding = GridSampler.Padding(rawValue: try call.int(3))
    else { throw call.error("there is no such mode") }
    let sampler = GridSampler(mode, padding, alignsCorners: try call.bool(4))
    return .tensor(try sampler(call.tensor(0), call.tensor(1)))
  }
  .autocast(.single)
  .kept("aten::grid_sampler_3d")
  .batched(.samples(rank: 3), only: "aten::grid_sampler_2d")
  .batched(.samples(rank: 4), only: "aten::grid_sampler_3d")

  /// `affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor`
  static let affineGrid = OperatorDefinition("aten::affine_grid_generator") { call, e in
    let sizes = try call.sizes(1)
    let rank = sizes.count - 2
    let (dtype, device) = (try call[0].dtype, try call[0].device)
    guard rank == 2 || rank == 3, try call[0].rank == 3 else {
      throw call.error("there are affine grids in two and three dimensions")
    }
    let spatial = Array(sizes.dropFirst(2))
    let isAligned = try call.bool(2)
    // The coordinates of each dimension, the last one first, and a 1.
    var parts: [IValue] = []
    for axis in (0..<rank).reversed() {
      let count = try spatial[axis].requireStatic()
      let edge = isAligned || count <= 1 ? 1.0 : Double(count - 1) / Double(count)
      let options: [(name: String, value: IValue)] = [
        ("dtype", .dtype(dtype)), ("device", .device(device)),
      ]
      var line =
        count <= 1
        ? try e.call("aten::zeros", [.int(count)], keywords: options)
        : try e.call("aten::linspace", -1.0, 1.0, .int(count), keywords: options)
      if edge != 1 { line = try e.call("aten::mul.Scalar", line, .float(edge)) }
      let shape = (0..<rank).map { $0 == axis ? spatial[axis] : 1 } + [1]
      line = try e.call("aten::view", line, .sizes(shape))
      parts.append(try e.call("aten::expand", line, .sizes(spatial + [1])))
    }
    parts.append(try e.call("aten::ones_like", parts[0]))
    let base = try e.call("aten::cat", .list(parts), -1)
    let count = try SymbolicSize.product(spatial)
    let rows = try e.call("aten::view", base, .sizes([1, count, .int(rank + 1)]))
    let batch = try e.call("aten::expand", rows, .sizes([sizes[0], count, .int(rank + 1)]))
    let grid = try e.call("aten::bmm", batch, e.call("aten::transpose.int", call[0], 1, 2))
    return try e.call("aten::view", grid, .sizes([sizes[0]] + spatial + [.int(rank)]))
  }

  /// `pixel_shuffle(Tensor self, int upscale_factor) -> Tensor`
  static let pixelShuffle = OperatorDefinition(
    "aten::pixel_shuffle", shape: inFormat(shuffled), decomposition: shuffled,
    kernel: { call in try copied(shuffled(call, call.emitter), as: call.tensor(0)) }
  )
  .batched(.trailing)

  @Sendable private static func shuffled(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let sizes = try call[0].sizes
    let factor = SymbolicSize.int(try call.int(1))
    guard sizes.count >= 3, factor.int ?? 0 > 0 else { throw call.error("there are no channels") }
    let outer = Array(sizes.dropLast(3))
    let (channels, height, width) = (sizes[outer.count], sizes[outer.count + 1], sizes.last ?? 1)
    let count = try channels.floorDivided(by: factor * factor)
    if let known = channels.int, let own = count.int, let factor = factor.int,
      own * factor * factor != known
    {
      throw call.error("\(known) channels are not a multiple of the square of \(factor)")
    }
    let parts = try e.call(
      "aten::reshape", call[0], .sizes(outer + [count, factor, factor, height, width]))
    let first = outer.count
    let order = Array(0..<first) + [0, 3, 1, 4, 2].map { $0 + first }
    let shuffled = try e.call("aten::permute", parts, .ints(order))
    return try e.call(
      "aten::reshape", shuffled, .sizes(outer + [count, height * factor, width * factor]))
  }

  /// `pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor`
  static let pixelUnshuffle = OperatorDefinition(
    "aten::pixel_unshuffle", shape: inFormat(unshuffled), decomposition: unshuffled,
    kernel: { call in try copied(unshuffled(call, call.emitter), as: call.tensor(0)) }
  )
  .batched(.trailing)

  /// Returns the rule of what `copied` makes of a decomposition's result.
  private static func inFormat(
    _ decomposition: @escaping OperatorDefinition.Decomposition
  ) -> OperatorDefinition.ShapeRule {
    { call in
      guard case .fake(let result) = try decomposition(call, call.emitter) else {
        throw call.wrong(0, "a tensor")
      }
      return .fake(try ShapeRules.image(like: call.fake(0), result.sizes, symbols: call.symbols))
    }
  }

  /// Returns what PyTorch's kernels make: a new tensor in the input's memory format.
  private static func copied(_ value: IValue, as input: Tensor) throws -> IValue {
    guard case .tensor(let tensor) = value else { return value }
    return .tensor(try tensor.clone(format: input.suggestedFormat))
  }

  @Sendable private static func unshuffled(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> IValue {
    let sizes = try call[0].sizes
    let factor = SymbolicSize.int(try call.int(1))
    guard sizes.count >= 3, let step = factor.int, step > 0 else {
      throw call.error("there are no channels")
    }
    let outer = Array(sizes.dropLast(3))
    let (channels, height, width) = (sizes[outer.count], sizes[outer.count + 1], sizes.last ?? 1)
    for size in [height, width] where (size.int ?? 0) % step != 0 {
      throw call.error("a size is not a multiple of \(step)")
    }
    let (rows, columns) = (
      try height.floorDivided(by: factor), try width.floorDivided(by: factor)
    )
    let parts = try e.call(
      "aten::reshape", call[0], .sizes(outer + [channels, rows, factor, columns, factor]))
    let first = outer.count
    let order = Array(0..<first) + [0, 2, 4, 1, 3].map { $0 + first }
    let shuffled = try e.call("aten::permute", parts, .ints(order))
    return try e.call(
      "aten::reshape", shuffled, .sizes(outer + [channels * factor * factor, rows, columns]))
  }

  /// `channel_shuffle(Tensor self, SymInt groups) -> Tensor`
  static let channelShuffle = OperatorDefinition(
    "aten::channel_shuffle", "aten::native_channel_shuffle", decomposition: channelsShuffled,
    kernel: { call in try copied(channelsShuffled(call, call.emitter), as: call.tensor(0)) }
  )
  .batched(.samples(rank: 3), only: "aten::channel_shuffle")

  @Sendable private static func channelsShuffled(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> IValue {
    let sizes = try call[0].sizes
    let groups = try call.size(1)
    guard sizes.count >= 3, groups.int ?? 1 > 0 else { throw call.error("there are no channels") }
    let each = try sizes[1].floorDivided(by: groups)
    if let channels = sizes[1].int, let groups = groups.int, channels % groups != 0 {
      throw call.error("\(channels) channels are no \(groups) groups")
    }
    let rest = Array(sizes.dropFirst(2))
    let parts = try e.call("aten::reshape", call[0], .sizes([sizes[0], groups, each] + rest))
    let shuffled = try e.call("aten::transpose.int", parts, 1, 2)
    return try e.call("aten::reshape", shuffled, .sizes(sizes))
  }
}
