import FXCore
import FXTensor

/// What an elementwise operator computes: a loop for each type of the machine that it is there for.
///
/// Elements of other dtypes are converted on the way (float16 and bfloat16 to `Float`, integers to
/// `Int64`, complex numbers to `Complex<Double>`), and results are rounded once.
public struct PointwiseFunction: Sendable {
  private let choose: @Sendable (ScalarType) -> PointwiseLoop?

  /// Makes a function of what gives the loop for a dtype; nil for dtypes it is not there for.
  init(_ choose: @escaping @Sendable (ScalarType) -> PointwiseLoop?) { self.choose = choose }

  /// Returns the loop that computes on elements of a dtype; nil where there is none.
  func loop(for dtype: ScalarType) -> PointwiseLoop? {
    if let loop = choose(dtype) { return loop }
    let opMath = dtype.opMathType
    if opMath != dtype, let loop = choose(opMath) { return loop }
    // Arithmetic that wraps around is the same on the bits of signed integers.
    return dtype == .uint64 ? choose(.int64) : nil
  }

  /// Whether the function is there for a dtype.
  public func supports(_ dtype: ScalarType) -> Bool { loop(for: dtype) != nil }

  /// Returns the function with the loops of another one for dtypes that have none yet.
  func or(_ other: PointwiseFunction) -> PointwiseFunction {
    PointwiseFunction { choose($0) ?? other.choose($0) }
  }
}

extension ScalarType {
  /// The dtype of the machine's type that holds every number of this dtype.
  var opMathType: ScalarType {
    switch self {
    case .float32, .float16, .bfloat16: .float32
    case .float64: .float64
    case .bool, .uint8, .int8, .int16, .int32, .int64, .uint16, .uint32: .int64
    case .uint64: .uint64
    case .complex32, .complex64, .complex128: .complex128
    case .unknown: .unknown
    default: .float32
    }
  }
}

// MARK: - Functions of real floats

/// A function of one float, written once for `Float` and `Double`.
protocol RealUnary: Sendable {
  func real<Value: RealMath>(_ x: Value) -> Value
}

/// A function of two floats.
protocol RealBinary: Sendable {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value
}

/// A function of three floats.
protocol RealTernary: Sendable {
  func real<Value: RealMath>(_ x: Value, _ y: Value, _ z: Value) -> Value
}

/// A condition on one float.
protocol RealPredicate: Sendable {
  func real<Value: RealMath>(_ x: Value) -> Bool
}

/// A relation of two floats.
protocol RealRelation: Sendable {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool
}

// MARK: - Functions of integers

/// A machine integer that carries all integers: `Int64`, `UInt64`.
protocol IntegerMath: FixedWidthInteger, ElementOpMath {}
extension Int64: IntegerMath {}
extension UInt64: IntegerMath {}

/// A function of one integer.
protocol IntegerUnary: Sendable {
  func integer<Value: IntegerMath>(_ x: Value) -> Value
}

/// A function of two integers.
protocol IntegerBinary: Sendable {
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value
}

/// A function of three integers.
protocol IntegerTernary: Sendable {
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value, _ z: Value) -> Value
}

/// A condition on one integer.
protocol IntegerPredicate: Sendable {
  func integer<Value: IntegerMath>(_ x: Value) -> Bool
}

/// A relation of two integers.
protocol IntegerRelation: Sendable {
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool
}

// MARK: - Functions of complex numbers

/// A function of one complex number.
protocol ComplexUnary: Sendable {
  func complex(_ x: Complex<Double>) -> Complex<Double>
}

/// A function of two complex numbers.
protocol ComplexBinary: Sendable {
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double>
}

/// A function of three complex numbers.
protocol ComplexTernary: Sendable {
  func complex(
    _ x: Complex<Double>, _ y: Complex<Double>, _ z: Complex<Double>
  ) -> Complex<Double>
}

/// A real number of a complex one.
protocol ComplexPartUnary: Sendable {
  func part(_ x: Complex<Double>) -> Double
}

/// A condition on one complex number.
protocol ComplexPredicate: Sendable {
  func complex(_ x: Complex<Double>) -> Bool
}

/// A relation of two complex numbers.
protocol ComplexRelation: Sendable {
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool
}
