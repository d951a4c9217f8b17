import FXCore
import FXTensor

/// Filters of sound whose every sample depends on those before.
public enum RecursiveFilter {
  /// Writes the output of a filter behind its first samples, which are given
  /// (`torchaudio::_lfilter_core_loop`).
  ///
  /// - Parameters:
  ///   - input: samples of (batch, channels, time).
  ///   - coefficients: those of the output of each channel, the oldest sample first.
  ///   - output: samples of (batch, channels, time + coefficients - 1), to be written to.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func run(_ input: Tensor, coefficients: Tensor, into output: Tensor) throws {
    guard input.rank == 3, output.rank == 3, coefficients.rank == 2,
      input.sizes.prefix(2) == output.sizes.prefix(2), coefficients.sizes[0] == input.sizes[1],
      coefficients.sizes[1] > 0,
      output.sizes[2] == input.sizes[2] + coefficients.sizes[1] - 1
    else {
      throw FXError(
        .tensorShape,
        "samples of \(Geometry.text(input.sizes)) filtered by \(Geometry.text(coefficients.sizes)) "
          + "do not fit \(Geometry.text(output.sizes))")
    }
    try checkDTypes([input, coefficients, output])
    let source = try input.contiguous()
    let factors = try coefficients.contiguous()
    let target = try output.contiguous()
    switch input.dtype {
    case .float32: try filter(source, factors, target, Float.self)
    default: try filter(source, factors, target, Double.self)
    }
    if target !== output { try output.copy(from: target) }
  }

  private static func filter<Number: FloatElement & FloatingPoint>(
    _ input: Tensor, _ coefficients: Tensor, _ output: Tensor, _: Number.Type
  ) throws {
    let job = FilterJob<Number>(
      input: try input.pointer(Number.self), coefficients: try coefficients.pointer(Number.self),
      output: try output.mutablePointer(Number.self), channels: input.sizes[1],
      count: input.sizes[2], order: coefficients.sizes[1])
    let rows = input.sizes[0] * input.sizes[1]
    let cost = max(input.sizes[2] * coefficients.sizes[1], 1)
    withExtendedLifetime((input, coefficients)) {
      Parallel.ranges(of: rows, grain: max(Parallel.grain / cost, 1)) { range in
        for row in range { job.run(row) }
      }
    }
  }

  /// Distorts samples of (channels, time) (`torchaudio::_overdrive_core_loop`).
  ///
  /// - Parameters:
  ///   - samples: the samples.
  ///   - clipped: the samples after clipping.
  ///   - lastInput: the sample before, a channel; becomes the last one.
  ///   - lastOutput: the state of the filter, a channel; becomes the last one.
  ///   - output: the result, to be written to.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func overdrive(
    _ samples: Tensor, clipped: Tensor, lastInput: Tensor, lastOutput: Tensor, into output: Tensor
  ) throws {
    let channels = Array(samples.sizes.prefix(1))
    guard samples.rank == 2, clipped.sizes == samples.sizes, output.sizes == samples.sizes,
      lastInput.sizes == channels, lastOutput.sizes == channels
    else {
      throw FXError(
        .tensorShape, "the tensors do not fit samples of \(Geometry.text(samples.sizes))")
    }
    let all = [samples, clipped, lastInput, lastOutput, output]
    try checkDTypes(all)
    let parts = try all.map { try $0.contiguous() }
    switch samples.dtype {
    case .float32: try distort(parts, Float.self)
    default: try distort(parts, Double.self)
    }
    for (part, written) in zip(parts, all).suffix(3) where part !== written {
      try written.copy(from: part)
    }
  }

  private static func distort<Number: FloatElement & BinaryFloatingPoint>(
    _ parts: [Tensor], _: Number.Type
  ) throws {
    let samples = try parts[0].pointer(Number.self)
    let clipped = try parts[1].pointer(Number.self)
    let lastInput = try parts[2].mutablePointer(Number.self)
    let lastOutput = try parts[3].mutablePointer(Number.self)
    let output = try parts[4].mutablePointer(Number.self)
    let count = parts[0].sizes[1]
    withExtendedLifetime(parts) {
      for channel in 0..<parts[0].sizes[0] {
        for place in channel * count..<(channel + 1) * count {
          // The factors are doubles, and results are rounded once.
          let difference = Double(clipped[place] - lastInput[channel])
          lastOutput[channel] = Number(difference + 0.995 * Double(lastOutput[channel]))
          lastInput[channel] = clipped[place]
          output[place] = Number(
            Double(samples[place]) * 0.5 + Double(lastOutput[channel]) * 0.75)
        }
      }
    }
  }

  private static func checkDTypes(_ tensors: [Tensor]) throws {
    let dtype = tensors[0].dtype
    guard dtype == .float32 || dtype == .float64 else { throw noKernel(for: dtype) }
    for other in tensors where other.dtype != dtype {
      throw FXError(
        .tensorDType, "samples of \(dtype.name) stand beside numbers of \(other.dtype.name)")
    }
  }
}

/// A filter on memory.
private struct FilterJob<Number: FloatElement & FloatingPoint>: @unchecked Sendable {
  let input: UnsafePointer<Number>
  let coefficients: UnsafePointer<Number>
  let output: UnsafeMutablePointer<Number>
  let channels: Int
  let count: Int
  let order: Int

  func run(_ row: Int) {
    let source = input + row * count
    let target = output + row * (count + order - 1)
    let factors = coefficients + row % channels * order
    for place in 0..<count {
      var sample = source[place]
      for index in 0..<order { sample -= target[place + index] * factors[index] }
      target[place + order - 1] = sample
    }
  }
}
