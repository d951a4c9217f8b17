import FXCore
import FXTensor

/// Normalises groups of channels (`torch.nn.functional.group_norm`).
public enum GroupNorm {
  /// Takes off the mean of each sample's group and divides by the root of its variance and `epsilon`;
  /// statistics have the shape (samples, groups).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` for integers and complex numbers, or `tensor.memory`.
  public static func run(
    _ tensor: Tensor, groups: Int, weight: Tensor?, bias: Tensor?, epsilon: Double
  ) throws -> LayerNorm.Result {
    guard tensor.dtype.isFloatingPoint else { throw noKernel(for: tensor.dtype) }
    guard tensor.rank >= 2, groups > 0, tensor.sizes[1] % groups == 0,
      weight?.sizes ?? [tensor.sizes[1]] == [tensor.sizes[1]],
      bias?.sizes ?? [tensor.sizes[1]] == [tensor.sizes[1]]
    else {
      throw FXError(
        .tensorShape, "\(Geometry.text(tensor.sizes)) has no \(groups) groups of channels")
    }
    let opMath = tensor.dtype.opMathType
    let source = try tensor.converted(to: opMath).contiguous()
    let output = try Tensor.empty(tensor.sizes, opMath, device: tensor.device)
    let sizes = [tensor.sizes[0], groups]
    let mean = try Tensor.empty(sizes, opMath, device: tensor.device)
    let scale = try Tensor.empty(sizes, opMath, device: tensor.device)
    let work = NormalizeGroups(
      source: source, weight: try weight?.converted(to: opMath).contiguous(),
      bias: try bias?.converted(to: opMath).contiguous(), output: output, mean: mean,
      scale: scale, channels: tensor.sizes[1] / groups,
      length: tensor.sizes[2...].reduce(1, *), groups: groups, epsilon: epsilon)
    if opMath == .float64 { try work.run(Double.self) } else { try work.run(Float.self) }
    let kept = LayerNorm.statisticType(tensor, [weight, bias])
    return (
      try output.converted(to: tensor.dtype).restrided(tensor.suggestedFormat),
      try mean.converted(to: kept), try scale.converted(to: kept)
    )
  }
}

private struct NormalizeGroups {
  let source: Tensor
  let weight: Tensor?
  let bias: Tensor?
  let output: Tensor
  let mean: Tensor
  let scale: Tensor
  /// The number of channels of a group.
  let channels: Int
  /// The number of elements of a channel.
  let length: Int
  let groups: Int
  let epsilon: Double

  func run<Number: RowFloat>(_: Number.Type) throws {
    let source = try source.pointer(Number.self)
    let weight = try weight?.pointer(Number.self)
    let bias = try bias?.pointer(Number.self)
    let output = try output.mutablePointer(Number.self)
    let mean = try mean.mutablePointer(Number.self)
    let scale = try scale.mutablePointer(Number.self)
    let count = channels * length
    let grain = max(Parallel.grain / max(count * 4, 1), 1)
    Parallel.ranges(of: self.mean.elementCount, grain: grain) { rows in
      for row in rows {
        let (from, to) = (source + row * count, output + row * count)
        let moments = Number.moments(from, count)
        let factor = Number(1 / (moments.squares / Double(count) + epsilon).squareRoot())
        mean[row] = Number(moments.mean)
        scale[row] = factor
        for channel in 0..<channels {
          let place = row % groups * channels + channel
          let slope = factor * (weight?[place] ?? 1)
          let offset = (bias?[place] ?? 0) - mean[row] * slope
          let start = channel * length
          Number.storeAffine(from + start, to + start, length, slope: slope, offset: offset)
        }
      }
    }
  }
}
