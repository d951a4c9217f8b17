import COneDNN
import FXCore
import FXTensor
import Synchronization

/// Convolutions of float32 tensors by oneDNN, divided among threads.
///
/// It is opened at the first convolution that is large enough; where it is missing, or has no fast
/// code for a shape, products with columns do the work.
struct OneDNNConvolution {
  /// Convolutions of fewer multiplications are done before code for their shape is made.
  static let leastWork = 1 << 20
  /// Longer rows are divided into columns of `tileWidth`, since making code takes the longer the
  /// longer rows are: 0.1 s for 28,000 columns.
  static let longestRow = 1024
  static let tileWidth = 512

  private let convolution: Convolution
  private let input: Tensor
  private let weight: Tensor
  private let bias: Tensor?
  private let result: Tensor
  private let library: OneDNN?

  /// Prepares a convolution of dense operands that is not transposed, of any strides but for the
  /// weight, by the newest library or by a certain one.
  init(
    _ convolution: Convolution, _ input: Tensor, _ weight: Tensor, _ bias: Tensor?,
    into result: Tensor, library: OneDNN? = OneDNN.installed
  ) {
    self.library = library
    self.convolution = convolution
    self.input = input
    self.weight = weight
    self.bias = bias
    self.result = result
  }

  /// Whether code for a convolution is worth its making, and can be made.
  ///
  /// - Throws: `tensor.memory` for a result of more elements than can be counted.
  static func isWorthwhile(_ resultSizes: [Int], _ weight: Tensor) throws -> Bool {
    let places = try Geometry.elementCount(resultSizes) / max(resultSizes[1], 1)
    let (work, isBeyond) = places.multipliedReportingOverflow(by: weight.elementCount)
    return (isBeyond || work >= leastWork) && OneDNN.installed != nil
  }

  /// Computes the result; returns false where oneDNN has no fast code, with nothing done.
  func run() throws -> Bool {
    guard let library else { return false }
    let parts = parts(for: Parallel.threadCount)
    var prepared: [PreparedConvolution] = []
    for part in parts {
      guard let made = PreparedConvolution.find(shape(of: part), in: library) else { return false }
      prepared.append(made)
    }
    let job = Job(
      prepared: prepared, parts: parts, source: try input.pointer(Float.self),
      weight: try weight.pointer(Float.self), bias: try bias?.pointer(Float.self),
      result: try result.mutablePointer(Float.self), inputStrides: input.strides,
      resultStrides: result.strides, channels: weight.sizes[1],
      weightStep: weight.elementCount / weight.sizes[0],
      outputs: weight.sizes[0] / convolution.groups)
    let failures = Atomic<Int>(0)
    withExtendedLifetime((input, weight, bias)) {
      Parallel.forEach(parts.count) { index in
        if !job.run(index) { failures.wrappingAdd(1, ordering: .relaxed) }
      }
    }
    return failures.load(ordering: .relaxed) == 0
  }

  /// The images, groups, output channels of each group and columns that one thread computes.
  private struct Part {
    var images: Range<Int>
    var groups: Range<Int>
    var outputs: Range<Int>
    /// Results in the last dimension.
    var columns: Range<Int>
    /// What of the input these need, and what of that lies before it.
    var inputColumns: Range<Int>
    var padding: Int
  }

  /// Divides images among threads, where they are too few groups, and then channels of groups, which
  /// oneDNN computes in blocks of 16; long rows are divided whatever threads there are.
  private func parts(for threads: Int) -> [Part] {
    let outputs = weight.sizes[0] / convolution.groups
    let columns = columnTiles()
    let images = split(input.sizes[0], into: columns.count >= threads ? 1 : threads)
    let groups = split(convolution.groups, into: threads / (images.count * columns.count))
    let channels = split(
      outputs, into: threads / (images.count * groups.count * columns.count),
      unit: outputs < 32 ? outputs : 16)
    var parts: [Part] = []
    for images in images {
      for groups in groups {
        for channels in channels {
          for columns in columns {
            parts.append(part(images, groups, channels, columns))
          }
        }
      }
    }
    return parts
  }

  private func columnTiles() -> [Range<Int>] {
    let width = result.sizes[result.rank - 1]
    let tile = width > Self.longestRow ? Self.tileWidth : width
    return stride(from: 0, to: width, by: tile).map { $0..<min($0 + tile, width) }
  }

  private func part(
    _ images: Range<Int>, _ groups: Range<Int>, _ outputs: Range<Int>, _ columns: Range<Int>
  ) -> Part {
    let axis = convolution.stride.count - 1
    let (step, width) = (convolution.stride[axis], input.sizes[input.rank - 1])
    let reach = convolution.dilation[axis] * (weight.sizes[weight.rank - 1] - 1) + 1
    let start = columns.lowerBound * step - convolution.padding[axis]
    let end = (columns.upperBound - 1) * step - convolution.padding[axis] + reach
    let first = min(max(start, 0), width)
    return Part(
      images: images, groups: groups, outputs: outputs, columns: columns,
      inputColumns: first..<max(first, min(end, width)), padding: first - start)
  }

  private func split(_ count: Int, into parts: Int, unit: Int = 1) -> [Range<Int>] {
    let units = (count + unit - 1) / unit
    let parts = min(max(parts, 1), units)
    return (0..<parts).map { part in
      let range = Parallel.range(part, of: parts, in: units)
      return range.lowerBound * unit..<min(range.upperBound * unit, count)
    }
  }

  private func shape(of part: Part) -> ConvolutionShape {
    ConvolutionShape(
      hasBias: bias != nil, images: part.images.count, groups: part.groups.count,
      channels: weight.sizes[1], outputs: part.outputs.count,
      input: input.sizes.dropFirst(2).dropLast() + [part.inputColumns.count],
      kernel: Array(weight.sizes.dropFirst(2)),
      output: result.sizes.dropFirst(2).dropLast() + [part.columns.count],
      stride: convolution.stride, dilation: convolution.dilation,
      padding: convolution.padding.dropLast() + [part.padding], sourceStrides: input.strides,
      resultStrides: result.strides)
  }

  private struct Job: @unchecked Sendable {
    let prepared: [PreparedConvolution]
    let parts: [Part]
    let source: UnsafePointer<Float>
    let weight: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let result: UnsafeMutablePointer<Float>
    let inputStrides: [Int]
    let resultStrides: [Int]
    let channels: Int
    let weightStep: Int
    let outputs: Int

    func run(_ index: Int) -> Bool {
      let part = parts[index]
      let (image, group) = (part.images.lowerBound, part.groups.lowerBound)
      let first = group * outputs + part.outputs.lowerBound
      let last = inputStrides.count - 1
      let from =
        image * inputStrides[0] + group * channels * inputStrides[1]
        + part.inputColumns.lowerBound * inputStrides[last]
      let to =
        image * resultStrides[0] + first * resultStrides[1]
        + part.columns.lowerBound * resultStrides[last]
      return prepared[index].run(
        source + from, weight + first * weightStep, bias.map { $0 + first }, result + to)
    }
  }
}

/// What code of oneDNN is made for.
struct ConvolutionShape: Hashable {
  var hasBias: Bool
  var images: Int
  var groups: Int
  /// The input channels of a group.
  var channels: Int
  /// The output channels of a group.
  var outputs: Int
  var input: [Int]
  var kernel: [Int]
  var output: [Int]
  var stride: [Int]
  var dilation: [Int]
  var padding: [Int]
  var sourceStrides: [Int]
  var resultStrides: [Int]

  /// The shape as the library's functions take it.
  fileprivate var description: fx_convolution_shape {
    var shape = fx_convolution_shape()
    shape.spatial_rank = Int32(kernel.count)
    shape.has_bias = hasBias ? 1 : 0
    (shape.images, shape.groups) = (Int64(images), Int64(groups))
    (shape.channels, shape.outputs) = (Int64(channels), Int64(outputs))
    fill(&shape.input, input)
    fill(&shape.kernel, kernel)
    fill(&shape.output, output)
    fill(&shape.stride, stride)
    fill(&shape.dilation, dilation)
    fill(&shape.padding, padding)
    fill(&shape.source_strides, sourceStrides)
    fill(&shape.result_strides, resultStrides)
    return shape
  }

  /// Fills an array of C, which Swift sees as a tuple.
  private func fill<Array>(_ array: inout Array, _ values: [Int]) {
    withUnsafeMutableBytes(of: &array) { bytes in
      let numbers = bytes.bindMemory(to: Int64.self)
      for (index, value) in values.enumerated() { numbers[index] = Int64(value) }
    }
  }
}

/// Code of oneDNN for one shape, which is kept for the next time.
final class PreparedConvolution: @unchecked Sendable {
  private let handle: OpaquePointer

  private init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { fx_convolution_destroy(handle) }

  /// The most shapes that are kept; programs with more sizes than that make code anew.
  private static let mostKept = 512
  /// Shapes for which the library has no fast code are there without any.
  private static let known = Locked<[Key: PreparedConvolution?]>([:])

  private struct Key: Hashable {
    let library: OneDNN
    let shape: ConvolutionShape
  }

  /// Returns a library's code for a shape; nil where it has no fast code for it.
  static func find(
    _ shape: ConvolutionShape, in library: OneDNN
  ) -> PreparedConvolution? {
    known.withLock { known in
      let key = Key(library: library, shape: shape)
      if let found = known[key] { return found }
      if known.count >= mostKept { known.removeAll() }
      var description = shape.description
      let made = fx_convolution_create(library.handle, &description).map { PreparedConvolution($0) }
      known[key] = .some(made)
      return made
    }
  }

  /// Computes the convolution of operands that lie as the shape says; returns false where memory is
  /// short.
  func run(
    _ source: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
    _ result: UnsafeMutablePointer<Float>
  ) -> Bool {
    guard let scratch = try? StorageMemory.allocate(fx_convolution_scratch_size(handle)) else {
      return false
    }
    defer { scratch.release() }
    return fx_convolution_run(handle, source, weight, bias, result, scratch.base)
  }
}
