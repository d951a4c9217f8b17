import FXCore

extension IntegerElement {
  /// Converts as x86-64 does: the fraction is cut off; what no `Int64` holds becomes `Int64.min`.
  @inlinable @inline(__always)
  public init(converting value: Float) {
    self = Self(truncatingIfNeeded: Self.cut(value))
  }

  /// Converts as x86-64 does: the fraction is cut off; what no `Int64` holds becomes `Int64.min`.
  @inlinable @inline(__always)
  public init(converting value: Double) {
    self = Self(truncatingIfNeeded: Self.cut(value))
  }

  @inlinable @inline(__always)
  public init(converting value: Int64) { self = Self(truncatingIfNeeded: value) }

  @inlinable @inline(__always)
  public init(converting value: UInt64) { self = Self(truncatingIfNeeded: value) }

  @inlinable @inline(__always)
  static func cut<Value: BinaryFloatingPoint>(_ value: Value) -> Int64 {
    value >= -0x1p63 && value < 0x1p63 ? Int64(value) : Int64.min
  }
}

extension Int64 {
  @inlinable @inline(__always) public var carrier: Int64 { self }
}

extension UInt8: IntegerElement {
  public static var scalarType: ScalarType { .uint8 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }
}

extension UInt16: IntegerElement {
  public static var scalarType: ScalarType { .uint16 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }
}

extension UInt32: IntegerElement {
  public static var scalarType: ScalarType { .uint32 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }
}

extension UInt64: IntegerElement {
  public static var scalarType: ScalarType { .uint64 }
  public var scalar: Scalar { Scalar(self) }
  @inlinable @inline(__always) public var carrier: UInt64 { self }

  /// Converts as x86-64 does: negative numbers wrap around.
  @inlinable @inline(__always)
  public init(converting value: Float) { self.init(converting: Double(value)) }

  /// Converts as x86-64 does: negative numbers wrap around.
  @inlinable @inline(__always)
  public init(converting value: Double) {
    if value >= 0x1p63, value < 0x1p64 {
      self = UInt64(value)
    } else {
      self = UInt64(bitPattern: Self.cut(value))
    }
  }
}

extension Int8: IntegerElement {
  public static var scalarType: ScalarType { .int8 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }
}

extension Int16: IntegerElement {
  public static var scalarType: ScalarType { .int16 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }
}

extension Int32: IntegerElement {
  public static var scalarType: ScalarType { .int32 }
  public var scalar: Scalar { .int(Int(self)) }
  @inlinable @inline(__always) public var carrier: Int64 { Int64(self) }

  /// Converts as x86-64 does: the fraction is cut off; what no `Int32` holds becomes `Int32.min`.
  @inlinable @inline(__always)
  public init(converting value: Float) { self.init(converting: Double(value)) }

  /// Converts as x86-64 does: the fraction is cut off; what no `Int32` holds becomes `Int32.min`.
  @inlinable @inline(__always)
  public init(converting value: Double) {
    self = value > -0x1.00000002p31 && value < 0x1p31 ? Int32(value) : Int32.min
  }
}

extension Int64: IntegerElement {
  public static var scalarType: ScalarType { .int64 }
  public var scalar: Scalar { .int(Int(self)) }
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
  @inlinable @inline(__always) public var carrier: Int64 { byte != 0 ? 1 : 0 }
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
