import FXCore
import FXTensor

/// Poolings of the whole pixels of boxes (`roi_pool`, `ps_roi_pool`).
///
/// Source: `torchvision.ops.roi_pool`.
public struct RegionPooling: Sendable {
  let shape: RegionShape
  /// Whether each bin has channels of its own, of which it takes the average.
  let isSensitive: Bool

  /// Describes a pooling: of maxima, or of averages where each bin has channels of its own.
  public init(_ shape: RegionShape, isSensitive: Bool = false) {
    self.shape = shape
    self.isSensitive = isSensitive
  }

  /// Pools images of (N, C, H, W) over the bins of boxes (K, 5).
  ///
  /// - Returns: the numbers, and the place in its channel of each maximum or the channel of each
  ///   average, in int32.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.index` or `tensor.memory`.
  public func callAsFunction(
    _ images: Tensor, _ boxes: Tensor
  ) throws -> (values: Tensor, places: Tensor) {
    let sizes = try shape.resultSizes(images, boxes, isSensitive: isSensitive)
    let result = try Tensor.zeros(sizes, images.dtype, device: images.device)
    let places = try Tensor.zeros(sizes, .int32, device: images.device)
    try Tensor.withRegionNumber(
      images.dtype,
      Work(
        pooling: self, images: try images.contiguous(), boxes: try boxes.contiguous(),
        result: result, places: places))
    return (result, places)
  }

  private struct Work: RegionWork {
    let pooling: RegionPooling
    let images: Tensor
    let boxes: Tensor
    let result: Tensor
    let places: Tensor
    var takesHalves: Bool { false }

    func run<Number: GridNumber>(_: Number.Type) throws {
      if result.elementCount == 0 { return }
      let numbers = try boxes.pointer(Number.Stored.self)
      let owners = try pooling.shape.images(
        of: numbers, count: boxes.sizes[0], among: images.sizes[0], Number.self)
      let job = RegionPoolingJob<Number>(
        pooling: pooling, images: try images.pointer(Number.Stored.self), boxes: numbers,
        owners: owners, result: try result.mutablePointer(Number.Stored.self),
        places: try places.mutablePointer(Int32.self), channels: images.sizes[1],
        channelsOut: result.sizes[1], height: images.sizes[2], width: images.sizes[3])
      let cost = max(result.elementCount / owners.count * 4, 1)
      withExtendedLifetime((images, boxes)) {
        Parallel.ranges(of: owners.count, grain: max(Parallel.grain / cost, 1)) { range in
          for box in range { job.run(box) }
        }
      }
    }
  }
}

/// The poolings of boxes on memory.
private struct RegionPoolingJob<Number: GridNumber>: @unchecked Sendable {
  let pooling: RegionPooling
  let images: UnsafePointer<Number.Stored>
  let boxes: UnsafePointer<Number.Stored>
  let owners: [Int]
  let result: UnsafeMutablePointer<Number.Stored>
  let places: UnsafeMutablePointer<Int32>
  let channels: Int
  let channelsOut: Int
  let height: Int
  let width: Int

  func run(_ box: Int) {
    let shape = pooling.shape
    let numbers = boxes + 5 * box
    // The last pixel belongs to the box; averages leave it, and the last row and column, out.
    let rows = bins(numbers[2], numbers[4], shape.height, size: height)
    let columns = bins(numbers[1], numbers[3], shape.width, size: width)
    for channel in 0..<channelsOut {
      for (row, vertical) in rows.enumerated() {
        for (column, horizontal) in columns.enumerated() {
          let bin = row * shape.width + column
          let own = pooling.isSensitive ? channel * shape.count + bin : channel
          let source = images + (owners[box] * channels + own) * height * width
          let place = (box * channelsOut + channel) * shape.count + bin
          if pooling.isSensitive {
            result[place] = mean(source, vertical, horizontal)
            places[place] = Int32(truncatingIfNeeded: own)
          } else {
            (result[place], places[place]) = maximum(source, vertical, horizontal)
          }
        }
      }
    }
  }

  /// Returns the pixels of each bin along one dimension.
  private func bins(
    _ low: Number.Stored, _ high: Number.Stored, _ count: Int, size: Int
  ) -> [Range<Int>] {
    let scale = Number(pooling.shape.scale)
    let start = Self.whole((Number(low) * scale).stored.rounded())
    let end = Self.whole((Number(high) * scale).stored.rounded())
    let extent = max(end - start + (pooling.isSensitive ? 0 : 1), 1)
    let binSize = Number(extent) / Number(count)
    let last = pooling.isSensitive ? size - 1 : size
    return (0..<count).map { bin in
      let first = Self.whole((Number(bin) * binSize).stored.rounded(.down)) + start
      let next = Self.whole((Number(bin + 1) * binSize).stored.rounded(.up)) + start
      let lower = min(max(first, 0), last)
      return lower..<max(min(max(next, 0), last), lower)
    }
  }

  /// Returns a number as an integer; the least one for what has none.
  private static func whole(_ number: Number.Stored) -> Int {
    number.magnitude < 0x1p31 ? Int(number) : -(1 << 31)
  }

  private func maximum(
    _ source: UnsafePointer<Number.Stored>, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> (Number.Stored, Int32) {
    if rows.isEmpty || columns.isEmpty { return (0, -1) }
    var best = Number.Stored(-Float.greatestFiniteMagnitude)
    var place = -1
    for row in rows {
      for column in columns where source[row * width + column] > best {
        place = row * width + column
        best = source[place]
      }
    }
    return (best, Int32(truncatingIfNeeded: place))
  }

  private func mean(
    _ source: UnsafePointer<Number.Stored>, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Number.Stored {
    if rows.isEmpty || columns.isEmpty { return 0 }
    var sum = Number.Stored(0)
    for row in rows {
      for column in columns { sum += source[row * width + column] }
    }
    return sum / Number.Stored(rows.count * columns.count)
  }
}
