import FXCore
import FXTensor

/// Windows that move over images: their elements as columns, and columns added up to images.
public struct Windows: Sendable {
  private let kernel: SpatialExtent
  private let dilation: SpatialExtent
  private let padding: SpatialExtent
  private let stride: SpatialExtent

  /// Describes windows by two numbers each.
  ///
  /// - Throws: `tensor.shape`.
  public init(kernel: [Int], dilation: [Int], padding: [Int], stride: [Int]) throws(FXError) {
    for (values, least) in [(kernel, 1), (dilation, 1), (padding, 0), (stride, 1)] {
      guard values.count == 2, values.allSatisfy({ $0 >= least && $0 <= Int(Int32.max) }) else {
        throw FXError(.tensorShape, "windows can't have the parameter \(Geometry.text(values))")
      }
    }
    self.kernel = SpatialExtent(kernel, filling: 1)
    self.dilation = SpatialExtent(dilation, filling: 1)
    self.padding = SpatialExtent(padding, filling: 0)
    self.stride = SpatialExtent(stride, filling: 1)
  }

  /// Copies the windows of images to columns, one a window (`im2col`).
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func columns(of images: Tensor) throws -> Tensor {
    let geometry = try geometry(Array(images.sizes.suffix(2)))
    let channels = images.sizes[1]
    let result = try Tensor.empty(
      [images.sizes[0], channels * kernel.count, geometry.output.count], images.dtype,
      device: images.device)
    if result.elementCount == 0 { return result }
    let source = try images.contiguous()
    let buffer = ColumnBuffer(geometry: geometry, itemSize: images.itemSize)
    let job = Job(
      buffer: buffer, images: UnsafeMutableRawPointer(mutating: source.bytes),
      columns: try result.mutableBytes())
    let windows = geometry.output.count
    withExtendedLifetime(source) {
      Parallel.ranges(
        of: images.sizes[0] * channels,
        grain: max(Parallel.grain / (kernel.count * windows), 1)
      ) { range in
        buffer.gather(
          job.images, channels: range, windows: 0..<windows,
          into: job.columns + range.lowerBound * kernel.count * windows * buffer.itemSize)
      }
    }
    return result
  }

  /// Adds columns to the places of images that their windows lie on (`col2im`).
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func images(of columns: Tensor, size: [Int]) throws -> Tensor {
    let geometry = try geometry(size)
    let windows = geometry.output.count
    guard columns.sizes[1] % kernel.count == 0, columns.sizes[2] == windows else {
      throw FXError(
        .tensorShape,
        "columns of the shape \(Geometry.text(columns.sizes)) are not windows of images of "
          + Geometry.text(size))
    }
    let dtype = columns.dtype
    let wider = GEMM.computeType(dtype)
    let channels = columns.sizes[1] / kernel.count
    let result = try Tensor.zeros(
      [columns.sizes[0], channels] + size, wider, device: columns.device)
    if result.elementCount == 0 { return try result.converted(to: dtype) }
    let source = try columns.converted(to: wider).contiguous()
    let buffer = ColumnBuffer(geometry: geometry, itemSize: source.itemSize)
    let job = Job(
      buffer: buffer, images: try result.mutableBytes(),
      columns: UnsafeMutableRawPointer(mutating: source.bytes))
    withExtendedLifetime(source) {
      Parallel.ranges(
        of: columns.sizes[0] * channels, grain: max(Parallel.grain / (kernel.count * windows), 1)
      ) { range in
        let step = kernel.count * windows * buffer.itemSize
        buffer.scatter(
          job.columns + range.lowerBound * step, channels: range, into: job.images, wider)
      }
    }
    return try result.converted(to: dtype)
  }

  private struct Job: @unchecked Sendable {
    let buffer: ColumnBuffer
    let images: UnsafeMutableRawPointer
    let columns: UnsafeMutableRawPointer
  }

  private func geometry(_ size: [Int]) throws(FXError) -> WindowGeometry {
    let input = SpatialExtent(size, filling: 1)
    func count(_ part: KeyPath<SpatialExtent, Int>) -> Int {
      WindowGeometry.windowCount(
        input[keyPath: part], kernel: kernel[keyPath: part], stride: stride[keyPath: part],
        padding: padding[keyPath: part], dilation: dilation[keyPath: part])
    }
    let output = SpatialExtent(1, count(\.height), count(\.width))
    guard size.allSatisfy({ $0 >= 0 }), output.count > 0 else {
      throw FXError(.tensorShape, "no window fits an image of \(Geometry.text(size))")
    }
    return WindowGeometry(
      input: input, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      output: output)
  }
}
