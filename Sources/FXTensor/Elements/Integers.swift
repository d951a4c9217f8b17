import FXCore

extension IntegerElement {
  /// Cuts off the fraction; what does not fit becomes what x86-64 makes of it (see `cut`).
  @inlinable @inline(__always)
  public init(converting value: Float) { self.init(converting: Double(value)) }

  /// Cuts off the fraction; what does not fit becomes what x86-64 makes of it (see `cut`).
  @inlinable @inline(__always)
  public init(converting value: Double) { self = Self(truncatingIfNeeded: Int32.cut(value)) }

  @inlinable @inline(__always)
  public init(converting value: Int64) { self = Self(truncatingIfNeeded: value) }

  @inlinable @inline(__always)
  public init(converting value: UInt64) { self = Self(truncatingIfNeeded: value) }
}

extension Int32 {
  /// Cuts off the fraction as `cvttsd2si` does: what does not fit, NaN included, becomes `min`.
  @inlinable @inline(__always)
  static func cut(_ value: Double) -> Int32 {
    value > -0x1.00000002p31 && value < 0x1p31 ? Int32(value) : min
  }
}

extension Int64 {
  /// Cuts off the fraction as `cvttsd2si` does: what does not fit, NaN included, becomes `min`.
  @inlinable @inline(__always)
  static func cut(_ value: Double) -> Int64 {
    value >= -0x1p63 && value < 0x1p63 ? Int64(value) : min
  }
}

extension UInt8: IntegerElement {
  public static var scalarType: ScalarType { .uint8 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }

  // PyTorch goes through int64 here, so that large negative numbers wrap around.
  @inlinable @inline(__always)
  public init(converting value: Double) { self = UInt8(truncatingIfNeeded: Int64.cut(value)) }
}

extension UInt16: IntegerElement {
  public static var scalarType: ScalarType { .uint16 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }
}

extension UInt32: IntegerElement {
  public static var scalarType: ScalarType { .uint32 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }

  // The upper half of the range is converted as if it were the lower one.
  @inlinable @inline(__always)
  public init(converting value: Double) {
    let isUpper = value >= 0x1p31
    let low = UInt32(bitPattern: Int32.cut(isUpper ? value - 0x1p31 : value))
    self = isUpper ? low ^ 0x8000_0000 : low
  }
}

extension UInt64: IntegerElement {
  public static var scalarType: ScalarType { .uint64 }
  public var scalar: Scalar { Scalar(self) }
  @inlinable @inline(__always) public var opMath: UInt64 { self }

  // The upper half of the range is converted as if it were the lower one.
  @inlinable @inline(__always)
  public init(converting value: Double) {
    let isUpper = value >= 0x1p63
    let low = UInt64(bitPattern: Int64.cut(isUpper ? value - 0x1p63 : value))
    self = isUpper ? low ^ 0x8000_0000_0000_0000 : low
  }
}

extension Int8: IntegerElement {
  public static var scalarType: ScalarType { .int8 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }
}

extension Int16: IntegerElement {
  public static var scalarType: ScalarType { .int16 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }
}

extension Int32: IntegerElement {
  public static var scalarType: ScalarType { .int32 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { Int64(self) }
}

extension Int64: IntegerElement {
  public static var scalarType: ScalarType { .int64 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var opMath: Int64 { self }
  @inlinable @inline(__always) public init(converting value: Double) { self = Self.cut(value) }
}

/// A boolean element: a byte, false for 0 and true for anything else.
@frozen
public struct Bool8: TensorElement, Hashable {
  /// The byte as it is stored; files may hold more than 0 and 1.
  public var byte: UInt8

  /// Stores 0 or 1.
  @inlinable @inline(__always)
  public init(_ value: Bool) { byte = value ? 1 : 0 }

  /// The value.
  @inlinable @inline(__always)
  public var value: Bool { byte != 0 }

  public static var scalarType: ScalarType { .bool }
  public var scalar: Scalar { .bool(value) }
  @inlinable @inline(__always) public var opMath: Int64 { byte != 0 ? 1 : 0 }
  @inlinable @inline(__always) public init(converting value: Float) { self.init(value != 0) }
  @inlinable @inline(__always) public init(converting value: Double) { self.init(value != 0) }
  @inlinable @inline(__always) public init(converting value: Int64) { self.init(value != 0) }
  @inlinable @inline(__always) public init(converting value: UInt64) { self.init(value != 0) }
  @inlinable @inline(__always)
  public init(converting value: Complex<Double>) {
    self.init(value.real != 0 || value.imaginary != 0)
  }
  @inlinable @inline(__always)
  public static func == (left: Bool8, right: Bool8) -> Bool { left.value == right.value }
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
