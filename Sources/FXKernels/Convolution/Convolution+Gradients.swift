import FXCore
import FXTensor

extension Convolution {
  /// Computes the gradients of a convolution by its operands (`aten.convolution_backward`).
  ///
  /// - Parameter wanted: whether the gradients by input, weight and bias are wanted.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public func gradients(
    _ gradient: Tensor, _ input: Tensor, _ weight: Tensor, wanted: (Bool, Bool, Bool)
  ) throws -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let shape = try outputShape(input, weight, nil)
    guard gradient.sizes == shape else {
      throw FXError(
        .tensorShape,
        "the gradient has the shape \(Geometry.text(gradient.sizes)), and the result "
          + Geometry.text(shape))
    }
    let dtype = input.dtype
    guard !dtype.isComplex else { throw noKernel(for: dtype) }
    let wider = GEMM.computeType(dtype)
    let slope = try gradient.converted(to: wider).contiguous()
    let source = try input.converted(to: wider).contiguous()
    let kernel = try weight.converted(to: wider).contiguous()
    let geometry = windows(input, weight, gradient)
    var results: (input: Tensor?, weight: Tensor?, bias: Tensor?)
    if wanted.0 {
      let result = try Tensor.zeros(input.sizes, wider, device: input.device)
      if result.elementCount > 0, slope.elementCount > 0 {
        // The gradient of a convolution is a transposed one, and the other way round.
        if isTransposed {
          try gather(slope, kernel, nil, into: result, geometry)
        } else {
          try scatter(slope, kernel, into: result, geometry, roundingTo: wider)
        }
      }
      results.input = try finished(result, like: input, weight, dtype)
    }
    if wanted.1 {
      let result = try Tensor.zeros(weight.sizes, wider, device: weight.device)
      if result.elementCount > 0, slope.elementCount > 0 {
        let (large, small) = isTransposed ? (slope, source) : (source, slope)
        try addProducts(large, small, into: result, geometry)
      }
      results.weight = try finished(result, like: input, weight, dtype)
    }
    if wanted.2 {
      let channels = slope.sizes[1]
      let rows = try slope.view([slope.sizes[0], channels, slope.sizes.dropFirst(2).reduce(1, *)])
      let result = try Tensor.zeros([channels], wider, device: input.device)
      let ones = try Tensor.full([rows.sizes[2], 1], 1, wider)
      for image in 0..<rows.sizes[0] where rows.sizes[2] > 0 {
        try MatrixProduct.multiply(
          rows.select(0, image), ones, into: result.unsqueeze(1), beta: image == 0 ? 0 : 1)
      }
      results.bias = try result.converted(to: dtype)
    }
    return results
  }

  /// Adds the products of what windows lie on with what they give, for all images: the gradient by
  /// the weight.
  private func addProducts(
    _ large: Tensor, _ small: Tensor, into result: Tensor, _ geometry: WindowGeometry
  ) throws {
    let job = try WeightJob(
      columns: ColumnBuffer(geometry: geometry, itemSize: large.itemSize),
      gemm: GEMM(large.dtype, beta: 1), large: large.bytes,
      small: UnsafeMutableRawPointer(mutating: small.bytes), result: result.mutableBytes(),
      batch: large.sizes[0], groups: groups, channels: large.sizes[1] / groups,
      outputs: small.sizes[1] / groups)
    withExtendedLifetime((large, small)) { job.run() }
  }
}

/// The products of a gradient by the weight, one for each group and range of channels.
private struct WeightJob: @unchecked Sendable {
  let columns: ColumnBuffer
  let gemm: GEMM
  let large: UnsafeRawPointer
  let small: UnsafeMutableRawPointer
  let result: UnsafeMutableRawPointer
  let batch: Int
  let groups: Int
  let channels: Int
  let outputs: Int

  func run() {
    let size = columns.itemSize
    let taps = columns.rowsPerChannel
    let windows = columns.geometry.output.count
    let perGroup = (Parallel.threadCount + groups - 1) / groups
    let chunk = max((channels + perGroup - 1) / perGroup, 1)
    let chunks = (channels + chunk - 1) / chunk
    let tile = min(max(Convolution.columnBytes / (chunk * taps * size), 32), windows)
    Parallel.ranges(of: groups * chunks, grain: 1) { units in
      let buffer = UnsafeMutableRawPointer.allocate(
        byteCount: chunk * taps * tile * size, alignment: 64)
      defer { buffer.deallocate() }
      for unit in units {
        let (group, first) = (unit / chunks, unit % chunks * chunk)
        let part = first..<min(first + chunk, channels)
        for image in 0..<batch {
          let place = image * groups + group
          for start in stride(from: 0, to: windows, by: tile) {
            let range = start..<min(start + tile, windows)
            columns.gather(
              large + place * channels * columns.geometry.input.count * size, channels: part,
              windows: range, into: buffer)
            gemm.run(
              MatrixLayout(
                small + (place * outputs * windows + start) * size, rows: outputs,
                columns: range.count, rowStride: windows),
              MatrixLayout(buffer, rows: part.count * taps, columns: range.count).transposed,
              MatrixLayout(
                result + (group * outputs * channels + first) * taps * size, rows: outputs,
                columns: part.count * taps, rowStride: channels * taps))
          }
        }
      }
    }
  }
}
