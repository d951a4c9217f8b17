import FXCore

/// How a byte holds a float, and what becomes of numbers too large for it.
public protocol Float8Element: NarrowFloatElement, Hashable {
  /// The sign, exponent and fraction.
  var bitPattern: UInt8 { get set }
  /// Makes a number of its bits.
  init(bitPattern: UInt8)
  /// The bits of the fraction; the exponent has the rest but for the sign.
  static var fractionBits: Int { get }
  /// What is added to the exponent.
  static var bias: Int { get }
  /// The bits of the largest finite number.
  static var largest: UInt8 { get }
  /// The bits of what numbers above the largest, infinity included, become.
  static var overflow: UInt8 { get }
  /// The bits of NaN.
  static var notANumber: UInt8 { get }
  /// The bits of the value that reads as infinity, where there is one.
  static var infinity: UInt8? { get }
  /// Whether neither zero nor NaN has a sign (the `fnuz` formats).
  static var isUnsignedZero: Bool { get }
}

extension Float8Element {
  public var opMath: Float {
    let magnitude = bitPattern & 0x7F
    let isNegative = bitPattern & 0x80 != 0
    if Self.isUnsignedZero {
      if bitPattern == Self.notANumber { return .nan }
    } else if magnitude > (Self.infinity ?? Self.largest) {
      return isNegative ? -Float.nan : .nan
    }
    if magnitude == Self.infinity { return isNegative ? -.infinity : .infinity }
    let exponent = Int(magnitude) >> Self.fractionBits
    let fraction = Int(magnitude) & ((1 << Self.fractionBits) - 1)
    let significand = exponent == 0 ? fraction : fraction + (1 << Self.fractionBits)
    let power = max(exponent, 1) - Self.bias - Self.fractionBits
    let value = Float(significand) * Float(sign: .plus, exponent: power, significand: 1)
    return isNegative ? -value : value
  }

  public init(rounding value: Float) {
    let sign: UInt8 = value.sign == .minus ? 0x80 : 0
    guard !value.isNaN else {
      self.init(bitPattern: Self.isUnsignedZero ? Self.notANumber : Self.notANumber | sign)
      return
    }
    let bits = Self.rounded(value.magnitude)
    if bits > Int(Self.largest) {
      self.init(bitPattern: Self.isUnsignedZero ? Self.overflow : Self.overflow | sign)
    } else if bits == 0, Self.isUnsignedZero {
      self.init(bitPattern: 0)
    } else {
      self.init(bitPattern: UInt8(bits) | sign)
    }
  }

  /// Returns the bits of the nearest magnitude, as if the exponent had no end.
  private static func rounded(_ magnitude: Float) -> Int {
    if magnitude == 0 { return 0 }
    if magnitude.isInfinite { return Int.max }
    let exponent = max(Int(magnitude.exponent), 1 - bias)
    let step = Float(sign: .plus, exponent: exponent - fractionBits, significand: 1)
    let units = Int((magnitude / step).rounded(.toNearestOrEven))
    // A carry out of the fraction goes on into the exponent by itself.
    return ((exponent + bias - 1) << fractionBits) + units
  }
}

/// A float of 4 bits of exponent and 3 of fraction, without infinity (`float8_e4m3fn`).
@frozen
public struct Float8E4M3FN: Float8Element {
  public typealias Compute = Float
  public var bitPattern: UInt8
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  public static var scalarType: ScalarType { .float8E4M3FN }
  public static var fractionBits: Int { 3 }
  public static var bias: Int { 7 }
  public static var largest: UInt8 { 0x7E }
  public static var overflow: UInt8 { 0x7E }
  public static var notANumber: UInt8 { 0x7F }
  public static var infinity: UInt8? { nil }
  public static var isUnsignedZero: Bool { false }
}

/// A float of 5 bits of exponent and 2 of fraction, with infinity (`float8_e5m2`).
@frozen
public struct Float8E5M2: Float8Element {
  public typealias Compute = Float
  public var bitPattern: UInt8
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  public static var scalarType: ScalarType { .float8E5M2 }
  public static var fractionBits: Int { 2 }
  public static var bias: Int { 15 }
  public static var largest: UInt8 { 0x7B }
  public static var overflow: UInt8 { 0x7C }
  public static var notANumber: UInt8 { 0x7F }
  public static var infinity: UInt8? { 0x7C }
  public static var isUnsignedZero: Bool { false }
}

/// A float of 4 bits of exponent and 3 of fraction, with one zero and one NaN (`float8_e4m3fnuz`).
@frozen
public struct Float8E4M3FNUZ: Float8Element {
  public typealias Compute = Float
  public var bitPattern: UInt8
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  public static var scalarType: ScalarType { .float8E4M3FNUZ }
  public static var fractionBits: Int { 3 }
  public static var bias: Int { 8 }
  public static var largest: UInt8 { 0x7F }
  public static var overflow: UInt8 { 0x80 }
  public static var notANumber: UInt8 { 0x80 }
  public static var infinity: UInt8? { nil }
  public static var isUnsignedZero: Bool { true }
}

/// A float of 5 bits of exponent and 2 of fraction, with one zero and one NaN (`float8_e5m2fnuz`).
@frozen
public struct Float8E5M2FNUZ: Float8Element {
  public typealias Compute = Float
  public var bitPattern: UInt8
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  public static var scalarType: ScalarType { .float8E5M2FNUZ }
  public static var fractionBits: Int { 2 }
  public static var bias: Int { 16 }
  public static var largest: UInt8 { 0x7F }
  public static var overflow: UInt8 { 0x80 }
  public static var notANumber: UInt8 { 0x80 }
  public static var infinity: UInt8? { nil }
  public static var isUnsignedZero: Bool { true }
}

/// A power of two, or NaN: an exponent alone, which scales blocks of others (`float8_e8m0fnu`).
@frozen
public struct Float8E8M0FNU: NarrowFloatElement, Hashable {
  public typealias Compute = Float
  /// The exponent with 127 added; 255 for NaN.
  public var bitPattern: UInt8
  /// Makes a number of its bits.
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  public static var scalarType: ScalarType { .float8E8M0FNU }

  public var opMath: Float {
    switch bitPattern {
    case 0: Float(bitPattern: 0x0040_0000)
    case 0xFF: .nan
    default: Float(bitPattern: UInt32(bitPattern) << 23)
    }
  }

  public init(rounding value: Float) {
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    let exponent = UInt8(truncatingIfNeeded: magnitude >> 23)
    let fraction = magnitude & 0x7F_FFFF
    guard exponent != 0xFF else {
      bitPattern = 0xFF
      return
    }
    let isAboveHalf = fraction > 0x40_0000
    let isHalf = fraction == 0x40_0000
    // The exponent is the only digit, so that a half goes up wherever a number is normal.
    bitPattern = isAboveHalf || (isHalf && exponent > 0) ? exponent + 1 : exponent
  }
}
