import FXCore
import FXTensor

/// Three numbers, one for each dimension of a volume; images have a depth of 1, and rows a height
/// of 1 as well.
struct SpatialExtent: Equatable {
  var depth: Int
  var height: Int
  var width: Int

  /// Makes an extent of its numbers.
  init(_ depth: Int, _ height: Int, _ width: Int) {
    self.depth = depth
    self.height = height
    self.width = width
  }

  /// Makes an extent of one to three numbers; what is missing in front is filled in.
  init(_ values: some Collection<Int>, filling: Int) {
    let all = Array(repeating: filling, count: max(3 - values.count, 0)) + values
    self.init(all[0], all[1], all[2])
  }

  /// The product of all three.
  var count: Int { depth * height * width }

  /// Returns the last dimensions.
  func sizes(_ rank: Int) -> [Int] { Array([depth, height, width].suffix(rank)) }

  /// Combines numbers dimension by dimension.
  func map(_ transform: (Int) throws -> Int) rethrows -> SpatialExtent {
    SpatialExtent(try transform(depth), try transform(height), try transform(width))
  }
}

/// How windows of a kernel lie on an input, for convolutions, pooling and `im2col`.
struct WindowGeometry {
  /// The size of what windows lie on.
  var input: SpatialExtent
  /// The size of a window.
  var kernel: SpatialExtent
  /// The distance of windows.
  var stride: SpatialExtent
  /// What is added to the input at each side.
  var padding: SpatialExtent
  /// The distance of a window's elements.
  var dilation: SpatialExtent
  /// The number of windows.
  var output: SpatialExtent

  /// Returns how many windows fit in a dimension.
  static func windowCount(
    _ input: Int, kernel: Int, stride: Int, padding: Int, dilation: Int
  ) -> Int {
    let room = input + 2 * padding - dilation * (kernel - 1) - 1
    return room < 0 ? 0 : room / stride + 1
  }

  /// Returns the windows of a dimension in which an element of the kernel lies on the input.
  static func inside(
    _ tap: Int, input: Int, stride: Int, padding: Int, dilation: Int, output: Int
  ) -> Range<Int> {
    let start = tap * dilation - padding
    let low = start >= 0 ? 0 : (-start + stride - 1) / stride
    let last = input - 1 - start
    let high = last < 0 ? 0 : last / stride + 1
    let end = min(high, output)
    return min(low, end)..<end
  }
}
