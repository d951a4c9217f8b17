import FXCore
import FXTensor

/// What a glance at a tensor's elements tells: least, greatest, mean, and how many are no numbers.
public struct TensorSummary: Hashable, Sendable {
  /// The least element; nil where there is none that is a number.
  public private(set) var min: Double?
  /// The greatest element.
  public private(set) var max: Double?
  /// The mean of the finite elements.
  public private(set) var mean: Double?
  /// How many elements are NaN.
  public private(set) var nanCount = 0
  /// How many elements are infinite.
  public private(set) var infiniteCount = 0

  /// Looks at all elements; complex ones count by their absolute value.
  ///
  /// - Throws: `tensor.memory`.
  public init(_ tensor: Tensor) throws {
    var sum = 0.0
    var count = 0
    // Parts of a few thousand elements keep the converted copies small.
    let flat = try tensor.contiguous().view([tensor.elementCount])
    for start in stride(from: 0, to: flat.elementCount, by: 8192) {
      let length = Swift.min(8192, flat.elementCount - start)
      for value in try Self.numbers(flat.narrow(0, start: start, length: length)) {
        if value.isNaN {
          nanCount += 1
          continue
        }
        if value < min ?? .infinity || min == nil { min = value }
        if value > max ?? -.infinity || max == nil { max = value }
        if value.isInfinite {
          infiniteCount += 1
        } else {
          sum += value
          count += 1
        }
      }
    }
    if count > 0 { mean = sum / Double(count) }
  }

  private static func numbers(_ tensor: Tensor) throws -> [Double] {
    guard tensor.dtype.isComplex else { return try tensor.elements(as: Double.self) }
    return try tensor.elements(as: Complex<Double>.self).map {
      ($0.real * $0.real + $0.imaginary * $0.imaginary).squareRoot()
    }
  }
}
