import FXCore

/// A float that is stored in fewer bits than it is computed in.
public protocol NarrowFloatElement: FloatElement where Compute == Float {
  /// Rounds to the nearest value, to even where two are as near.
  init(rounding value: Float)
}

extension NarrowFloatElement {
  public var scalar: Scalar { .float(Double(opMath)) }
  @inlinable @inline(__always) public init(converting value: Float) { self.init(rounding: value) }
  // PyTorch converts doubles and integers to float first, which rounds twice.
  @inlinable @inline(__always)
  public init(converting value: Double) { self.init(rounding: Float(value)) }
  @inlinable @inline(__always)
  public init(converting value: Int64) { self.init(rounding: Float(value)) }
  @inlinable @inline(__always)
  public init(converting value: UInt64) { self.init(rounding: Float(value)) }
}

extension Float16: NarrowFloatElement {
  public typealias Compute = Float
  public static var scalarType: ScalarType { .float16 }

  // Float(self) is a call on processors that are not known to have F16C; this vectorises.
  @inlinable @inline(__always)
  public var opMath: Float {
    let bits = UInt32(bitPattern)
    let sign = (bits & 0x8000) << 16
    let magnitude = (bits & 0x7FFF) << 13
    // Scaling by a power of two moves the exponent and makes subnormal numbers normal.
    let scaled = Float(bitPattern: magnitude) * 0x1p112
    let special = magnitude >= 0x0F80_0000 ? UInt32(0x7F80_0000) : 0
    return Float(bitPattern: scaled.bitPattern | special | sign)
  }

  @inlinable @inline(__always)
  public init(rounding value: Float) {
    let bits = value.bitPattern
    let sign = (bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    // Adding half of the last place's unit leaves the rounding to the machine: subnormal results.
    let small = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3F00_0000
    let odd = (magnitude >> 13) & 1
    let normal = (magnitude &- 0x3800_0000 &+ 0x0FFF &+ odd) >> 13
    let large: UInt32 = magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00
    var result = magnitude < 0x3880_0000 ? small : normal
    result = magnitude >= 0x477F_F000 ? large : result
    self.init(bitPattern: UInt16(truncatingIfNeeded: result | sign))
  }
}

/// The upper half of a `Float`: 8 bits of exponent and 7 of fraction.
@frozen
public struct BFloat16: NarrowFloatElement {
  public typealias Compute = Float
  /// The sign, exponent and fraction.
  public var bitPattern: UInt16

  /// Makes a number of its bits.
  @inlinable @inline(__always)
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  public static var scalarType: ScalarType { .bfloat16 }

  @inlinable @inline(__always)
  public var opMath: Float { Float(bitPattern: UInt32(bitPattern) << 16) }

  @inlinable @inline(__always)
  public init(rounding value: Float) {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16
    let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
    bitPattern = isNaN ? 0x7FC0 : UInt16(truncatingIfNeeded: rounded)
  }
}

extension BFloat16: Equatable {
  public static func == (left: BFloat16, right: BFloat16) -> Bool {
    left.opMath == right.opMath
  }
}
