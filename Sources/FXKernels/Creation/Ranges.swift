import FXCore
import FXTensor

/// Tensors of evenly spaced numbers.
public enum Ranges {
  /// Returns how many numbers there are from a start up to an end, which is not one of them.
  ///
  /// - Throws: `tensor.shape` where the step leads away from the end, or is 0.
  public static func count(
    from start: Scalar, to end: Scalar, step: Scalar, _ dtype: ScalarType
  ) throws(FXError) -> Int {
    if dtype == .int64, case .int(let start) = start, case .int(let end) = end,
      case .int(let step) = step
    {
      try check(Double(step), Double(end) - Double(start))
      let (distance, overflow) = end.subtractingReportingOverflow(start)
      if !overflow {
        let whole = distance / step
        return whole &* step == distance ? whole : whole + 1
      }
    }
    let distance = end.double - start.double
    try check(step.double, distance)
    let count = (distance / step.double).rounded(.up)
    guard count.isFinite, count < 0x1p62 else {
      throw FXError(.tensorShape, "a range from \(start) to \(end) has no end")
    }
    return Int(count)
  }

  private static func check(_ step: Double, _ distance: Double) throws(FXError) {
    guard step != 0, !step.isNaN, distance == 0 || (distance > 0) == (step > 0) || distance.isNaN
    else {
      throw FXError(.tensorShape, "steps of \(step) do not lead over a distance of \(distance)")
    }
  }

  /// Fills a vector with `start + step * index`.
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public static func fill(_ target: Tensor, start: Scalar, step: Scalar) throws {
    let count = target.elementCount
    if target.dtype.isIntegral() {
      let (first, step) = (start.element(Int64.self), step.element(Int64.self))
      let values = (0..<count).map { first &+ step &* Int64($0) }
      try target.copy(from: .of(values))
    } else {
      let (first, step) = (start.double, step.double)
      let values = (0..<count).map { first + step * Double($0) }
      try target.copy(from: .of(values))
    }
  }
}

extension Ranges {
  /// Fills a vector with numbers from a start to an end, both of which are among them
  /// (`torch.linspace`); with a base, with its powers (`torch.logspace`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public static func fillLinear(
    _ target: Tensor, start: Scalar, end: Scalar, base: Double? = nil
  ) throws {
    let places = Places(target, start, end)
    let values = (0..<target.elementCount).map { index in
      let value = places[index]
      guard let base else { return value }
      if value.imaginary == 0 { return Complex(Double.pow(base, value.real), 0) }
      return Complex.pow(Complex(base, 0), value)
    }
    if target.dtype.isComplex {
      try target.copy(from: .of(values))
    } else {
      try target.copy(from: .of(values.map(\.real)))
    }
  }
}

/// Evenly spaced numbers, counted from the nearer end.
private struct Places {
  private let count: Int
  private let start: Complex<Double>
  private let end: Complex<Double>
  private let step: Complex<Double>

  init(_ target: Tensor, _ start: Scalar, _ end: Scalar) {
    count = target.elementCount
    // Ends of integers are integers before anything is computed.
    let isIntegral = target.dtype.isIntegral()
    let ends = [start, end].map { number in
      isIntegral
        ? Complex(number.double.rounded(.towardZero), 0)
        : Complex(number.double, number.imaginary)
    }
    self.start = ends[0]
    self.end = ends[1]
    let intervals = Double(max(count - 1, 1))
    let difference = ends[1] - ends[0]
    step = Complex(difference.real / intervals, difference.imaginary / intervals)
  }

  subscript(index: Int) -> Complex<Double> {
    let isFirstHalf = index < count / 2 || count == 1
    let steps = Complex(Double(isFirstHalf ? index : count - 1 - index), 0)
    return isFirstHalf ? start + step * steps : end - step * steps
  }
}
