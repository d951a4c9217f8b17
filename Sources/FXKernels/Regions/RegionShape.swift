import FXCore
import FXTensor

/// Boxes in images, and the bins that each box is divided into.
///
/// A row of `boxes` is the number of an image, and the left, upper, right and lower edge of a box.
public struct RegionShape: Sendable {
  /// The factor from the coordinates of boxes to those of images.
  public var scale: Double
  /// The number of bins above one another.
  public var height: Int
  /// The number of bins beside one another.
  public var width: Int

  /// Describes a division into bins.
  public init(scale: Double, height: Int, width: Int) {
    self.scale = scale
    self.height = height
    self.width = width
  }

  /// The number of bins of a box.
  var count: Int { height * width }

  /// Checks images of (N, C, H, W) and boxes of (K, 5), and returns the shape of the result.
  ///
  /// - Parameter isSensitive: whether each bin has channels of its own (`ps_roi_align`).
  /// - Throws: `tensor.shape` or `tensor.dtype`.
  func resultSizes(_ images: Tensor, _ boxes: Tensor, isSensitive: Bool) throws -> [Int] {
    guard images.rank == 4, boxes.rank == 2, boxes.sizes[1] == 5 else {
      throw FXError(
        .tensorShape,
        "boxes of the shape \(Geometry.text(boxes.sizes)) are not five numbers each in images of "
          + Geometry.text(images.sizes))
    }
    guard images.dtype == boxes.dtype else {
      throw FXError(
        .tensorDType, "images of \(images.dtype.name) have boxes of \(boxes.dtype.name)")
    }
    let (bins, overflows) = height.multipliedReportingOverflow(by: width)
    guard height >= 0, width >= 0, !overflows, !isSensitive || bins > 0 else {
      throw FXError(.tensorShape, "a box has no \(height) by \(width) bins")
    }
    let channels = images.sizes[1]
    guard !isSensitive || channels % bins == 0 else {
      throw FXError(.tensorShape, "\(channels) channels are not divided among \(bins) bins")
    }
    let hasPixels = images.sizes[2] > 0 && images.sizes[3] > 0
    guard hasPixels || channels == 0 || boxes.sizes[0] == 0 else {
      throw FXError(.tensorShape, "images of \(Geometry.text(images.sizes)) have no pixels")
    }
    return [boxes.sizes[0], isSensitive ? channels / bins : channels, height, width]
  }

  /// Returns the image of each box.
  ///
  /// - Throws: `tensor.index` for a number that is none of an image.
  func images<Number: GridNumber>(
    of boxes: UnsafePointer<Number.Stored>, count: Int, among images: Int, _: Number.Type
  ) throws -> [Int] {
    try (0..<count).map { box in
      let number = boxes[5 * box]
      // Fractions are cut off, as in PyTorch.
      let image = number.magnitude < 0x1p31 ? Int(number) : -1
      guard image >= 0, image < images else {
        throw FXError(.tensorIndex, "box \(box) lies in image \(number) of \(images)")
      }
      return image
    }
  }
}

extension Tensor {
  /// Calls `body` with the type in which numbers of boxes are computed.
  ///
  /// - Throws: `tensor.dtype` for other dtypes than float32, float64 and float16.
  static func withRegionNumber(
    _ dtype: ScalarType, _ work: some RegionWork
  ) throws {
    switch dtype {
    case .float32: try work.run(Float.self)
    case .float64: try work.run(Double.self)
    case .float16: try work.run(RoundedNumber<Float16>.self)
    default: throw noKernel(for: dtype)
    }
  }
}

/// Work on boxes that is written once for all types of numbers.
protocol RegionWork {
  /// Does the work for one type.
  func run<Number: GridNumber>(_: Number.Type) throws
}
