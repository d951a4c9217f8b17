import FXCore
import FXTensor

/// Averages of samples between the pixels of boxes (`roi_align`, `ps_roi_align`).
///
/// Source: `torchvision.ops.roi_align`.
public struct RegionAverage: Sendable {
  let shape: RegionShape
  /// The samples of a bin in each dimension; as many as it has pixels where it is not positive.
  let samples: Int
  /// Whether coordinates are those of the middle of pixels.
  let isAligned: Bool
  /// Whether each bin has channels of its own.
  let isSensitive: Bool

  /// Describes an average; boxes of one that is sensitive are always aligned.
  public init(_ shape: RegionShape, samples: Int, isAligned: Bool = true, isSensitive: Bool = false)
  {
    self.shape = shape
    self.samples = samples
    self.isAligned = isAligned
    self.isSensitive = isSensitive
  }

  /// Averages images of (N, C, H, W) over the bins of boxes (K, 5).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.index` or `tensor.memory`.
  public func callAsFunction(_ images: Tensor, _ boxes: Tensor) throws -> Tensor {
    let sizes = try shape.resultSizes(images, boxes, isSensitive: isSensitive)
    let wider = images.dtype.computeType
    let result = try Tensor.zeros(sizes, wider, device: images.device)
    let work = Work(
      average: self, images: try images.converted(to: wider).contiguous(),
      boxes: try boxes.converted(to: wider).contiguous(), result: result)
    try Tensor.withRegionNumber(images.dtype, work)
    return try result.converted(to: images.dtype)
  }

  private struct Work: RegionWork {
    let average: RegionAverage
    let images: Tensor
    let boxes: Tensor
    let result: Tensor
    var takesHalves: Bool { true }

    func run<Number: GridNumber>(_: Number.Type) throws {
      if result.elementCount == 0 { return }
      let places = try boxes.pointer(Number.Stored.self)
      let shape = average.shape
      let owners = try shape.images(
        of: places, count: boxes.sizes[0], among: images.sizes[0], Number.self)
      let job = RegionAverageJob<Number>(
        average: average, images: try images.pointer(Number.Stored.self),
        result: try result.mutablePointer(Number.Stored.self),
        channels: images.sizes[1], channelsOut: result.sizes[1],
        height: images.sizes[2], width: images.sizes[3])
      let grids = try owners.indices.map { try job.grid(of: places + 5 * $0, image: owners[$0]) }
      let cost = max(result.sizes[1] * 16, 1)
      withExtendedLifetime((images, boxes)) {
        Parallel.ranges(
          of: owners.count * shape.count, grain: max(Parallel.grain / cost, 1)
        ) { range in
          for place in range {
            job.run(grids[place / shape.count], box: place / shape.count, bin: place % shape.count)
          }
        }
      }
    }
  }
}

/// The averages of boxes on memory.
struct RegionAverageJob<Number: GridNumber>: @unchecked Sendable {
  let average: RegionAverage
  let images: UnsafePointer<Number.Stored>
  let result: UnsafeMutablePointer<Number.Stored>
  let channels: Int
  let channelsOut: Int
  let height: Int
  let width: Int

  /// The samples of a box along one dimension.
  struct Axis {
    let start: Number
    let binSize: Number
    /// The samples of a bin; none where it is negative, as it is for boxes upside down.
    let samples: Int

    /// Where a sample of a bin lies.
    func position(_ bin: Int, _ sample: Int) -> Number {
      let first = start + Number(bin) * binSize
      return first + Number(Double(sample) + 0.5) * binSize / Number(samples)
    }
  }

  /// The samples of a box.
  struct Grid {
    let image: Int
    let vertical: Axis
    let horizontal: Axis
  }

  /// The four pixels around a sample, and their weights.
  private typealias Taps = (
    places: (Int, Int, Int, Int), weights: (Number, Number, Number, Number)
  )

  /// Lays the samples of a box.
  ///
  /// - Throws: `tensor.shape` where there are more than any image has.
  func grid(of box: UnsafePointer<Number.Stored>, image: Int) throws -> Grid {
    let shape = average.shape
    return Grid(
      image: image, vertical: try axis(Number(box[2]), Number(box[4]), bins: shape.height),
      horizontal: try axis(Number(box[1]), Number(box[3]), bins: shape.width))
  }

  private func axis(_ low: Number, _ high: Number, bins: Int) throws -> Axis {
    let scale = Number(average.shape.scale)
    let shift = Number(average.isAligned ? 0.5 : 0)
    let start = low * scale - shift
    var extent = high * scale - shift - start
    // A box is at least a pixel large.
    if !average.isAligned, extent.stored < 1 { extent = Number(1) }
    let binSize = extent / Number(bins)
    if average.samples > 0 {
      guard average.samples <= Self.sampleLimit else { throw tooMany("\(average.samples)") }
      return Axis(start: start, binSize: binSize, samples: average.samples)
    }
    let wanted = binSize.stored.rounded(.up)
    // What has no integer becomes the least one, as in PyTorch.
    guard wanted.magnitude < 0x1p31 else {
      return Axis(start: start, binSize: binSize, samples: -(1 << 31))
    }
    guard wanted <= Number.Stored(Self.sampleLimit) else { throw tooMany("\(wanted)") }
    return Axis(start: start, binSize: binSize, samples: Int(wanted))
  }

  private static var sampleLimit: Int { 1 << 14 }

  private func tooMany(_ count: String) -> FXError {
    FXError(
      .tensorShape, "a bin has \(count) samples in a dimension, more than \(Self.sampleLimit)")
  }

  /// Averages the samples of one bin, in all channels.
  func run(_ grid: Grid, box: Int, bin: Int) {
    let shape = average.shape
    let (row, column) = (bin / shape.width, bin % shape.width)
    let area = height * width
    var taps: [Taps?] = []
    for y in 0..<max(grid.vertical.samples, 0) {
      let vertical = grid.vertical.position(row, y)
      for x in 0..<max(grid.horizontal.samples, 0) {
        taps.append(self.taps(vertical, grid.horizontal.position(column, x)))
      }
    }
    let product = grid.vertical.samples * grid.horizontal.samples
    let count = average.isSensitive ? product : max(product, 1)
    for channel in 0..<channelsOut {
      let own = average.isSensitive ? channel * shape.count + bin : channel
      let source = images + (grid.image * channels + own) * area
      var sum = Number(0)
      for tap in taps { sum = sum + value(tap, source) }
      result[(box * channelsOut + channel) * shape.count + bin] = (sum / Number(count)).stored
    }
  }

  private func value(_ taps: Taps?, _ source: UnsafePointer<Number.Stored>) -> Number {
    guard let taps else {
      // PyTorch multiplies the first pixel by 0, which tells where that is infinite.
      return average.isSensitive ? Number(0) : Number(source[0]) * Number(0)
    }
    let (places, weights) = taps
    let upper =
      weights.0 * Number(source[places.0]) + weights.1 * Number(source[places.1])
    return upper + weights.2 * Number(source[places.2]) + weights.3 * Number(source[places.3])
  }

  /// Returns the pixels around a place; nil for a place outside of the image.
  private func taps(_ y: Number, _ x: Number) -> Taps? {
    guard y.stored >= -1, y.stored <= Number.Stored(height), x.stored >= -1,
      x.stored <= Number.Stored(width)
    else { return nil }
    let (top, bottom, below) = Self.neighbours(y, height)
    let (left, right, beside) = Self.neighbours(x, width)
    let (above, before) = (Number(1) - below, Number(1) - beside)
    return (
      (top * width + left, top * width + right, bottom * width + left, bottom * width + right),
      (above * before, above * beside, below * before, below * beside)
    )
  }

  private static func neighbours(_ place: Number, _ size: Int) -> (Int, Int, Number) {
    let inside = place.stored <= 0 ? Number(0) : place
    let low = Int(inside.stored)
    if low >= size - 1 { return (size - 1, size - 1, Number(0)) }
    return (low, low + 1, inside - Number(low))
  }
}
