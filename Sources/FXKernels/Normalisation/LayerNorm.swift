import FXCore
import FXTensor

/// Normalises the last dimensions of tensors (`torch.nn.functional.layer_norm`).
///
/// All throw `tensor.shape` where shapes do not fit, `tensor.dtype` for integers and complex numbers,
/// and `tensor.memory`.
public enum LayerNorm {
  /// The result, and for each row what was taken off and what it was multiplied by.
  public typealias Result = (output: Tensor, mean: Tensor, scale: Tensor)

  /// Takes the mean off each row and divides by the root of the variance and `epsilon`.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func run(
    _ tensor: Tensor, shape: [Int], weight: Tensor?, bias: Tensor?, epsilon: Double
  ) throws -> Result {
    try run(tensor, shape, weight, bias, epsilon, centers: true)
  }

  /// Divides each row by the root of the mean of squares and `epsilon` (`torch.rms_norm`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func rootMeanSquare(
    _ tensor: Tensor, shape: [Int], weight: Tensor?, epsilon: Double
  ) throws -> (output: Tensor, scale: Tensor) {
    let result = try run(tensor, shape, weight, nil, epsilon, centers: false)
    return (try result.output.restrided(tensor.suggestedFormat), result.scale)
  }

  private static func run(
    _ tensor: Tensor, _ shape: [Int], _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double,
    centers: Bool
  ) throws -> Result {
    guard tensor.dtype.isFloatingPoint else { throw noKernel(for: tensor.dtype) }
    guard !shape.isEmpty, tensor.sizes.suffix(shape.count) == shape[...],
      weight?.sizes ?? shape == shape, bias?.sizes ?? shape == shape
    else {
      throw FXError(
        .tensorShape,
        "the shape \(Geometry.text(shape)) is not that of the last dimensions of "
          + "\(Geometry.text(tensor.sizes)), weight and bias")
    }
    let opMath = tensor.dtype.opMathType
    let source = try tensor.converted(to: opMath).contiguous()
    let output = try Tensor.empty(tensor.sizes, opMath, device: tensor.device)
    let outer = tensor.sizes.dropLast(shape.count)
    let statisticSizes = Array(outer) + shape.map { _ in 1 }
    let mean = try Tensor.empty(statisticSizes, opMath, device: tensor.device)
    let scale = try Tensor.empty(statisticSizes, opMath, device: tensor.device)
    let work = NormalizeRows(
      source: source, weight: try weight?.converted(to: opMath).contiguous(),
      bias: try bias?.converted(to: opMath).contiguous(), output: output, mean: mean,
      scale: scale, length: shape.reduce(1, *), epsilon: epsilon, centers: centers,
      isNarrow: opMath != tensor.dtype)
    if opMath == .float64 { try work.run(Double.self) } else { try work.run(Float.self) }
    // The mean of squares is not rounded again.
    let kept = centers ? statisticType(tensor, [weight, bias]) : opMath
    return (
      try output.converted(to: tensor.dtype), try mean.converted(to: kept),
      try scale.converted(to: kept)
    )
  }

  /// Returns the dtype of statistics: float32 where a narrow tensor has parameters of that.
  static func statisticType(_ tensor: Tensor, _ parameters: [Tensor?]) -> ScalarType {
    parameters.contains { $0?.dtype == .float32 } ? .float32 : tensor.dtype
  }
}

private struct NormalizeRows {
  let source: Tensor
  let weight: Tensor?
  let bias: Tensor?
  let output: Tensor
  let mean: Tensor
  let scale: Tensor
  let length: Int
  let epsilon: Double
  let centers: Bool
  /// Whether elements were narrow floats, whose means PyTorch takes off after scaling.
  let isNarrow: Bool

  func run<Number: RowFloat>(_: Number.Type) throws {
    let source = try source.pointer(Number.self)
    let weight = try weight?.pointer(Number.self)
    let bias = try bias?.pointer(Number.self)
    let output = try output.mutablePointer(Number.self)
    let mean = try mean.mutablePointer(Number.self)
    let scale = try scale.mutablePointer(Number.self)
    let grain = max(Parallel.grain / max(length * 4, 1), 1)
    Parallel.ranges(of: self.mean.elementCount, grain: grain) { rows in
      for row in rows {
        let (from, to) = (source + row * length, output + row * length)
        var center = 0.0
        var spread = 0.0
        if centers {
          let moments = Number.moments(from, length)
          center = moments.mean
          spread = moments.squares / Double(length)
        } else {
          spread = Number.squareSum(from, length) / Double(length)
        }
        let factor = 1 / (Number(spread) + Number(epsilon)).squareRoot()
        mean[row] = Number(center)
        scale[row] = factor
        if isNarrow, centers {
          Number.storeScaled(
            from, to, length, factor: factor, offset: -(factor * mean[row]), weight, bias)
        } else {
          Number.storeNormalized(
            from, to, length, center: mean[row], factor: factor, weight, bias)
        }
      }
    }
  }
}
