import FXCore
import FXTensor

/// Sampling of images at places that a grid names, from -1 to 1 in each dimension (`grid_sample`).
public struct GridSampler: Sendable {
  /// How numbers between elements are found.
  public enum Mode: Int, Sendable {
    case linear = 0
    case nearest = 1
    case cubic = 2
  }

  /// What lies outside of an image.
  public enum Padding: Int, Sendable {
    case zeros = 0
    case border = 1
    case reflection = 2
  }

  let mode: Mode
  let padding: Padding
  let alignsCorners: Bool

  /// Describes a sampler.
  public init(_ mode: Mode, _ padding: Padding, alignsCorners: Bool) {
    self.mode = mode
    self.padding = padding
    self.alignsCorners = alignsCorners
  }

  /// Samples images of (N, C, …) in two or three dimensions at the places of a grid.
  ///
  /// Narrow floats are rounded after every operation, as in PyTorch.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func callAsFunction(_ input: Tensor, _ grid: Tensor) throws -> Tensor {
    let rank = input.rank - 2
    guard rank == 2 || rank == 3, grid.rank == input.rank, grid.sizes[rank + 1] == rank,
      grid.sizes[0] == input.sizes[0], input.sizes.dropFirst(2).allSatisfy({ $0 > 0 })
    else {
      throw FXError(
        .tensorShape,
        "a grid of the shape \(Geometry.text(grid.sizes)) has no places in images of "
          + Geometry.text(input.sizes))
    }
    guard input.dtype == grid.dtype else {
      throw FXError(
        .tensorDType, "images of \(input.dtype.name) have a grid of \(grid.dtype.name)")
    }
    let wider = input.dtype.computeType
    let shape = [input.sizes[0], input.sizes[1]] + grid.sizes[1...rank]
    let result = try Tensor.empty(shape, wider, device: input.device)
    let images = try input.converted(to: wider).contiguous()
    let places = try grid.converted(to: wider).contiguous()
    switch input.dtype {
    case .float32: try run(images, places, result, Float.self)
    case .float64: try run(images, places, result, Double.self)
    case .float16: try run(images, places, result, RoundedNumber<Float16>.self)
    case .bfloat16: try run(images, places, result, RoundedNumber<BFloat16>.self)
    default: throw noKernel(for: input.dtype)
    }
    return try result.converted(to: input.dtype)
  }

  private func run<Number: GridNumber>(
    _ images: Tensor, _ grid: Tensor, _ result: Tensor, _: Number.Type
  ) throws {
    let rank = images.rank - 2
    let points = grid.sizes[1...rank].reduce(1, *)
    let channels = images.sizes[1]
    let job = GridJob<Number>(
      sampler: self, images: try images.pointer(Number.Stored.self),
      grid: try grid.pointer(Number.Stored.self),
      result: try result.mutablePointer(Number.Stored.self),
      sizes: Array(images.sizes.dropFirst(2)), channels: channels, points: points)
    let work = max(channels * 4, 1)
    withExtendedLifetime((images, grid)) {
      Parallel.ranges(
        of: images.sizes[0] * points, grain: max(Parallel.grain / work, 1)
      ) { range in job.run(range) }
    }
  }
}
