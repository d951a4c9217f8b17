import FXCore
import FXTensor

extension Convolution {
  /// How many bytes of columns are made at a time: they stay in a near cache.
  static let columnBytes = 1 << 18

  /// Computes a convolution of dense operands by products with columns.
  func gather(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, into result: Tensor,
    _ geometry: WindowGeometry
  ) throws {
    if weight.sizes[1] == 1, groups > 1,
      try DepthwiseConvolution.run(input, weight, bias, into: result, geometry)
    {
      return
    }
    if let bias {
      try result.copy(from: bias.view([1, bias.sizes[0]] + Array(repeating: 1, count: rank)))
    }
    let job = try GatherJob(
      columns: ColumnBuffer(geometry: geometry, itemSize: input.itemSize),
      gemm: GEMM(input.dtype, beta: bias == nil ? 0 : 1, taps: taps(input, geometry)),
      input: input.bytes,
      weight: UnsafeMutableRawPointer(mutating: weight.bytes), result: result.mutableBytes(),
      batch: input.sizes[0], groups: groups, channels: weight.sizes[1],
      outputs: weight.sizes[0] / groups)
    withExtendedLifetime((input, weight)) { job.run() }
  }
}

extension Convolution {
  /// Returns how many taps oneDNN sums before it comes to the next channels; nil where PyTorch
  /// does not call it, because the convolution is small.
  private func taps(_ input: Tensor, _ geometry: WindowGeometry) -> Int? {
    let isDilated = dilation.contains { $0 > 1 }
    let kernel = geometry.kernel
    guard
      groups > 1 || isDilated || input.sizes[0] > 1 || (kernel.height > 3 && kernel.width > 3)
        || input.sizes.prefix(4).reduce(1, *) > 20480
    else { return nil }
    return groups > 1 || isDilated ? 1 : kernel.count
  }
}

/// The products of a convolution, one for each image, group and range of windows.
private struct GatherJob: @unchecked Sendable {
  let columns: ColumnBuffer
  let gemm: GEMM
  let input: UnsafeRawPointer
  let weight: UnsafeMutableRawPointer
  let result: UnsafeMutableRawPointer
  let batch: Int
  let groups: Int
  /// The input channels of a group.
  let channels: Int
  /// The output channels of a group.
  let outputs: Int

  private var size: Int { columns.itemSize }
  private var depth: Int { channels * columns.rowsPerChannel }
  private var windows: Int { columns.geometry.output.count }
  private var inputCount: Int { columns.geometry.input.count }

  /// Whether columns are the input itself.
  private var isPointwise: Bool {
    let geometry = columns.geometry
    return geometry.kernel.count == 1 && geometry.stride.count == 1
      && geometry.padding == SpatialExtent(0, 0, 0)
  }

  func run() {
    if isPointwise {
      return multiply(
        UnsafeMutableRawPointer(mutating: input), imageStep: channels * groups * windows)
    }
    let threads = Parallel.threadCount
    let images = batch * groups
    var tile = min(max(Convolution.columnBytes / max(depth * size, 1), 32), windows)
    // With few images the windows of each are divided among threads, unless they are very few.
    let wanted = (threads + images - 1) / images
    if windows / wanted >= 64 { tile = min(tile, (windows + wanted - 1) / wanted) }
    let tiles = (windows + tile - 1) / tile
    if images * tiles < threads, outputs >= 32 { return runTogether() }
    Parallel.ranges(of: images * tiles, grain: 1) { units in
      withBuffer(depth * tile) { buffer in
        for unit in units { run(unit / tiles, unit % tiles * tile, tile, buffer) }
      }
    }
  }

  /// Computes the windows from one on, of one image and group.
  private func run(_ image: Int, _ first: Int, _ tile: Int, _ buffer: UnsafeMutableRawPointer) {
    let range = first..<min(first + tile, windows)
    let group = image % groups
    columns.gather(
      input + image * channels * inputCount * size, channels: 0..<channels, windows: range,
      into: buffer)
    gemm.run(
      MatrixLayout(weight + group * outputs * depth * size, rows: outputs, columns: depth),
      MatrixLayout(buffer, rows: depth, columns: range.count),
      MatrixLayout(
        result + (image * outputs * windows + first) * size, rows: outputs, columns: range.count,
        rowStride: windows))
  }

  /// Makes all columns of an image before a product that is divided among threads.
  private func runTogether() {
    withBuffer(depth * windows) { buffer in
      let step = columns.rowsPerChannel * windows * size
      for image in 0..<batch * groups {
        Parallel.ranges(of: channels, grain: 8) { part in
          columns.gather(
            input + image * channels * inputCount * size, channels: part, windows: 0..<windows,
            into: buffer + part.lowerBound * step)
        }
        let group = image % groups
        MatrixBatch(
          gemm: gemm,
          left: MatrixLayout(
            weight + group * outputs * depth * size, rows: outputs, columns: depth),
          right: MatrixLayout(buffer, rows: depth, columns: windows),
          result: MatrixLayout(
            result + image * outputs * windows * size, rows: outputs, columns: windows)
        ).run()
      }
    }
  }

  /// Multiplies where the columns of all images and groups lie there already.
  private func multiply(_ columns: UnsafeMutableRawPointer, imageStep: Int) {
    MatrixBatch(
      gemm: gemm, left: MatrixLayout(weight, rows: outputs, columns: depth),
      right: MatrixLayout(columns, rows: depth, columns: windows),
      result: MatrixLayout(result, rows: outputs, columns: windows),
      steps: BatchSteps(
        sizes: [batch, groups], left: [0, outputs * depth], right: [imageStep, depth * windows],
        result: [groups * outputs * windows, outputs * windows])
    ).run()
  }

  private func withBuffer(_ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(count * size, 1), alignment: 64)
    defer { buffer.deallocate() }
    body(buffer)
  }
}
