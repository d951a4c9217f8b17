import FXCore

extension ScalarType {
  /// Whether numbers have an imaginary part.
  public var isComplex: Bool {
    switch self {
    case .complex32, .complex64, .complex128: true
    default: false
    }
  }

  /// Whether numbers are real and have a fraction, float8 included.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: isFloat8
    }
  }

  /// Whether numbers are floats of one byte.
  public var isFloat8: Bool {
    switch self {
    case .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0FNU: true
    default: false
    }
  }

  /// Whether numbers are whole; bool counts only where asked for.
  public func isIntegral(includingBool: Bool = false) -> Bool {
    switch self {
    case .uint8, .int8, .int16, .int32, .int64, .uint16, .uint32, .uint64: true
    case .bool: includingBool
    default: false
    }
  }

  /// Whether negative numbers can be held.
  public var isSigned: Bool {
    switch self {
    case .bool, .uint8, .uint16, .uint32, .uint64, .float8E8M0FNU: false
    default: true
    }
  }

  /// The dtype of a complex dtype's parts; other dtypes are their own (`Tensor.real`).
  public var partType: ScalarType {
    switch self {
    case .complex32: .float16
    case .complex64: .float32
    case .complex128: .float64
    default: self
    }
  }

  /// The complex dtype that holds the numbers of a floating dtype (`dtype.to_complex`).
  public var complexType: ScalarType {
    switch self {
    case .float16: .complex32
    case .float64: .complex128
    case .complex32, .complex64, .complex128: self
    default: .complex64
    }
  }

  /// The dtype in which PyTorch computes on numbers of this one: float32 for narrow floats.
  public var computeType: ScalarType {
    switch self {
    case .float16, .bfloat16: .float32
    case .complex32: .complex64
    default: isFloat8 ? .float32 : self
    }
  }
}
