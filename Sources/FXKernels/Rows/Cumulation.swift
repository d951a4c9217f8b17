import CVectorMath
import FXCore
import FXTensor
import Glibc

/// Running sums, products and extremes along a dimension.
///
/// Results are contiguous. All throw `tensor.index`, `tensor.dtype` and `tensor.memory`.
public enum Cumulation {
  /// Adds up the elements so far, in a dtype; integers in int64 unless it is given (`torch.cumsum`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func sum(
    _ tensor: Tensor, _ axis: Int, _ dtype: ScalarType? = nil
  ) throws -> Tensor {
    try accumulate(tensor, axis, dtype, isSum: true)
  }

  /// Multiplies the elements so far (`torch.cumprod`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func product(
    _ tensor: Tensor, _ axis: Int, _ dtype: ScalarType? = nil
  ) throws -> Tensor {
    try accumulate(tensor, axis, dtype, isSum: false)
  }

  /// Finds the largest or smallest element so far, the last of equal ones, and its place
  /// (`torch.cummax`, `torch.cummin`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func extreme(
    _ tensor: Tensor, _ axis: Int, isLargest: Bool
  ) throws -> (values: Tensor, indices: Tensor) {
    let rows = try RowMatrix(tensor, axis, as: tensor.dtype.opMathType)
    let values = try rows.makeRows()
    let indices = try rows.makeRows(.int64)
    let work = RunExtreme(rows: rows, values: values, indices: indices, isLargest: isLargest)
    try dispatchOrdered(values.dtype, work)
    return (
      try rows.arranged(values).converted(to: tensor.dtype), try rows.arranged(indices)
    )
  }

  /// Returns the logarithm of the sum of exponentials so far (`torch.logcumsumexp`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func logSumExp(_ tensor: Tensor, _ axis: Int) throws -> Tensor {
    guard tensor.dtype.isFloatingPoint || tensor.dtype.isComplex else {
      throw noKernel(for: tensor.dtype)
    }
    let isComplex = tensor.dtype.isComplex
    let rows = try RowMatrix(tensor, axis, as: isComplex ? .complex128 : .float64)
    let result = try rows.makeRows()
    if isComplex {
      try scan(rows, result, from: Complex(-.infinity, 0), LogSum.add)
    } else {
      try scan(rows, result, from: -Double.infinity, LogSum.add)
    }
    return try rows.arranged(result).converted(to: tensor.dtype)
  }

  private static func accumulate(
    _ tensor: Tensor, _ axis: Int, _ dtype: ScalarType?, isSum: Bool
  ) throws -> Tensor {
    let target = dtype ?? tensor.dtype.sumType
    let source = try tensor.converted(to: target)
    let rows = try RowMatrix(source, axis, as: target.opMathType)
    let result = try rows.makeRows()
    if rows.tensor.dtype == .float32 {
      try accumulateFloats(rows, result, isSum: isSum)
    } else {
      try dispatchNumber(rows.tensor.dtype, RunTotal(rows: rows, result: result, isSum: isSum))
    }
    return try rows.arranged(result).converted(to: target)
  }

  /// Floats in double precision, as PyTorch does.
  private static func accumulateFloats(
    _ rows: RowMatrix, _ result: Tensor, isSum: Bool
  ) throws {
    let source = try rows.tensor.pointer(Float.self)
    let target = try result.mutablePointer(Float.self)
    let length = rows.length
    rows.forEachRow { row in
      let start = row * length
      var total = isSum ? 0.0 : 1.0
      for index in start..<(start + length) {
        total = isSum ? total + Double(source[index]) : total * Double(source[index])
        target[index] = Float(total)
      }
    }
  }
}

@inline(__always)
private func scan<Number: TensorElement>(
  _ rows: RowMatrix, _ result: Tensor, from initial: Number, _ step: (Number, Number) -> Number
) throws {
  let source = try rows.tensor.pointer(Number.self)
  let target = try result.mutablePointer(Number.self)
  let length = rows.length
  rows.forEachRow { row in
    let start = row * length
    var total = initial
    for index in start..<(start + length) {
      total = step(total, source[index])
      target[index] = total
    }
  }
}

private struct RunTotal: NumberWork {
  let rows: RowMatrix
  let result: Tensor
  let isSum: Bool

  func run<Number: NumberOpMath>(_: Number.Type) throws {
    if isSum {
      try scan(rows, result, from: Number.zero) { .sum($0, $1) }
    } else {
      try scan(rows, result, from: Number.one) { .product($0, $1) }
    }
  }
}

private struct RunExtreme: OrderedWork {
  let rows: RowMatrix
  let values: Tensor
  let indices: Tensor
  let isLargest: Bool

  func run<Number: OrderedOpMath>(_: Number.Type) throws {
    let source = try rows.tensor.pointer(Number.self)
    let values = try values.mutablePointer(Number.self)
    let indices = try indices.mutablePointer(Int64.self)
    let length = rows.length
    rows.forEachRow { row in
      let start = row * length
      var best = source[start]
      var place = 0
      for index in 0..<length {
        let value = source[start + index]
        let isFurther = isLargest ? value >= best : value <= best
        if value.isUnordered || (!best.isUnordered && isFurther) { (best, place) = (value, index) }
        values[start + index] = best
        indices[start + index] = Int64(place)
      }
    }
  }
}

/// The logarithm of a sum of two exponentials.
enum LogSum {
  static func add(_ left: Double, _ right: Double) -> Double {
    if left.isNaN { return left }
    if right.isNaN { return right }
    let (low, high) = (Swift.min(left, right), Swift.max(left, right))
    if low == high, low.isInfinite { return low }
    return high + log1p(exp(low - high))
  }

  static func add(_ left: Complex<Double>, _ right: Complex<Double>) -> Complex<Double> {
    if isNaN(left) || isNaN(right) { return Complex(.nan, .nan) }
    let isLess = left.real < right.real
    let (low, high) = isLess ? (left, right) : (right, left)
    if low.real == high.real, !low.real.isFinite {
      return low.real < 0 ? low : logarithm(exponential(low) + exponential(high))
    }
    return high + logarithm(Complex(1, 0) + exponential(low - high))
  }

  private static func isNaN(_ number: Complex<Double>) -> Bool {
    number.real.isNaN || number.imaginary.isNaN
  }

  private static func exponential(_ number: Complex<Double>) -> Complex<Double> {
    let size = exp(number.real)
    if number.imaginary == 0 || size == 0 { return Complex(size, 0) }
    return Complex(size * cos(number.imaginary), size * sin(number.imaginary))
  }

  private static func logarithm(_ number: Complex<Double>) -> Complex<Double> {
    Complex(log(fx_hypot(number.real, number.imaginary)), atan2(number.imaginary, number.real))
  }
}
