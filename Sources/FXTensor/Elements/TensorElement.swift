import FXCore

/// A type whose values tensors hold: one for each strided dtype.
///
/// Conversions go through an opmath type, a type of the machine that holds every value of the element:
/// `Float` for the narrow floats, `Int64` for integers. So each pair of dtypes converts as
/// PyTorch converts it, and a kernel written for opmath types serves all elements.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The type of the machine that holds every value.
  associatedtype OpMath: ElementOpMath
  /// The dtype of tensors of such elements.
  static var scalarType: ScalarType { get }
  /// The value, exactly.
  var opMath: OpMath { get }
  /// The value as a number without a dtype.
  var scalar: Scalar { get }
  /// Converts from a float, rounding to even or cutting off towards zero.
  init(converting value: Float)
  /// Converts from a double, rounding to even or cutting off towards zero.
  init(converting value: Double)
  /// Converts from a signed integer; narrower integers keep the low bits.
  init(converting value: Int64)
  /// Converts from an unsigned integer; narrower integers keep the low bits.
  init(converting value: UInt64)
  /// Converts from a complex number, whose imaginary part real elements leave out.
  init(converting value: Complex<Double>)
}

/// One of the five types by which elements convert.
public protocol ElementOpMath: TensorElement, Equatable where OpMath == Self {
  /// Converts the value to an element.
  func converted<Element: TensorElement>(to type: Element.Type) -> Element
}

/// An integer element: `UInt8` to `UInt64`, `Int8` to `Int64`.
public protocol IntegerElement: TensorElement, FixedWidthInteger {}

/// A real floating-point element that kernels compute with.
public protocol FloatElement: TensorElement where OpMath == Compute {
  /// What arithmetic is done in: `Double` for `Double`, else `Float` (PyTorch's opmath type).
  associatedtype Compute: BinaryFloatingPoint & ElementOpMath & SIMDScalar
}

/// A complex element.
public protocol ComplexElement: TensorElement {
  /// The type of the two parts.
  associatedtype Part: FloatElement
  /// The real part.
  var real: Part { get set }
  /// The imaginary part.
  var imaginary: Part { get set }
  /// Makes a number of its parts.
  init(_ real: Part, _ imaginary: Part)
}

extension TensorElement {
  /// Converts from another element type.
  @inlinable @inline(__always)
  public init<Other: TensorElement>(converting value: Other) {
    self = value.opMath.converted(to: Self.self)
  }
}

extension TensorElement {
  @inlinable @inline(__always)
  public init(converting value: Complex<Double>) { self.init(converting: value.real) }
}
