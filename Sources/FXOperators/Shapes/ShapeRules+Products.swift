import FXCore
import FXKernels
import FXTensor

/// Rules of matrix products, convolutions and pooling.
extension ShapeRules {
  private static func tensor(_ like: FakeTensor, _ sizes: [SymbolicSize]) -> IValue {
    .fake(FakeTensor(like.dtype, sizes, device: like.device))
  }

  /// `mm(Tensor self, Tensor mat2) -> Tensor`, `bmm(Tensor self, Tensor mat2) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func matrixProduct(_ call: OperatorCall) throws -> IValue {
    try matrixProduct(call, 0, 1)
  }

  /// `addmm(Tensor self, Tensor mat1, Tensor mat2, …) -> Tensor`, `baddbmm`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func addedMatrixProduct(_ call: OperatorCall) throws -> IValue {
    try matrixProduct(call, 1, 2)
  }

  private static func matrixProduct(
    _ call: OperatorCall, _ left: Int, _ right: Int
  ) throws -> IValue {
    let (a, b) = (try call.fake(left), try call.fake(right))
    guard a.rank == b.rank, a.rank >= 2 else { throw call.error("the ranks do not fit") }
    let rank = a.rank
    guard try call.symbols.isEqual(a.sizes[rank - 1], b.sizes[rank - 2]) else {
      throw call.error(
        "the sizes \(a.sizes[rank - 1].expression) and \(b.sizes[rank - 2].expression) do not fit")
    }
    return tensor(a, a.sizes.dropLast() + [b.sizes[rank - 1]])
  }

  /// `mv(Tensor self, Tensor vec) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func matrixVector(_ call: OperatorCall) throws -> IValue {
    let matrix = try call.fake(0)
    guard matrix.rank == 2 else { throw call.error("expected a matrix") }
    return tensor(matrix, [matrix.sizes[0]])
  }

  /// `dot(Tensor self, Tensor tensor) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func dot(_ call: OperatorCall) throws -> IValue {
    tensor(try call.fake(0), [])
  }

  /// `convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding,
  /// SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func convolution(_ call: OperatorCall) throws -> IValue {
    let (input, weight) = (try call.fake(0), try call.fake(1))
    let count = weight.rank - 2
    guard count > 0, input.rank == weight.rank || input.rank == weight.rank - 1 else {
      throw call.error("the ranks do not fit")
    }
    let stride = try fitting(call, 3, count)
    let padding = try fitting(call, 4, count)
    let dilation = try fitting(call, 5, count)
    let isTransposed = try call.bool(6)
    let extra = isTransposed ? try fitting(call, 7, count) : []
    let groups = try call.size(8)
    let isBatched = input.rank == weight.rank
    var sizes: [SymbolicSize] = isBatched ? [input.sizes[0]] : []
    sizes.append(isTransposed ? try weight.sizes[1] * groups : weight.sizes[0])
    for axis in 0..<count {
      let size = input.sizes[axis + (isBatched ? 2 : 1)]
      let reach = try dilation[axis] * (weight.sizes[axis + 2] - 1)
      if isTransposed {
        let grown = try (size - 1) * stride[axis] - padding[axis] * 2
        sizes.append(try grown + reach + extra[axis] + 1)
      } else {
        let room = try size + padding[axis] * 2 - reach - 1
        sizes.append(try room.floorDivided(by: stride[axis]) + 1)
      }
    }
    return try .fake(
      FakeTensor(
        input.dtype, sizes, strides: convolvedStrides(call, input, weight, sizes),
        device: input.device))
  }

  /// Returns the strides of a convolution's result, as `Convolution.resultStrides` does; nil for
  /// row-major ones.
  private static func convolvedStrides(
    _ call: OperatorCall, _ input: FakeTensor, _ weight: FakeTensor, _ sizes: [SymbolicSize]
  ) throws -> [SymbolicSize]? {
    let symbols = try call.symbols
    if sizes.count == 3 {
      let operands = input.isContiguous ? [input, weight] : [weight]
      let isLast = try operands.contains {
        try inserting(1, at: 2, in: $0).suggestsChannelsLast(symbols)
      }
      guard isLast else { return nil }
      var strides = try channelsLastStrides(sizes[..<2] + [1, sizes[2]])
      strides.remove(at: 2)
      return strides
    }
    guard input.suggestsChannelsLast(symbols) || weight.suggestsChannelsLast(symbols) else {
      return nil
    }
    if sizes.count == 5, try !isLeftToOneDNN(call, input, weight) { return nil }
    return try channelsLastStrides(sizes)
  }

  private static func isLeftToOneDNN(
    _ call: OperatorCall, _ input: FakeTensor, _ weight: FakeTensor
  ) throws -> Bool {
    let symbols = try call.symbols
    func numbers(_ sizes: [SymbolicSize]) -> [Int] { sizes.map { symbols.hint(of: $0) ?? 1 } }
    let (stride, dilation) = (try fitting(call, 3, 3), try fitting(call, 5, 3))
    let padding = try call.bool(6) ? numbers(fitting(call, 7, 3)) : [0, 0, 0]
    return Convolution.isLeftToOneDNN(
      numbers(input.sizes), numbers(weight.sizes), input.dtype,
      groups: symbols.hint(of: try call.size(8)) ?? 1,
      isSpread: (stride + dilation).contains { $0 != 1 }, isTransposed: try call.bool(6),
      padsMuch: zip(padding, numbers(stride)).contains { $0 >= $1 })
  }

  /// Shows a tensor with a dimension of size 1 more, as `unsqueeze` does.
  static func inserting(_ size: SymbolicSize, at axis: Int, in tensor: FakeTensor) throws
    -> FakeTensor
  {
    var (sizes, strides) = (tensor.sizes, tensor.strides)
    let stride = axis < tensor.rank ? try sizes[axis] * strides[axis] : 1
    sizes.insert(size, at: axis)
    strides.insert(stride, at: axis)
    return FakeTensor(
      tensor.dtype, sizes, strides: strides, storageOffset: tensor.storageOffset,
      device: tensor.device, layout: tensor.layout)
  }

  /// Returns the strides of `channels_last`, or of `channels_last_3d`.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func channelsLastStrides(_ sizes: [SymbolicSize]) throws -> [SymbolicSize] {
    var strides = sizes
    var stride: SymbolicSize = 1
    for axis in [1] + Array(2..<sizes.count).reversed() + [0] {
      strides[axis] = stride
      stride = try stride * sizes[axis]
    }
    return strides
  }

  /// Returns the size of a pooled dimension.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func pooled(
    _ size: SymbolicSize, kernel: SymbolicSize, stride: SymbolicSize, padding: SymbolicSize,
    dilation: SymbolicSize = 1, ceil: Bool, _ symbols: SymbolicContext
  ) throws -> SymbolicSize {
    let room = try size + padding * 2 - dilation * (kernel - 1) - 1
    guard ceil else { return try room.floorDivided(by: stride) + 1 }
    let rounded = try (room + stride - 1).floorDivided(by: stride) + 1
    // The last window must begin inside of the input or the padding before it.
    let start = try (rounded - 1) * stride
    return try symbols.isLess(start, size + padding) ? rounded : try rounded - 1
  }

  /// Returns the rule of a pooling operator of so many dimensions.
  ///
  /// - Parameters:
  ///   - dilation: the position of the dilation; nil where there is none.
  ///   - ceil: the position of `ceil_mode`.
  ///   - hasIndices: whether the indices of the greatest elements are a second result.
  public static func pooling(
    _ count: Int, dilation: Int?, ceil: Int, hasIndices: Bool
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      guard input.rank > count else { throw call.wrong(0, "images") }
      let kernel = try fitting(call, 1, count)
      let isDefault = try call[2].isNone || call.sizes(2, count: count).isEmpty
      let stride = isDefault ? kernel : try fitting(call, 2, count)
      let padding = try fitting(call, 3, count)
      let steps = try dilation.map { try fitting(call, $0, count) }
      let isCeil = try call.bool(ceil)
      var sizes = input.sizes
      for axis in 0..<count {
        let place = sizes.count - count + axis
        sizes[place] = try pooled(
          sizes[place], kernel: kernel[axis], stride: stride[axis], padding: padding[axis],
          dilation: steps?[axis] ?? 1, ceil: isCeil, call.symbols)
      }
      return try pooled(input, sizes, count, hasIndices, keepsFormat: hasIndices, call.symbols)
    }
  }

  /// Makes the results of a pooling, in the memory format that the input suggests.
  ///
  /// In three dimensions only windows of a fixed size that take a maximum keep it.
  private static func pooled(
    _ input: FakeTensor, _ sizes: [SymbolicSize], _ count: Int, _ hasIndices: Bool,
    keepsFormat: Bool, _ symbols: SymbolicContext
  ) throws -> IValue {
    var strides: [SymbolicSize]?
    switch count {
    case 1 where input.rank == 3:
      // Rows are pooled as images of height 1.
      if try inserting(1, at: 2, in: input).suggestsChannelsLast(symbols) {
        var all = try channelsLastStrides(sizes[..<2] + [1, sizes[2]])
        all.remove(at: 2)
        strides = all
      }
    case 2: strides = try image(like: input, sizes, symbols: symbols).strides
    case 3 where keepsFormat && input.rank == 5:
      strides = try image(like: input, sizes, symbols: symbols).strides
    default: break
    }
    let result = FakeTensor(input.dtype, sizes, strides: strides, device: input.device)
    guard hasIndices else { return .fake(result) }
    let indices = FakeTensor(.int64, sizes, strides: strides, device: input.device)
    return .tuple([.fake(result), .fake(indices)])
  }

  /// Returns the rule of an adaptive pooling operator of so many dimensions.
  public static func adaptivePooling(
    _ count: Int, hasIndices: Bool
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      guard input.rank > count else { throw call.wrong(0, "images") }
      let wanted = try fitting(call, 1, count)
      let sizes = Array(input.sizes.dropLast(count)) + wanted
      return try pooled(input, sizes, count, hasIndices, keepsFormat: false, call.symbols)
    }
  }
}
