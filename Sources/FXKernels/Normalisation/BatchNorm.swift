import FXCore
import FXTensor

/// Normalises channels over all samples (`torch.nn.functional.batch_norm`).
///
/// All throw `tensor.shape` where shapes do not fit, `tensor.dtype` for integers and complex numbers,
/// and `tensor.memory`.
public struct BatchNorm {
  let input: Tensor
  let weight: Tensor?
  let bias: Tensor?
  let epsilon: Double
  private let channels: Int

  /// Takes the operands, whose channels are the second dimension.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public init(_ input: Tensor, weight: Tensor?, bias: Tensor?, epsilon: Double) throws {
    guard input.dtype.isFloatingPoint else { throw noKernel(for: input.dtype) }
    guard input.rank >= 2 else {
      throw FXError(.tensorShape, "\(Geometry.text(input.sizes)) has no channels")
    }
    channels = input.sizes[1]
    self.input = input
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
    for parameter in [weight, bias] { try check(parameter) }
  }

  /// The running mean and variance that training keeps.
  public typealias Statistics = (mean: Tensor, variance: Tensor)

  /// Normalises by given means and variances.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public func normalized(by statistics: Statistics) throws -> Tensor {
    try check(statistics.mean)
    try check(statistics.variance)
    let means = try statistics.mean.elements(as: Double.self)
    let scales = try statistics.variance.elements(as: Double.self).map(scale(ofVariance:))
    return try normalized(means, scales)
  }

  /// What training computes: the result, and for each channel the mean and the factor.
  public struct Training {
    /// The normalised tensor.
    public let output: Tensor
    /// The mean of each channel.
    public let mean: Tensor
    /// What each channel was multiplied by.
    public let scale: Tensor
    /// The running statistics after the step; nil where there are none.
    public let running: Statistics?
  }

  /// Normalises by the means and variances of the input, and moves running ones towards them.
  ///
  /// The running tensors that are given do not change.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public func trained(_ running: Statistics?, momentum: Double) throws -> Training {
    let kept = LayerNorm.statisticType(
      input, [weight, bias, running?.mean, running?.variance])
    let moments = try channelMoments(kept)
    let mean = try Tensor.of(moments.map(\.mean)).converted(to: kept)
    let scales = try Tensor.of(moments.map { scale(ofVariance: $0.variance) }).converted(to: kept)
    // Statistics are rounded before the input is normalised by them.
    let output = try normalized(mean.elements(as: Double.self), scales.elements(as: Double.self))
    return Training(
      output: output, mean: mean, scale: scales,
      running: try running.map { try moved($0, moments, momentum) })
  }

  /// Returns the means and variances of channels, and moves running ones towards them
  /// (`batch_norm_update_stats`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public func statistics(
    _ running: Statistics?, momentum: Double
  ) throws -> (own: Statistics, running: Statistics?) {
    let kept = LayerNorm.statisticType(input, [running?.mean, running?.variance])
    let moments = try channelMoments(kept)
    let own = (
      mean: try Tensor.of(moments.map(\.mean)).converted(to: kept),
      variance: try Tensor.of(moments.map(\.variance)).converted(to: kept)
    )
    return (own, try running.map { try moved($0, moments, momentum) })
  }

  private func check(_ parameter: Tensor?) throws {
    guard let parameter, parameter.elementCount != channels else { return }
    throw FXError(
      .tensorShape,
      "\(Geometry.text(parameter.sizes)) is not the shape of \(channels) channels")
  }

  private func scale(ofVariance variance: Double) -> Double {
    1 / (variance + epsilon).squareRoot()
  }

  /// What is known of a channel.
  private struct ChannelMoments {
    let mean: Double
    /// The mean that running means are moved towards.
    let runningMean: Double
    let variance: Double
    let unbiasedVariance: Double
  }

  /// Whether PyTorch's sums are in bfloat16 where statistics are.
  private func sumsInBFloat16(_ kept: ScalarType) -> Bool {
    kept == .bfloat16 && input.isContiguous(input.suggestedFormat)
  }

  private func channelMoments(_ kept: ScalarType) throws -> [ChannelMoments] {
    let axes = (0..<input.rank).filter { $0 != 1 }
    let source = try input.converted(to: input.dtype.opMathType)
    let moments =
      try source.dtype == .float64
      ? MomentReducer<Double, Moments> { $0 }.results(of: source, axes)
      : MomentReducer<Float, Moments> { $0 }.results(of: source, axes)
    let sumType: ScalarType = sumsInBFloat16(kept) ? .bfloat16 : .float64
    let isDense = input.isContiguous(input.suggestedFormat)
    return moments.map { moments in
      let sum = sumType.rounded(moments.squares)
      let mean = isDense && sumType == .float64 ? moments.mean : kept.rounded(moments.mean)
      return ChannelMoments(
        mean: moments.mean, runningMean: mean,
        variance: sumType.rounded(sum / sumType.rounded(moments.count)),
        unbiasedVariance: sumType.rounded(sum / sumType.rounded(moments.count - 1)))
    }
  }

  private func moved(
    _ running: Statistics, _ moments: [ChannelMoments], _ momentum: Double
  ) throws -> Statistics {
    try check(running.mean)
    try check(running.variance)
    let type: ScalarType = sumsInBFloat16(running.mean.dtype) ? .bfloat16 : .float64
    let part = type.rounded(momentum)
    let rest = type.rounded(1 - part)
    let means = zip(try running.mean.elements(as: Double.self), moments).map { old, new in
      type.rounded(part * new.runningMean) + type.rounded(rest * old)
    }
    let variances = zip(try running.variance.elements(as: Double.self), moments).map { old, new in
      part * new.unbiasedVariance + type.rounded(rest * old)
    }
    return (
      try Tensor.of(means).converted(to: running.mean.dtype),
      try Tensor.of(variances).converted(to: running.variance.dtype)
    )
  }

  private func normalized(_ means: [Double], _ scales: [Double]) throws -> Tensor {
    let opMath = input.dtype.opMathType
    let weights = try weight?.elements(as: Double.self)
    let biases = try bias?.elements(as: Double.self)
    var (slopes, offsets) = (scales, means)
    for channel in 0..<channels {
      slopes[channel] *= weights?[channel] ?? 1
      offsets[channel] = (biases?[channel] ?? 0) - means[channel] * slopes[channel]
    }
    let format = input.isContiguous ? .contiguous : input.suggestedFormat
    let source = try input.converted(to: opMath).contiguous(format)
    let output = try source.emptyLike(format: format)
    let work = ScaleChannels(
      source: source, output: output, slopes: slopes, offsets: offsets,
      length: source.isContiguous ? input.sizes[2...].reduce(1, *) : 1)
    if opMath == .float64 { try work.run(Double.self) } else { try work.run(Float.self) }
    return try output.converted(to: input.dtype)
  }
}

/// Multiplies channels by numbers and adds others.
private struct ScaleChannels {
  let source: Tensor
  let output: Tensor
  let slopes: [Double]
  let offsets: [Double]
  /// How many elements of a channel follow one another; 1 where channels are the fastest.
  let length: Int

  func run<Number: RowFloat>(_: Number.Type) throws {
    let source = try source.pointer(Number.self)
    let output = try output.mutablePointer(Number.self)
    slopes.map { Number($0) }.withUnsafeBufferPointer { slopes in
      offsets.map { Number($0) }.withUnsafeBufferPointer { offsets in
        guard let slopes = slopes.baseAddress, let offsets = offsets.baseAddress else { return }
        if length == 1 {
          scaleRows(source, output, slopes, offsets)
        } else if length > 1 {
          scalePlanes(source, output, slopes, offsets)
        }
      }
    }
  }

  /// Channels are the fastest dimension.
  private func scaleRows<Number: RowFloat>(
    _ source: UnsafePointer<Number>, _ target: UnsafeMutablePointer<Number>,
    _ slopes: UnsafePointer<Number>, _ offsets: UnsafePointer<Number>
  ) {
    let channels = self.slopes.count
    let count = self.source.elementCount / channels
    Parallel.ranges(of: count, grain: Parallel.grain / channels + 1) { rows in
      for row in rows {
        let start = row * channels
        Number.storeAffine(
          source + start, target + start, channels, slopes: slopes, offsets: offsets)
      }
    }
  }

  /// The elements of a channel follow one another.
  private func scalePlanes<Number: RowFloat>(
    _ source: UnsafePointer<Number>, _ target: UnsafeMutablePointer<Number>,
    _ slopes: UnsafePointer<Number>, _ offsets: UnsafePointer<Number>
  ) {
    let channels = self.slopes.count
    let count = self.source.elementCount / length
    Parallel.ranges(of: count, grain: Parallel.grain / length + 1) { planes in
      for plane in planes {
        let (start, channel) = (plane * length, plane % channels)
        Number.storeAffine(
          source + start, target + start, length, slope: slopes[channel], offset: offsets[channel])
      }
    }
  }
}
