import FXCore
import FXTensor

extension Convolution {
  /// Adds a transposed convolution of dense operands: products that become columns, which are added
  /// where their windows lie.
  ///
  /// PyTorch rounds every column and sum of float16 numbers, and of bfloat16 where its library does
  /// not take the padding of the output, which shows in the result.
  func scatter(
    _ input: Tensor, _ weight: Tensor, into result: Tensor, _ geometry: WindowGeometry,
    roundingTo dtype: ScalarType
  ) throws {
    let isPadded = zip(outputPadding, stride).contains { $0 >= $1 }
    let isRounded = dtype == .float16 || (dtype == .bfloat16 && isPadded)
    let job = try ScatterJob(
      columns: ColumnBuffer(geometry: geometry, itemSize: input.itemSize),
      dtype: isRounded ? dtype : input.dtype,
      gemm: GEMM(input.dtype), input: UnsafeMutableRawPointer(mutating: input.bytes),
      weight: UnsafeMutableRawPointer(mutating: weight.bytes), result: result.mutableBytes(),
      batch: input.sizes[0], groups: groups, channels: weight.sizes[0] / groups,
      outputs: weight.sizes[1])
    withExtendedLifetime((input, weight)) { job.run() }
  }
}

/// The products of a transposed convolution, one for each image, group and range of channels.
private struct ScatterJob: @unchecked Sendable {
  let columns: ColumnBuffer
  let dtype: ScalarType
  let gemm: GEMM
  let input: UnsafeMutableRawPointer
  let weight: UnsafeMutableRawPointer
  let result: UnsafeMutableRawPointer
  let batch: Int
  let groups: Int
  /// The input channels of a group.
  let channels: Int
  /// The output channels of a group.
  let outputs: Int

  func run() {
    let size = columns.itemSize
    let taps = columns.rowsPerChannel
    let windows = columns.geometry.output.count
    let images = batch * groups
    if windows == 0 || images == 0 { return }
    let perImage = (Parallel.threadCount + images - 1) / images
    let cached = max(Convolution.columnBytes * 4 / (taps * windows * size), 1)
    let chunk = min(max((outputs + perImage - 1) / perImage, 1), max(cached, 8), max(outputs, 1))
    let chunks = (outputs + chunk - 1) / chunk
    Parallel.ranges(of: images * chunks, grain: 1) { units in
      let buffer = UnsafeMutableRawPointer.allocate(
        byteCount: chunk * taps * windows * size, alignment: 64)
      defer { buffer.deallocate() }
      for unit in units {
        let (image, first) = (unit / chunks, unit % chunks * chunk)
        let count = min(chunk, outputs - first)
        let matrix = MatrixLayout(
          weight + (image % groups * channels * outputs + first) * taps * size, rows: channels,
          columns: count * taps, rowStride: outputs * taps)
        gemm.run(
          matrix.transposed,
          MatrixLayout(input + image * channels * windows * size, rows: channels, columns: windows),
          MatrixLayout(buffer, rows: count * taps, columns: windows))
        let place = (image * outputs + first) * columns.geometry.input.count
        columns.scatter(buffer, channels: 0..<count, into: result + place * size, dtype)
      }
    }
  }
}
