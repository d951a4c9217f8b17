import FXCore
import FXTensor

/// Discrete Fourier transforms of dimensions of tensors, computed in double precision.
///
/// All throw `tensor.shape`, `tensor.index`, `tensor.memory`, or `tensor.dtype`.
public enum FourierTransform {
  /// Tells by what a transform divides its results.
  public enum Normalization: Int, Sendable {
    case none = 0
    case rootOfCount = 1
    case count = 2

    func factor(_ count: Int) -> Double {
      switch self {
      case .none: 1
      case .rootOfCount: 1 / Double(count).squareRoot()
      case .count: 1 / Double(count)
      }
    }
  }

  /// Transforms complex numbers (`torch.ops.aten._fft_c2c`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func complex(
    _ tensor: Tensor, _ axes: [Int], _ normalization: Normalization, forward: Bool
  ) throws -> Tensor {
    guard tensor.dtype.isComplex else { throw noKernel(for: tensor.dtype) }
    let axes = try places(axes, tensor)
    if axes.isEmpty { return try tensor.clone() }
    return try computing(tensor) { source in
      let result = try output(source, source.sizes, source.dtype, axes, keepsLast: false)
      let factor = normalization.factor(count(axes, source.sizes))
      try transform(source, result, axes, factor: factor, forward: forward)
      return result
    }
  }

  /// Transforms real numbers (`torch.ops.aten._fft_r2c`).
  ///
  /// - Parameter isHalf: whether the last of the dimensions keeps only the frequencies from 0 to
  ///   half of its size.
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func real(
    _ tensor: Tensor, _ axes: [Int], _ normalization: Normalization, isHalf: Bool
  ) throws -> Tensor {
    guard tensor.dtype.isFloatingPoint else { throw noKernel(for: tensor.dtype) }
    let axes = try places(axes, tensor)
    guard let last = axes.last else { throw FXError(.tensorShape, "no dimension is transformed") }
    return try computing(tensor, result: tensor.dtype.complexType) { source in
      var sizes = source.sizes
      if isHalf { sizes[last] = sizes[last] / 2 + 1 }
      let result = try output(source, sizes, source.dtype.complexType, axes, keepsLast: true)
      let factor = normalization.factor(count(axes, source.sizes))
      let order = [last] + axes.dropLast()
      try transform(source, result, order, factor: factor, forward: true)
      return result
    }
  }

  /// Transforms the half of a Hermitian spectrum back to real numbers (`torch.ops.aten._fft_c2r`).
  ///
  /// - Parameter size: the size of the last of the dimensions in the result.
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func hermitian(
    _ tensor: Tensor, _ axes: [Int], _ normalization: Normalization, size: Int
  ) throws -> Tensor {
    guard tensor.dtype.isComplex else { throw noKernel(for: tensor.dtype) }
    let axes = try places(axes, tensor)
    guard let last = axes.last else { throw FXError(.tensorShape, "no dimension is transformed") }
    guard size >= 1, tensor.sizes[last] > size / 2 else {
      throw FXError(
        .tensorShape,
        "a signal of size \(size) has \(size / 2 + 1) frequencies, found "
          + "\(tensor.sizes[last])")
    }
    return try computing(tensor, result: tensor.dtype.partType) { tensor in
      var source = tensor
      if axes.count > 1 {
        source = try complex(tensor, Array(axes.dropLast()), .none, forward: false)
      }
      var sizes = source.sizes
      sizes[last] = size
      let result = try output(source, sizes, source.dtype.partType, [last], keepsLast: true)
      let factor = normalization.factor(count(axes, sizes))
      try transform(source, result, [last], factor: factor, forward: false)
      return result
    }
  }

  /// Returns the order in which PyTorch lays out the result's dimensions, the slowest first.
  ///
  /// - Parameters:
  ///   - keepsLast: whether the last of the transformed dimensions is the fastest in any case.
  ///   - isLess: tells whether the stride of one dimension is less than that of another.
  public static func order(
    rank: Int, _ axes: [Int], keepsLast: Bool, isLess: (Int, Int) throws -> Bool
  ) rethrows -> [Int] {
    func sorted(_ axes: [Int]) throws -> [Int] {
      var order: [Int] = []
      for axis in axes {
        var place = order.count
        while place > 0, try isLess(order[place - 1], axis) { place -= 1 }
        order.insert(axis, at: place)
      }
      return order
    }
    let others = try sorted((0..<rank).filter { !axes.contains($0) })
    if keepsLast, let last = axes.last { return try others + sorted(axes.dropLast()) + [last] }
    return try others + sorted(axes)
  }

  private static func places(_ axes: [Int], _ tensor: Tensor) throws -> [Int] {
    let places = try axes.map { try Geometry.axis($0, of: tensor.rank) }
    guard tensor.rank > 0 || axes.isEmpty, Set(places).count == places.count else {
      throw FXError(.tensorShape, "the dimensions \(Geometry.text(axes)) are not distinct")
    }
    return places
  }

  private static func count(_ axes: [Int], _ sizes: [Int]) -> Int {
    axes.reduce(1) { $0 * sizes[$1] }
  }

  /// Computes numbers of half precision in single precision.
  private static func computing(
    _ tensor: Tensor, result: ScalarType? = nil, _ body: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let wide = tensor.dtype.computeType
    if wide == tensor.dtype { return try body(tensor) }
    return try body(tensor.converted(to: wide)).converted(to: result ?? tensor.dtype)
  }

  private static func output(
    _ source: Tensor, _ sizes: [Int], _ dtype: ScalarType, _ axes: [Int], keepsLast: Bool
  ) throws -> Tensor {
    if sizes.contains(0) { return try Tensor.empty(sizes, dtype, device: source.device) }
    let order = order(rank: source.rank, axes, keepsLast: keepsLast) {
      source.strides[$0] < source.strides[$1]
    }
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    let result = try Tensor.empty(order.map { sizes[$0] }, dtype, device: source.device)
    return try result.permute(inverse)
  }

  /// Transforms one dimension after the other: the first from the source, the others in place.
  private static func transform(
    _ source: Tensor, _ result: Tensor, _ axes: [Int], factor: Double, forward: Bool
  ) throws {
    if result.elementCount == 0 { return }
    var source = source
    for (index, axis) in axes.enumerated() {
      let signal = result.dtype.isComplex ? source : result
      guard signal.sizes[axis] > 0 else { throw FXError(.tensorShape, "a signal is empty") }
      let lines = FourierLines(
        source: source, result: result, axis: axis, length: signal.sizes[axis],
        factor: index == axes.count - 1 ? factor : 1, isForward: forward)
      switch result.dtype.partType {
      case .float32: try lines.run(Float.self)
      case .float64: try lines.run(Double.self)
      default: throw noKernel(for: result.dtype)
      }
      source = result
    }
  }
}

/// The transforms of all lines along one dimension.
private struct FourierLines {
  let source: Tensor
  let result: Tensor
  let axis: Int
  let length: Int
  let factor: Double
  let isForward: Bool

  private static let lanes = 8

  func run<Part: BinaryFloatingPoint>(_: Part.Type) throws {
    let plan = FourierPlan(length: length)
    let count = result.elementCount / result.sizes[axis]
    let lanes = min(count, Self.lanes)
    let groups = (count + lanes - 1) / lanes
    let input = source.bytes.assumingMemoryBound(to: Part.self)
    let output = try result.mutableBytes().assumingMemoryBound(to: Part.self)
    let grain = max(Parallel.grain / (8 * plan.workCount * lanes), 1)
    Parallel.ranges(of: groups, grain: grain) { range in
      let memory = FourierMemory(count: plan.workCount * lanes)
      for group in range {
        let lines = (group * lanes)..<min(group * lanes + lanes, count)
        for line in lines { load(input, line, memory.data, lane: line % lanes, of: lanes) }
        let values: ComplexParts
        if isForward {
          values = plan.transform(memory.data, memory.scratch, lanes: lanes)
        } else {
          let (data, scratch) = (memory.data.swapped, memory.scratch.swapped)
          values = plan.transform(data, scratch, lanes: lanes).swapped
        }
        for line in lines { store(values, output, line, lane: line % lanes, of: lanes) }
      }
    }
  }

  private func load<Part: BinaryFloatingPoint>(
    _ input: UnsafePointer<Part>, _ line: Int, _ data: ComplexParts, lane: Int, of lanes: Int
  ) {
    let width = source.dtype.isComplex ? 2 : 1
    let step = source.strides[axis] * width
    var from = input + offset(of: line, source.strides) * width
    // A spectrum of real numbers gives one half; the other is its mirror image.
    let isMirrored = !result.dtype.isComplex
    let count = isMirrored ? length / 2 + 1 : length
    var to = lane
    for _ in 0..<count {
      data.real[to] = Double(from[0])
      data.imaginary[to] = width == 2 ? Double(from[1]) : 0
      from += step
      to += lanes
    }
    guard isMirrored else { return }
    data.imaginary[lane] = 0
    if length % 2 == 0 { data.imaginary[length / 2 * lanes + lane] = 0 }
    for index in count..<max(length, count) {
      let mirror = (length - index) * lanes + lane
      data.real[index * lanes + lane] = data.real[mirror]
      data.imaginary[index * lanes + lane] = -data.imaginary[mirror]
    }
  }

  private func store<Part: BinaryFloatingPoint>(
    _ values: ComplexParts, _ output: UnsafeMutablePointer<Part>, _ line: Int, lane: Int,
    of lanes: Int
  ) {
    let width = result.dtype.isComplex ? 2 : 1
    let step = result.strides[axis] * width
    var to = output + offset(of: line, result.strides) * width
    var from = lane
    for _ in 0..<result.sizes[axis] {
      to[0] = Part(values.real[from] * factor)
      if width == 2 { to[1] = Part(values.imaginary[from] * factor) }
      to += step
      from += lanes
    }
  }

  private func offset(of line: Int, _ strides: [Int]) -> Int {
    var (rest, offset) = (line, 0)
    for dimension in result.sizes.indices.reversed() where dimension != axis {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: result.sizes[dimension])
      offset += index * strides[dimension]
      rest = quotient
    }
    return offset
  }
}
