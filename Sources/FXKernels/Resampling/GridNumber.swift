import FXTensor

/// A number that samplers compute with: a float, or one whose every result is rounded to a narrow
/// float, as PyTorch's samplers do.
protocol GridNumber {
  /// How the number is stored.
  associatedtype Stored: FloatElement & BinaryFloatingPoint
  init(_ stored: Stored)
  var stored: Stored { get }
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
}

extension GridNumber {
  /// Makes a number of an integer or of a fraction of two.
  @inline(__always)
  init(_ value: Double) { self.init(Stored(value)) }

  /// Makes a number of an integer.
  @inline(__always)
  init(_ value: Int) { self.init(Stored(value)) }

  /// The integer at or below the number.
  @inline(__always)
  var floor: Self { Self(stored.rounded(.down)) }

  /// The number as an integer; one that is outside of all images where it has none.
  @inline(__always)
  var whole: Int { stored.magnitude < 0x1p30 ? Int(stored) : -100 }
}

extension Float: GridNumber {
  @inline(__always) init(_ stored: Float) { self = stored }
  @inline(__always) var stored: Float { self }
}

extension Double: GridNumber {
  @inline(__always) init(_ stored: Double) { self = stored }
  @inline(__always) var stored: Double { self }
}

/// A number that is rounded to a narrow float after every operation.
struct RoundedNumber<Narrow: NarrowFloatElement>: GridNumber {
  let stored: Float

  @inline(__always)
  init(_ stored: Float) { self.stored = Narrow(rounding: stored).opMath }

  @inline(__always)
  static func + (left: Self, right: Self) -> Self { Self(left.stored + right.stored) }
  @inline(__always)
  static func - (left: Self, right: Self) -> Self { Self(left.stored - right.stored) }
  @inline(__always)
  static func * (left: Self, right: Self) -> Self { Self(left.stored * right.stored) }
  @inline(__always)
  static func / (left: Self, right: Self) -> Self { Self(left.stored / right.stored) }
}
