import FXCore

/// A number as Python and the schemas of operators have it: no dtype, only a kind.
public enum Scalar: Hashable, Sendable {
  case bool(Bool)
  case int(Int)
  /// An integer above `Int.max`, which only uint64 tensors hold.
  case unsigned(UInt64)
  case float(Double)
  case complex(Double, Double)

  /// Makes the narrowest integer case that holds the number.
  public init(_ value: UInt64) {
    self = Int(exactly: value).map(Scalar.int) ?? .unsigned(value)
  }

  /// The dtype that PyTorch gives a tensor of the number, with float32 as the default dtype.
  public var scalarType: ScalarType {
    switch self {
    case .bool: .bool
    case .int: .int64
    case .unsigned: .uint64
    case .float: .float32
    case .complex: .complex64
    }
  }

  /// The number as a float; the real part of a complex number.
  public var double: Double {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .float(let value): value
    case .complex(let real, _): real
    }
  }

  /// The imaginary part; 0 for real numbers.
  public var imaginary: Double {
    if case .complex(_, let imaginary) = self { imaginary } else { 0 }
  }

  /// Whether the number is not zero; NaN is not.
  public var isTrue: Bool {
    switch self {
    case .bool(let value): value
    case .int(let value): value != 0
    case .unsigned(let value): value != 0
    case .float(let value): value != 0
    case .complex(let real, let imaginary): real != 0 || imaginary != 0
    }
  }

  /// Converts the number to an element type, as PyTorch converts tensors.
  @inlinable
  public func element<Element: TensorElement>(_ type: Element.Type) -> Element {
    switch self {
    case .bool(let value): Element(converting: value ? Int64(1) : 0)
    case .int(let value): Element(converting: Int64(value))
    case .unsigned(let value): Element(converting: value)
    case .float(let value): Element(converting: value)
    case .complex(let real, let imaginary): Element(converting: Complex(real, imaginary))
    }
  }
}

extension Scalar: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Scalar: CustomStringConvertible {
  /// The number as Python's `repr` spells it.
  public var description: String {
    switch self {
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .float(let value): PythonText.float(value)
    case .complex(let real, let imaginary):
      PythonText.complex(real: real, imaginary: imaginary)
    }
  }
}
