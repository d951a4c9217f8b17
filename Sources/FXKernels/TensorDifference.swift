import FXCore
import FXTensor

/// How far two tensors of the same shape are from one another.
///
/// An element is close where `|a - b| <= atol + rtol * |b|`, both are the same infinity, or both are
/// NaN (`torch.testing.assert_close` with `equal_nan`).
public struct TensorDifference: Hashable, Sendable {
  /// The bounds within which elements count as the same.
  public struct Tolerance: Hashable, Sendable {
    /// The part of the expected number's size.
    public var relative: Double
    /// What is allowed beside it.
    public var absolute: Double

    /// Makes a tolerance of its parts.
    public init(relative: Double, absolute: Double) {
      self.relative = relative
      self.absolute = absolute
    }

    /// Returns the bounds of `torch.testing.assert_close` for a dtype.
    public static func standard(for dtype: ScalarType) -> Tolerance {
      switch dtype {
      case .float16, .complex32: Tolerance(relative: 1e-3, absolute: 1e-5)
      case .bfloat16: Tolerance(relative: 1.6e-2, absolute: 1e-5)
      case .float32, .complex64: Tolerance(relative: 1.3e-6, absolute: 1e-5)
      case .float64, .complex128: Tolerance(relative: 1e-7, absolute: 1e-7)
      default: Tolerance(relative: 0, absolute: 0)
      }
    }
  }

  /// How many elements there are.
  public private(set) var count = 0
  /// How many elements are not close.
  public private(set) var mismatches = 0
  /// How many elements are not close and NaN where the expected one is not.
  public private(set) var nanInActual = 0
  /// How many elements are not close and not NaN where the expected one is.
  public private(set) var nanInExpected = 0
  /// How many elements are not close where one is infinite, or both are, and none is NaN.
  public private(set) var infiniteMismatches = 0
  /// How many elements are not close where both are finite.
  public var finiteMismatches: Int {
    mismatches - nanInActual - nanInExpected - infiniteMismatches
  }
  /// The greatest absolute difference of elements that are both finite.
  public private(set) var greatestAbsolute = 0.0
  /// The greatest difference relative to the expected element.
  public private(set) var greatestRelative = 0.0
  /// The position of the first element that is not close, in row-major order.
  public private(set) var firstMismatch: Int?

  /// Whether all elements are close.
  public var isClose: Bool { mismatches == 0 }

  /// Compares a tensor with the one that is expected.
  ///
  /// - Throws: `tensor.shape` where the shapes differ, or `tensor.memory`.
  public init(_ actual: Tensor, expected: Tensor, _ tolerance: Tolerance) throws {
    guard actual.sizes == expected.sizes else {
      throw FXError(
        .tensorShape,
        "the shapes \(Geometry.text(actual.sizes)) and \(Geometry.text(expected.sizes)) differ")
    }
    count = actual.elementCount
    if actual.dtype.isIntegral(includingBool: true), expected.dtype == actual.dtype {
      try compareIntegers(actual, expected)
      return
    }
    let (a, b) = (try Self.parts(actual), try Self.parts(expected))
    // Both parts of a complex number count once.
    let width = actual.dtype.isComplex || expected.dtype.isComplex ? 2 : 1
    for element in 0..<count {
      let range = element * width..<(element + 1) * width
      var isClose = true
      for index in range where !note(a[index], b[index], tolerance) { isClose = false }
      if isClose { continue }
      if firstMismatch == nil { firstMismatch = element }
      mismatches += 1
      if range.contains(where: { a[$0].isNaN && !b[$0].isNaN }) {
        nanInActual += 1
      } else if range.contains(where: { b[$0].isNaN && !a[$0].isNaN }) {
        nanInExpected += 1
      } else if range.contains(where: { a[$0].isInfinite || b[$0].isInfinite }) {
        infiniteMismatches += 1
      }
    }
  }

  /// Compares integers exactly, which floats would not hold.
  private mutating func compareIntegers(_ actual: Tensor, _ expected: Tensor) throws {
    let (a, b) = (try actual.elements(as: Int64.self), try expected.elements(as: Int64.self))
    for index in a.indices where a[index] != b[index] {
      if firstMismatch == nil { firstMismatch = index }
      mismatches += 1
      let difference = abs(Double(a[index]) - Double(b[index]))
      greatestAbsolute = max(greatestAbsolute, difference)
      if b[index] != 0 {
        greatestRelative = max(greatestRelative, difference / abs(Double(b[index])))
      }
    }
  }

  private static func parts(_ tensor: Tensor) throws -> [Double] {
    guard tensor.dtype.isComplex else { return try tensor.elements(as: Double.self) }
    return try tensor.elements(as: Complex<Double>.self).flatMap { [$0.real, $0.imaginary] }
  }

  private mutating func note(_ a: Double, _ b: Double, _ tolerance: Tolerance) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite else { return false }
    let difference = abs(a - b)
    greatestAbsolute = max(greatestAbsolute, difference)
    if b != 0 { greatestRelative = max(greatestRelative, difference / abs(b)) }
    return difference <= tolerance.absolute + tolerance.relative * abs(b)
  }
}
