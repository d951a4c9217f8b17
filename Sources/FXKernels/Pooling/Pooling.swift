import FXCore
import FXTensor

/// A pooling in one to three dimensions: windows over the last dimensions of an input.
///
/// Narrow floats are computed in float and rounded once, integers in int64. Results have the
/// memory format of the input. Source: `aten/src/ATen/native/Pool.h` and the files beside it.
public struct Pooling {
  let rank: Int
  let windows: PoolWindows
  private let isAdaptive: Bool

  /// Lays windows of a kernel over an input.
  ///
  /// - Parameter stride: the distance of windows; empty for that of windows side by side.
  /// - Throws: `tensor.shape`.
  public init(
    over input: Tensor, rank: Int, kernel: [Int], stride: [Int], padding: [Int],
    dilation: [Int] = [1], roundsUp: Bool, countsPadding: Bool = true
  ) throws(FXError) {
    try Self.check(input, rank)
    self.rank = rank
    isAdaptive = false
    var lists: [[Int]] = []
    for values in [kernel, stride.isEmpty ? kernel : stride, padding, dilation] {
      let all = values.count == 1 ? Array(repeating: values[0], count: rank) : values
      guard all.count == rank else {
        throw FXError(.tensorShape, "\(Geometry.text(values)) is not for \(rank) dimensions")
      }
      lists.append(all)
    }
    var axes: [PoolAxis] = []
    for axis in 0..<rank {
      axes.append(
        try PoolAxis(
          size: input.sizes[input.rank - rank + axis], kernel: lists[0][axis],
          stride: lists[1][axis], padding: lists[2][axis], dilation: lists[3][axis],
          roundsUp: roundsUp, countsPadding: countsPadding))
    }
    windows = PoolWindows(axes)
  }

  /// Divides an input into windows, so that the result has given sizes.
  ///
  /// - Throws: `tensor.shape`.
  public init(over input: Tensor, adaptiveTo sizes: [Int]) throws(FXError) {
    rank = sizes.count
    isAdaptive = true
    try Self.check(input, rank, allowsNoChannels: true)
    guard sizes.allSatisfy({ $0 >= 0 }) else {
      throw FXError(.tensorShape, "a result can't have the sizes \(Geometry.text(sizes))")
    }
    windows = PoolWindows(
      zip(input.sizes.suffix(rank), sizes).map { PoolAxis(size: $0, adaptiveTo: $1) })
  }

  private static func check(
    _ input: Tensor, _ rank: Int, allowsNoChannels: Bool = false
  ) throws(FXError) {
    let isBatch = input.rank == rank + 2
    let needed = rank + (isBatch && !allowsNoChannels ? 1 : 0)
    guard isBatch || input.rank == rank + 1, input.sizes.suffix(needed).allSatisfy({ $0 > 0 })
    else {
      throw FXError(
        .tensorShape,
        "an input of the shape \(Geometry.text(input.sizes)) has no windows in \(rank) dimensions")
    }
  }

  /// Returns the largest number of each window, and where asked for its place in the channel.
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func maximum(
    _ input: Tensor, wantsIndices: Bool
  ) throws -> (values: Tensor, indices: Tensor?) {
    let indices = wantsIndices ? try Tensor.empty(shape(input), .int64) : nil
    let places = try indices?.mutablePointer(Int64.self)
    let values = try forward(input, .maximum(places), isAlone: !wantsIndices)
    return (values, try indices.map { try inFormat($0, of: input, .maximum(nil)) })
  }

  /// Returns the average of each window.
  ///
  /// - Parameter divisor: what sums are divided by instead of the number of elements.
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func average(_ input: Tensor, divisor: Int? = nil) throws -> Tensor {
    // In three dimensions PyTorch sums narrow floats in their own precision.
    let roundsSums = isAdaptive && rank == 3 && input.dtype.byteCount == 2
    return try forward(input, roundsSums ? .roundedAverage(input.dtype) : .average(divisor))
  }

  /// Returns the gradient of averages by the input.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func averageGradient(
    _ gradient: Tensor, _ input: Tensor, divisor: Int? = nil
  ) throws -> Tensor {
    guard gradient.sizes == shape(input) else {
      throw FXError(
        .tensorShape,
        "the gradient has the shape \(Geometry.text(gradient.sizes)), and the result "
          + Geometry.text(shape(input)))
    }
    let wider = GEMM.computeType(input.dtype)
    let result = try Tensor.zeros(input.sizes, wider, device: input.device)
    let slope = try gradient.converted(to: wider).contiguous()
    try run(slope, result, input.elementCount / max(windows.inputCount, 1), .spread(divisor))
    let format = rank == 3 ? .contiguous : input.suggestedFormat
    return try result.converted(to: input.dtype).restrided(format)
  }

  /// What is done with the channels of an input.
  private enum Work {
    case maximum(UnsafeMutablePointer<Int64>?)
    case average(Int?)
    case roundedAverage(ScalarType)
    case spread(Int?)
  }

  private func shape(_ input: Tensor) -> [Int] { input.sizes.dropLast(rank) + windows.sizes }

  private func forward(_ input: Tensor, _ work: Work, isAlone: Bool = false) throws -> Tensor {
    let wider = try Self.computeType(input.dtype)
    let result = try Tensor.empty(shape(input), wider, device: input.device)
    let source = try input.converted(to: wider).contiguous()
    try run(source, result, input.elementCount / max(windows.inputCount, 1), work)
    let narrow = try result.converted(to: input.dtype)
    // Without their places, PyTorch has the maxima of rows in row-major order.
    return rank == 1 && isAlone ? narrow : try inFormat(narrow, of: input, work)
  }

  /// Gives a result the strides that PyTorch's kernels give it: those of the memory format that the
  /// input suggests, which in three dimensions only windows of a fixed size have that take a maximum.
  private func inFormat(_ result: Tensor, of input: Tensor, _ work: Work) throws -> Tensor {
    let isMaximum = if case .maximum = work { true } else { false }
    switch rank {
    case 1:
      // Rows are pooled as images of height 1.
      guard try input.unsqueeze(-2).suggestedFormat == .channelsLast else { return result }
      return try result.unsqueeze(-2).restrided(.channelsLast).squeeze([-2])
    case 2: return try result.restrided(input.suggestedFormat)
    default:
      let keepsFormat = isMaximum && !isAdaptive && input.rank == 5
      return try result.restrided(keepsFormat ? input.suggestedFormat : .contiguous)
    }
  }

  /// Returns the dtype in which numbers of a dtype are pooled.
  static func computeType(_ dtype: ScalarType) throws(FXError) -> ScalarType {
    guard dtype != .bool, !dtype.isComplex, !dtype.isFloat8 else { throw noKernel(for: dtype) }
    return GEMM.computeType(dtype)
  }

  private func run(_ input: Tensor, _ result: Tensor, _ count: Int, _ work: Work) throws {
    switch input.dtype {
    case .float32: try run(input, result, count, work, Float.self)
    case .float64: try run(input, result, count, work, Double.self)
    default: try run(input, result, count, work, Int64.self)
    }
  }

  private func run<Element: PoolElement>(
    _ input: Tensor, _ result: Tensor, _ count: Int, _ work: Work, _: Element.Type
  ) throws {
    let planes = PoolPlanes<Element>(
      windows: windows, input: try input.pointer(Element.self),
      result: try result.mutablePointer(Element.self))
    let size = max(windows.inputCount, windows.count, 1)
    withExtendedLifetime(input) {
      Parallel.ranges(of: count, grain: max(Parallel.grain / size, 1)) { range in
        switch work {
        case .maximum(nil): for plane in range { planes.maximize(plane) }
        case .maximum(let indices?):
          for plane in range { planes.findMaxima(plane, windows, indices) }
        case .average(let divisor): for plane in range { planes.average(plane, divisor: divisor) }
        case .roundedAverage(.float16):
          for plane in range {
            planes.average(plane) { Float16(converting: $0).opMath.converted(to: Element.self) }
          }
        case .roundedAverage:
          for plane in range {
            planes.average(plane) { BFloat16(converting: $0).opMath.converted(to: Element.self) }
          }
        case .spread(let divisor):
          for plane in range { planes.addAverages(plane, divisor: divisor) }
        }
      }
    }
  }
}
