import FXCore
import FXTensor

extension Pooling {
  /// Returns the gradient of the largest numbers by the input, whose places are known.
  ///
  /// - Throws: `tensor.shape`, `tensor.index`, `tensor.dtype` or `tensor.memory`.
  public static func maximumGradient(
    _ gradient: Tensor, _ input: Tensor, indices: Tensor, rank: Int
  ) throws -> Tensor {
    try scattered(gradient, indices, to: input.sizes, input.dtype, rank: rank, adds: true)
      .contiguous(input.suggestedFormat)
  }

  /// Puts numbers back to the places where poolings found them, among zeros (`max_unpool2d`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index`, `tensor.dtype` or `tensor.memory`.
  public static func unpooled(
    _ values: Tensor, indices: Tensor, sizes: [Int]
  ) throws -> Tensor {
    let shape = values.sizes.dropLast(sizes.count) + sizes
    return try scattered(
      values, indices, to: Array(shape), values.dtype, rank: sizes.count, adds: false
    ).contiguous(values.suggestedFormat)
  }

  /// Puts or adds the values of each channel to places of a channel of zeros.
  private static func scattered(
    _ values: Tensor, _ indices: Tensor, to sizes: [Int], _ dtype: ScalarType, rank: Int,
    adds: Bool
  ) throws -> Tensor {
    guard values.sizes == indices.sizes, values.rank == sizes.count else {
      throw FXError(
        .tensorShape,
        "places of the shape \(Geometry.text(indices.sizes)) are not those of values of "
          + Geometry.text(values.sizes))
    }
    let wider = try computeType(dtype)
    let result = try Tensor.zeros(sizes, wider)
    let places = try indices.converted(to: .int64).contiguous()
    let size = sizes.suffix(rank).reduce(1, *)
    let numbers = try places.pointer(Int64.self)
    for index in 0..<places.elementCount where numbers[index] < 0 || numbers[index] >= size {
      throw FXError(.tensorIndex, "the place \(numbers[index]) is not among \(size) elements")
    }
    let source = try values.converted(to: wider).contiguous()
    let count = values.sizes.suffix(rank).reduce(1, *)
    switch wider {
    case .float32: try scatter(source, numbers, result, count, size, adds, Float.self)
    case .float64: try scatter(source, numbers, result, count, size, adds, Double.self)
    default: try scatter(source, numbers, result, count, size, adds, Int64.self)
    }
    return try withExtendedLifetime(places) { try result.converted(to: dtype) }
  }

  private static func scatter<Element: PoolElement>(
    _ values: Tensor, _ places: UnsafePointer<Int64>, _ result: Tensor, _ count: Int, _ size: Int,
    _ adds: Bool, _: Element.Type
  ) throws {
    let source = try values.pointer(Element.self)
    let target = try result.mutablePointer(Element.self)
    for index in 0..<values.elementCount {
      let place = index / max(count, 1) * size + Int(places[index])
      target[place] = adds ? Element.sum(target[place], source[index]) : source[index]
    }
  }

  /// Returns the largest numbers of windows that lie at random, and their places
  /// (`fractional_max_pool2d`).
  ///
  /// - Parameter samples: for each channel a number below 1 for each dimension, the last one first
  ///   in two dimensions and the first one first in three, as PyTorch has it; those of further
  ///   images are not looked at.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func fractionalMaximum(
    _ input: Tensor, kernel: [Int], sizes: [Int], samples: Tensor
  ) throws -> (values: Tensor, indices: Tensor) {
    let rank = sizes.count
    guard input.rank == rank + 1 || input.rank == rank + 2, kernel.count == rank else {
      throw FXError(.tensorShape, "an input of \(input.rank) dimensions has no \(rank) to pool")
    }
    let extent = Array(input.sizes.suffix(rank))
    for axis in 0..<rank {
      guard kernel[axis] > 0, sizes[axis] > 0, sizes[axis] + kernel[axis] - 1 <= extent[axis] else {
        throw FXError(
          .tensorShape,
          "\(sizes[axis]) windows of \(kernel[axis]) do not fit a dimension of \(extent[axis])")
      }
    }
    let channels = input.sizes.dropLast(rank).reduce(1, *)
    let batch = input.rank == rank + 2 ? input.sizes[0] : 1
    guard samples.rank == 3, samples.sizes[0] >= batch,
      samples.sizes[1] == input.sizes[input.rank - rank - 1], samples.sizes[2] == rank
    else {
      throw FXError(
        .tensorShape,
        "random numbers of the shape \(Geometry.text(samples.sizes)) are not \(rank) for each channel "
          + "of an input of \(Geometry.text(input.sizes))")
    }
    guard samples.dtype == input.dtype else {
      throw FXError(
        .tensorDType,
        "an input of \(input.dtype.name) has random numbers of \(samples.dtype.name)")
    }
    let wider = try computeType(input.dtype)
    let shape = Array(input.sizes.dropLast(rank)) + sizes
    let result = try Tensor.empty(shape, wider, device: input.device)
    let indices = try Tensor.empty(shape, .int64, device: input.device)
    let source = try input.converted(to: wider).contiguous()
    let numbers = try samples.elements(as: Double.self)
    let windows = (0..<channels).map { channel in
      PoolWindows(
        (0..<rank).map { axis in
          let sample = numbers[channel * rank + (rank == 2 ? 1 - axis : axis)]
          let starts = starts(
            sample, input.dtype, size: extent[axis], count: sizes[axis], kernel: kernel[axis])
          return PoolAxis(size: extent[axis], starts: starts, kernel: kernel[axis])
        })
    }
    switch wider {
    case .float32: try findMaxima(source, result, indices, windows, Float.self)
    case .float64: try findMaxima(source, result, indices, windows, Double.self)
    default: try findMaxima(source, result, indices, windows, Int64.self)
    }
    return (try result.converted(to: input.dtype), indices)
  }

  /// Returns where windows start, computed in the precision of the input as in PyTorch.
  private static func starts(
    _ sample: Double, _ dtype: ScalarType, size: Int, count: Int, kernel: Int
  ) -> [Int] {
    var starts = [Int](repeating: size - kernel, count: count)
    if count == 1 { return starts }
    let isDouble = dtype == .float64
    let alpha =
      isDouble
      ? Double(size - kernel) / Double(count - 1)
      : Double(Float(size - kernel) / Float(count - 1))
    func product(_ value: Double) -> Int {
      isDouble ? Int(value * alpha) : Int(Float(value) * Float(alpha))
    }
    for window in 0..<count - 1 {
      let place = isDouble ? Double(window) + sample : Double(Float(window) + Float(sample))
      starts[window] = min(max(product(place) - product(sample), 0), size - kernel)
    }
    return starts
  }

  private static func findMaxima<Element: PoolElement>(
    _ input: Tensor, _ result: Tensor, _ indices: Tensor, _ windows: [PoolWindows],
    _: Element.Type
  ) throws {
    guard let first = windows.first else { return }
    let planes = PoolPlanes<Element>(
      windows: first, input: try input.pointer(Element.self),
      result: try result.mutablePointer(Element.self))
    let places = try indices.mutablePointer(Int64.self)
    for (plane, own) in windows.enumerated() { planes.findMaxima(plane, own, places) }
  }
}
