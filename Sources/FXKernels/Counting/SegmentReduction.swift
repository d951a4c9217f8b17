import FXCore
import FXTensor

/// Reduces stretches of a dimension (`torch.segment_reduce`).
public struct SegmentReduction {
  /// What is computed of a stretch.
  public enum Kind: String, Sendable {
    case sum, mean, max, min, prod
  }

  let kind: Kind
  let initial: Double?

  /// Describes a reduction; without an initial value it starts as the kind suggests.
  public init(_ kind: Kind, initial: Double? = nil) {
    self.kind = kind
    self.initial = initial
  }

  /// Reduces the stretches between offsets, which lie in the last dimension of theirs.
  ///
  /// - Throws: `tensor.shape` where offsets do not fit, `tensor.dtype` or `tensor.memory`.
  public func run(_ data: Tensor, offsets: Tensor) throws -> Tensor {
    guard data.dtype.isFloatingPoint else { throw noKernel(for: data.dtype) }
    let axis = offsets.rank - 1
    guard axis >= 0, axis < data.rank, offsets.sizes.dropLast() == data.sizes.prefix(axis),
      let offsetCount = offsets.sizes.last, offsetCount > 0
    else { throw FXError(.tensorShape, "offsets and data have different dimensions") }
    var sizes = data.sizes
    sizes[axis] = offsetCount - 1
    let source = try data.converted(to: .float64).contiguous()
    let result = try Tensor.empty(sizes, .float64)
    let outer = data.sizes[..<axis].reduce(1, *)
    let inner = data.sizes[(axis + 1)...].reduce(1, *)
    let length = data.sizes[axis]
    let places = try offsets.elements(as: Int64.self).map { Int($0) }
    let from = try source.pointer(Double.self)
    let to = try result.mutablePointer(Double.self)
    for row in 0..<outer {
      for segment in 0..<(offsetCount - 1) {
        let start = places[row * offsetCount + segment]
        let end = places[row * offsetCount + segment + 1]
        guard start >= 0, start <= end, end <= length else {
          throw FXError(.tensorShape, "a segment from \(start) to \(end) is not within the data")
        }
        for column in 0..<inner {
          let base = from + row * length * inner + column
          to[(row * (offsetCount - 1) + segment) * inner + column] = reduce(
            base + start * inner, stride: inner, count: end - start)
        }
      }
    }
    return try withExtendedLifetime(source) { try result.converted(to: data.dtype) }
  }

  private func reduce(_ base: UnsafePointer<Double>, stride: Int, count: Int) -> Double {
    var value = initial ?? identity
    for index in 0..<count {
      let element = base[index * stride]
      switch kind {
      case .sum, .mean: value += element
      case .prod: value *= element
      case .max: value = element.isNaN || element > value ? element : value
      case .min: value = element.isNaN || element < value ? element : value
      }
    }
    guard kind == .mean else { return value }
    if count == 0 { return initial ?? .nan }
    return value / Double(count)
  }

  private var identity: Double {
    switch kind {
    case .sum, .mean: 0
    case .prod: 1
    case .max: -.infinity
    case .min: .infinity
    }
  }
}
