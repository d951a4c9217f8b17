import FXCore
import FXTensor

extension FakeTensor {
  /// Whether elements follow one another in row-major order, as far as forms tell.
  public var isContiguous: Bool {
    if sizes.contains(0) { return true }
    return strides(follow: sizes.indices.reversed())
  }

  /// Whether elements follow one another in `channels_last`, or `channels_last_3d`, as far as forms
  /// tell (`is_contiguous(memory_format=…)`).
  public var isChannelsLast: Bool {
    guard let order = Self.channelsLastOrder(rank) else { return false }
    return strides(follow: order)
  }

  /// Tells whether strides suggest that operators keep the channels fastest, as PyTorch decides it
  /// (`suggest_memory_format`): by their order, those of dimensions of size 1 included.
  ///
  /// As `Geometry.isChannelsLastLike`, on example values; what depends on data suggests nothing.
  public func suggestsChannelsLast(_ symbols: SymbolicContext) -> Bool {
    guard Self.channelsLastOrder(rank) != nil else { return false }
    let numbers = sizes.compactMap { symbols.hint(of: $0) }
    let steps = strides.compactMap { symbols.hint(of: $0) }
    guard numbers.count == rank, steps.count == rank else { return false }
    return Geometry.isChannelsLastLike(numbers, steps)
  }

  /// Returns the memory format that the strides suggest (`suggest_memory_format`).
  public func suggestedFormat(_ symbols: SymbolicContext) -> MemoryFormat {
    guard suggestsChannelsLast(symbols) else { return .contiguous }
    return rank == 4 ? .channelsLast : .channelsLast3d
  }

  private func strides(follow order: some Sequence<Int>) -> Bool {
    // Strides are products of sizes, or of those that are 1 at least.
    var (expected, guarded): (SymbolicSize, SymbolicSize) = (1, 1)
    for axis in order where sizes[axis] != 1 {
      guard strides[axis] == expected || strides[axis] == guarded,
        let next = try? expected * sizes[axis], let other = try? guarded * sizes[axis].atLeastOne
      else { return false }
      (expected, guarded) = (next, other)
    }
    return true
  }

  /// The dimensions of images, the channels first; nil for other numbers of dimensions.
  private static func channelsLastOrder(_ rank: Int) -> [Int]? {
    rank == 4 || rank == 5 ? [1] + (2..<rank).reversed() + [0] : nil
  }
}

extension ShapeRules {
  /// Returns the rule of operators whose result has the sizes of an argument, in the memory format
  /// that its strides suggest.
  package static func image(_ index: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(index)
      return .fake(try image(like: tensor, tensor.sizes, symbols: call.symbols))
    }
  }

  /// Makes a tensor of sizes in the memory format that another's strides suggest.
  package static func image(
    like tensor: FakeTensor, _ sizes: [SymbolicSize], _ dtype: ScalarType? = nil,
    symbols: SymbolicContext
  ) throws -> FakeTensor {
    let isLast = sizes.count == tensor.rank && tensor.suggestsChannelsLast(symbols)
    return FakeTensor(
      dtype ?? tensor.dtype, sizes, strides: isLast ? try channelsLastStrides(sizes) : nil,
      device: tensor.device)
  }
}
