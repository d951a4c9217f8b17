import FXCore

/// A complex number of two floats, stored real part first.
@frozen
public struct Complex<Part: FloatElement>: BitwiseCopyable, Sendable {
  /// The real part.
  public var real: Part
  /// The imaginary part.
  public var imaginary: Part

  /// Makes a number of its parts.
  @inlinable @inline(__always)
  public init(_ real: Part, _ imaginary: Part) {
    self.real = real
    self.imaginary = imaginary
  }
}

extension Complex: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.real.opMath == right.real.opMath && left.imaginary.opMath == right.imaginary.opMath
  }
}

extension Complex: TensorElement, ComplexElement where Part: ComplexPart {
  public typealias OpMath = Complex<Double>
  public static var scalarType: ScalarType { Part.complexType }
  public var scalar: Scalar {
    .complex(Double(converting: real), Double(converting: imaginary))
  }
  @inlinable @inline(__always)
  public var opMath: Complex<Double> {
    Complex<Double>(Double(real.opMath), Double(imaginary.opMath))
  }
  @inlinable @inline(__always)
  public init(converting value: Float) {
    self.init(Part(converting: value), Part(converting: Float(0)))
  }
  @inlinable @inline(__always)
  public init(converting value: Double) {
    self.init(Part(converting: value), Part(converting: Float(0)))
  }
  @inlinable @inline(__always)
  public init(converting value: Int64) {
    self.init(Part(converting: value), Part(converting: Float(0)))
  }
  @inlinable @inline(__always)
  public init(converting value: UInt64) {
    self.init(Part(converting: value), Part(converting: Float(0)))
  }
  @inlinable @inline(__always)
  public init(converting value: Complex<Double>) {
    self.init(Part(converting: value.real), Part(converting: value.imaginary))
  }
}

/// A float that complex dtypes are made of: `Float16`, `Float` and `Double`.
public protocol ComplexPart: FloatElement {
  /// The dtype of complex numbers of two such parts.
  static var complexType: ScalarType { get }
}

extension Float16: ComplexPart {
  public static var complexType: ScalarType { .complex32 }
}

extension Float: ComplexPart {
  public static var complexType: ScalarType { .complex64 }
}

extension Double: ComplexPart {
  public static var complexType: ScalarType { .complex128 }
}
