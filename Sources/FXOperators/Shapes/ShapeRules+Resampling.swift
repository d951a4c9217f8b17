import FXCore
import FXTensor

/// Rules of operators that make images of another size, or of their windows.
extension ShapeRules {
  /// Returns the rule of a resampling operator of so many dimensions.
  ///
  /// - Parameter factors: the position of the scale factors; nil where the sizes are always given.
  package static func resampled(_ rank: Int, factors: Int?) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      guard input.rank == rank + 2 else { throw call.wrong(0, "\(rank + 2) dimensions") }
      let outer = Array(input.sizes.prefix(2))
      if !call[1].isNone {
        return .fake(try resampled(input, outer + fitting(call, 1, rank), call))
      }
      guard let factors, let scales = try call.optionalFloats(factors), scales.count == rank else {
        throw call.error("there are neither sizes nor scale factors for \(rank) dimensions")
      }
      let inner = try zip(input.sizes.dropFirst(2), scales).map(scaled)
      return .fake(try resampled(input, outer + inner, call))
    }
  }

  /// Makes the result of resampling; the nearest elements of rows are picked.
  private static func resampled(
    _ input: FakeTensor, _ sizes: [SymbolicSize], _ call: OperatorCall
  ) throws -> FakeTensor {
    guard call.schema.name.contains("nearest"), input.rank == 3 else {
      return try image(like: input, sizes, symbols: call.symbols)
    }
    let steps = Array(input.strides.prefix(2)) + sizes.dropFirst(2).map { _ in 0 }
    return try picked(input, sizes, steps, call.symbols)
  }

  /// Returns a size times a factor, rounded down.
  package static func scaled(_ size: SymbolicSize, by factor: Double) throws -> SymbolicSize {
    if let number = size.int {
      let product = Double(number) * factor
      guard product > -1, product < 0x1p40 else {
        throw FXError(.tensorShape, "the scale factor \(factor) gives no size")
      }
      return .int(Int(product))
    }
    guard factor.isFinite else {
      throw FXError(.tensorShape, "the scale factor \(factor) gives no size")
    }
    let wide = try SymbolicExpression.applying(.toFloat, to: [size.expression])
    let product = try SymbolicExpression.applying(
      .mul, to: [.float(factor, precision: 53), wide])
    return SymbolicSize(try .applying(.truncToInt, to: [product]))
  }

  /// Returns a list of sizes of a length.
  package static func fitting(_ call: OperatorCall, _ index: Int, _ count: Int) throws
    -> [SymbolicSize]
  {
    let sizes = try call.sizes(index, count: count)
    guard sizes.count == count else {
      throw call.wrong(index, "a list of \(count) ints")
    }
    return sizes
  }

  /// `grid_sampler_2d(Tensor input, Tensor grid, …) -> Tensor`, and in three dimensions
  @Sendable package static func gridSampler(_ call: OperatorCall) throws -> IValue {
    let (input, grid) = (try call.fake(0), try call.fake(1))
    guard input.rank >= 3, grid.rank == input.rank else { throw call.error("the ranks differ") }
    return .fake(
      FakeTensor(
        input.dtype, Array(input.sizes.prefix(2)) + grid.sizes.dropFirst().dropLast(),
        device: input.device))
  }

  /// Returns the rule of `max_unpool2d` or `max_unpool3d`.
  package static func unpooled(_ rank: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      guard input.rank > rank else { throw call.wrong(0, "images") }
      let sizes = try Array(input.sizes.dropLast(rank)) + fitting(call, 2, rank)
      if rank == 3 { return .fake(FakeTensor(input.dtype, sizes, device: input.device)) }
      return .fake(try image(like: input, sizes, symbols: call.symbols))
    }
  }

  /// Returns the rule of `fractional_max_pool2d` or `fractional_max_pool3d`.
  package static func fractionalPooling(_ rank: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      guard input.rank > rank else { throw call.wrong(0, "images") }
      let sizes = try Array(input.sizes.dropLast(rank)) + fitting(call, 2, rank)
      return .tuple([
        .fake(FakeTensor(input.dtype, sizes, device: input.device)),
        .fake(FakeTensor(.int64, sizes, device: input.device)),
      ])
    }
  }

  /// `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) ->
  /// Tensor`
  @Sendable package static func im2col(_ call: OperatorCall) throws -> IValue {
    let input = try call.fake(0)
    guard input.rank == 3 || input.rank == 4 else { throw call.wrong(0, "images") }
    let kernel = try fitting(call, 1, 2)
    let (dilation, padding) = (try fitting(call, 2, 2), try fitting(call, 3, 2))
    let stride = try fitting(call, 4, 2)
    let outer = Array(input.sizes.dropLast(3))
    let spatial = Array(input.sizes.suffix(2))
    let counts = try spatial.indices.map { axis in
      try pooled(
        spatial[axis], kernel: kernel[axis], stride: stride[axis], padding: padding[axis],
        dilation: dilation[axis], ceil: false, call.symbols)
    }
    let rows = try input.sizes[outer.count] * kernel[0] * kernel[1]
    return .fake(
      FakeTensor(input.dtype, outer + [rows, try counts[0] * counts[1]], device: input.device))
  }

  /// `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, …) -> Tensor`
  @Sendable package static func col2im(_ call: OperatorCall) throws -> IValue {
    let input = try call.fake(0)
    guard input.rank == 2 || input.rank == 3 else { throw call.wrong(0, "columns") }
    let (size, kernel) = (try fitting(call, 1, 2), try fitting(call, 2, 2))
    let outer = Array(input.sizes.dropLast(2))
    let channels = try input.sizes[outer.count].floorDivided(by: kernel[0] * kernel[1])
    return .fake(FakeTensor(input.dtype, outer + [channels] + size, device: input.device))
  }

  /// `convolution_backward(Tensor grad_output, Tensor input, Tensor weight, …, bool[3] output_mask)
  /// -> (Tensor, Tensor, Tensor)`
  @Sendable package static func convolutionBackward(_ call: OperatorCall) throws -> IValue {
    let (gradient, input, weight) = (try call.fake(0), try call.fake(1), try call.fake(2))
    let mask = try call.ints(call.arguments.count - 1).map { $0 != 0 }
    guard mask.count == 3, gradient.rank >= 2 else {
      throw call.wrong(call.arguments.count - 1, "a list of three bools")
    }
    let symbols = try call.symbols
    let isLast = input.suggestsChannelsLast(symbols) || weight.suggestsChannelsLast(symbols)
    func like(_ tensor: FakeTensor) throws -> IValue {
      let isImage = tensor.rank == 4 || tensor.rank == 5
      let strides = isLast && isImage ? try channelsLastStrides(tensor.sizes) : nil
      return .fake(
        FakeTensor(tensor.dtype, tensor.sizes, strides: strides, device: tensor.device))
    }
    let channels = gradient.sizes[1]
    return .tuple([
      mask[0] ? try like(input) : .none, mask[1] ? try like(weight) : .none,
      mask[2] ? .fake(FakeTensor(gradient.dtype, [channels], device: gradient.device)) : .none,
    ])
  }
}
