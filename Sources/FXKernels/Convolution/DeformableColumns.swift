import FXCore
import FXTensor

/// The columns of a convolution whose windows take elements from between the pixels.
///
/// Each element of the kernel is moved by an offset, and may be multiplied by a mask, of which there
/// is one a window and a group of channels. Source: `torchvision.ops.deform_conv2d`.
public struct DeformableColumns: Sendable {
  /// A number for the vertical and one for the horizontal direction.
  public typealias Pair = (height: Int, width: Int)

  let kernel: Pair
  let stride: Pair
  let padding: Pair
  let dilation: Pair
  /// The groups of channels that have offsets of their own.
  let groups: Int

  /// Describes the windows.
  public init(kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, groups: Int) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Returns the number of windows along each dimension of images of a size.
  ///
  /// - Throws: `tensor.shape` where there are none.
  public func windows(height: Int, width: Int) throws -> Pair {
    func count(
      _ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int
    ) throws -> Int {
      let limit = 1 << 31
      guard kernel > 0, stride > 0, dilation > 0, padding >= 0, max(kernel, dilation) < limit,
        padding < limit
      else {
        throw FXError(
          .tensorShape,
          "there is no convolution with a kernel of \(kernel), a stride of \(stride), a padding of "
            + "\(padding) and a dilation of \(dilation)")
      }
      let room = size + 2 * padding - (dilation * (kernel - 1) + 1)
      guard room >= 0 else {
        throw FXError(.tensorShape, "a window does not fit an input of \(size)")
      }
      return room / stride + 1
    }
    return (
      try count(height, kernel.height, stride.height, padding.height, dilation.height),
      try count(width, kernel.width, stride.width, padding.width, dilation.width)
    )
  }

  /// Makes columns of (N, channels and elements of the kernel, windows) of images (N, C, H, W).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func callAsFunction(
    _ images: Tensor, offsets: Tensor, mask: Tensor?
  ) throws -> Tensor {
    let taps = kernel.height * kernel.width
    guard images.rank == 4, groups > 0, images.sizes[1] % groups == 0 else {
      throw FXError(
        .tensorShape,
        "images of \(Geometry.text(images.sizes)) have no \(groups) groups of channels")
    }
    let (batch, channels) = (images.sizes[0], images.sizes[1])
    let count = try windows(height: images.sizes[2], width: images.sizes[3])
    let expected = [batch, 2 * groups * taps, count.height, count.width]
    guard offsets.sizes == expected else {
      throw FXError(
        .tensorShape,
        "offsets have the shape \(Geometry.text(offsets.sizes)), expected \(Geometry.text(expected))"
      )
    }
    let expectedMask = [batch, groups * taps, count.height, count.width]
    if let mask, mask.sizes != expectedMask {
      throw FXError(
        .tensorShape,
        "the mask has the shape \(Geometry.text(mask.sizes)), expected "
          + Geometry.text(expectedMask))
    }
    for other in [offsets, mask].compactMap({ $0 }) where other.dtype != images.dtype {
      throw FXError(
        .tensorDType, "images of \(images.dtype.name) have offsets or a mask of \(other.dtype.name)"
      )
    }
    let wider = images.dtype.computeType
    let result = try Tensor.empty(
      [batch, channels * taps, count.height * count.width], wider, device: images.device)
    let work = Work(
      columns: self, windows: count, images: try images.converted(to: wider).contiguous(),
      offsets: try offsets.converted(to: wider).contiguous(),
      mask: try mask?.converted(to: wider).contiguous(), result: result)
    try Tensor.withRegionNumber(images.dtype, work)
    return try result.converted(to: images.dtype)
  }

  private struct Work: RegionWork {
    let columns: DeformableColumns
    let windows: Pair
    let images: Tensor
    let offsets: Tensor
    let mask: Tensor?
    let result: Tensor
    var takesHalves: Bool { true }

    func run<Number: GridNumber>(_: Number.Type) throws {
      if result.elementCount == 0 { return }
      let job = Job<Number>(
        columns: columns, windows: windows, images: try images.pointer(Number.Stored.self),
        offsets: try offsets.pointer(Number.Stored.self),
        mask: try mask?.pointer(Number.Stored.self),
        result: try result.mutablePointer(Number.Stored.self), channels: images.sizes[1],
        height: images.sizes[2], width: images.sizes[3])
      let rows = images.sizes[0] * images.sizes[1]
      let cost = result.elementCount / rows * 16
      withExtendedLifetime((images, offsets, mask)) {
        Parallel.ranges(of: rows, grain: max(Parallel.grain / max(cost, 1), 1)) { range in
          for row in range { job.run(row) }
        }
      }
    }
  }

  /// The columns on memory.
  private struct Job<Number: GridNumber>: @unchecked Sendable {
    let columns: DeformableColumns
    let windows: Pair
    let images: UnsafePointer<Number.Stored>
    let offsets: UnsafePointer<Number.Stored>
    let mask: UnsafePointer<Number.Stored>?
    let result: UnsafeMutablePointer<Number.Stored>
    let channels: Int
    let height: Int
    let width: Int

    /// Fills the columns of one channel of one image.
    func run(_ row: Int) {
      let (kernel, area) = (columns.kernel, windows.height * windows.width)
      let taps = kernel.height * kernel.width
      let group = row % channels / (channels / columns.groups)
      let first = (row / channels * columns.groups + group) * taps
      let source = images + row * height * width
      for tap in 0..<taps {
        let (i, j) = (tap / kernel.width, tap % kernel.width)
        let vertical = offsets + 2 * (first + tap) * area
        let weights = mask.map { $0 + (first + tap) * area }
        let target = result + (row * taps + tap) * area
        for place in 0..<area {
          let top = place / windows.width * columns.stride.height - columns.padding.height
          let left = place % windows.width * columns.stride.width - columns.padding.width
          let y = Number(top + i * columns.dilation.height) + Number(vertical[place])
          let x = Number(left + j * columns.dilation.width) + Number(vertical[area + place])
          let value = sample(source, y, x)
          target[place] = (weights.map { Number($0[place]) * value } ?? value).stored
        }
      }
    }

    private func sample(
      _ source: UnsafePointer<Number.Stored>, _ y: Number, _ x: Number
    ) -> Number {
      guard y.stored > -1, y.stored < Number.Stored(height), x.stored > -1,
        x.stored < Number.Stored(width)
      else { return Number(0) }
      let (top, left) = (y.floor.whole, x.floor.whole)
      let (below, beside) = (y - Number(top), x - Number(left))
      let (above, before) = (Number(1) - below, Number(1) - beside)
      func pixel(_ row: Int, _ column: Int) -> Number {
        guard row >= 0, row < height, column >= 0, column < width else { return Number(0) }
        return Number(source[row * width + column])
      }
      let upper = above * before * pixel(top, left) + above * beside * pixel(top, left + 1)
      let lower = below * before * pixel(top + 1, left)
      return upper + lower + below * beside * pixel(top + 1, left + 1)
    }
  }
}
