import FXCore

extension Complex where Part: BinaryFloatingPoint {
  @inlinable @inline(__always)
  public static func + (left: Self, right: Self) -> Self {
    Self(left.real + right.real, left.imaginary + right.imaginary)
  }

  @inlinable @inline(__always)
  public static func - (left: Self, right: Self) -> Self {
    Self(left.real - right.real, left.imaginary - right.imaginary)
  }

  @inlinable @inline(__always)
  public static prefix func - (number: Self) -> Self { Self(-number.real, -number.imaginary) }

  @inlinable @inline(__always)
  public static func * (left: Self, right: Self) -> Self {
    Self(
      left.real * right.real - left.imaginary * right.imaginary,
      left.real * right.imaginary + left.imaginary * right.real)
  }

  /// Divides as PyTorch does: scaled by the larger part of the divisor, so that it does not
  /// overflow.
  @inlinable
  public static func / (left: Self, right: Self) -> Self {
    let (real, imaginary) = (right.real.magnitude, right.imaginary.magnitude)
    if real == 0, imaginary == 0 { return Self(left.real / real, left.imaginary / imaginary) }
    if real >= imaginary {
      let ratio = right.imaginary / right.real
      let scale = 1 / (right.real + right.imaginary * ratio)
      return Self(
        (left.real + left.imaginary * ratio) * scale, (left.imaginary - left.real * ratio) * scale)
    }
    let ratio = right.real / right.imaginary
    let scale = 1 / (right.real * ratio + right.imaginary)
    return Self(
      (left.real * ratio + left.imaginary) * scale, (left.imaginary * ratio - left.real) * scale)
  }

  /// The number with its imaginary part negated.
  @inlinable @inline(__always)
  public var conjugate: Self { Self(real, -imaginary) }
}
