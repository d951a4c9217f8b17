import CVectorMath
import FXCore
import FXTensor

// Signs, magnitudes, rounding and kinds of numbers.

extension PointwiseFunction {
  /// `-x`
  public static let negate = real(Negate()).or(integer(Negate())).or(complex(Negate()))

  /// The magnitude: a real number, also of complex ones.
  public static let magnitude =
    real(Magnitude()).or(integer(Magnitude())).or(complex(Magnitude()))

  /// -1, 0 or 1; of complex numbers the number of magnitude 1 in their direction.
  public static let sign = real(Sign()).or(integer(Sign())).or(complex(Sign()))

  /// The next whole number above.
  public static let ceil = vector(fx_ceil).or(real(Ceil()))

  /// The next whole number below.
  public static let floor = vector(fx_floor).or(real(Floor()))

  /// The whole part.
  public static let trunc = vector(fx_trunc).or(real(Truncate()))

  /// The nearest whole number; the even one of two as near.
  public static let round = vector(fx_round).or(real(Round()))

  /// What is behind the point, with the number's sign.
  public static let fraction = real(Fraction())

  /// Whether a number is NaN.
  public static let isNaN = real(IsNaN()).or(integer(IsNever())).or(complex(IsNaN()))

  /// Whether a number, or one of its parts, is infinite.
  public static let isInfinite = real(IsInfinite()).or(integer(IsNever())).or(complex(IsInfinite()))

  /// Whether a number is the infinity above all others.
  public static let isPositiveInfinity = real(IsValue(value: .infinity)).or(integer(IsNever()))

  /// Whether a number is the infinity below all others.
  public static let isNegativeInfinity = real(IsValue(value: -.infinity)).or(integer(IsNever()))

  /// Whether the sign is that of negative numbers; -0.0 has it too.
  public static let signBit = real(SignBit()).or(integer(SignBit()))

  /// The magnitude of the first number with the sign of the second.
  public static let copySign = real(CopySign())

  /// 0 for negative numbers, 1 for positive ones, the second operand for zero.
  public static let heaviside = real(Heaviside()).or(integer(Heaviside()))

  /// The angle of a complex number; 0 or π for real ones, NaN for NaN.
  public static let angle = real(Angle()).or(complex(Angle()))

  /// The number with its imaginary part negated.
  public static let conjugate = complex(Conjugate())

  /// Returns the number with other values in place of NaN and the infinities.
  public static func replaceSpecial(
    nan: Double, positive: Double, negative: Double
  ) -> PointwiseFunction {
    let operation = ReplaceSpecial(nan: nan, positive: positive, negative: negative)
    return real(operation).or(complex(operation))
  }
}

private struct Negate: RealUnary, IntegerUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { -x }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { 0 &- x }
  func complex(_ x: Complex<Double>) -> Complex<Double> { -x }
}

private struct Magnitude: RealUnary, IntegerUnary, ComplexPartUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x.magnitude }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { absolute(x) }
  func part(_ x: Complex<Double>) -> Double { x.magnitude }
}

private struct Sign: RealUnary, IntegerUnary, ComplexUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    let positive: Value = x > 0 ? 1 : 0
    let negative: Value = x < 0 ? 1 : 0
    return positive - negative
  }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value) -> Value { x > 0 ? 1 : (x < 0 ? 0 &- 1 : 0) }
  func complex(_ x: Complex<Double>) -> Complex<Double> {
    let magnitude = x.magnitude
    return magnitude == 0 ? Complex(0, 0) : Complex(x.real / magnitude, x.imaginary / magnitude)
  }
}

private struct Ceil: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x.rounded(.up) }
}

private struct Floor: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x.rounded(.down) }
}

private struct Truncate: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x.rounded(.towardZero) }
}

private struct Round: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x.rounded(.toNearestOrEven) }
}

private struct Fraction: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x - x.rounded(.towardZero) }
}

private struct IsNaN: RealPredicate, ComplexPredicate {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Bool { x != x }
  func complex(_ x: Complex<Double>) -> Bool { x.real.isNaN || x.imaginary.isNaN }
}

private struct IsInfinite: RealPredicate, ComplexPredicate {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Bool { x.magnitude == .infinity }
  func complex(_ x: Complex<Double>) -> Bool { x.real.isInfinite || x.imaginary.isInfinite }
}

/// What no integer is.
private struct IsNever: IntegerPredicate {
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Bool { false }
}

private struct IsValue: RealPredicate {
  let value: Double
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Bool { x == Value(value) }
}

private struct SignBit: RealPredicate, IntegerPredicate {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Bool { x.sign == .minus }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Bool { x < 0 }
}

private struct CopySign: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    Value(signOf: y, magnitudeOf: x)
  }
}

private struct Heaviside: RealBinary, IntegerBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x == 0 ? y : (x > 0 ? 1 : 0) }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    x == 0 ? y : (x > 0 ? 1 : 0)
  }
}

private struct Angle: RealUnary, ComplexPartUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x != x ? x : (x < 0 ? Value(Double.pi) : 0) }
  func part(_ x: Complex<Double>) -> Double { x.phase }
}

private struct Conjugate: ComplexUnary {
  func complex(_ x: Complex<Double>) -> Complex<Double> { x.conjugate }
}

private struct ReplaceSpecial: RealUnary, ComplexUnary {
  let nan: Double
  let positive: Double
  let negative: Double

  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    if x != x { return Value(nan) }
    if x == .infinity { return Value(positive) }
    if x == -.infinity { return Value(negative) }
    return x
  }

  func complex(_ x: Complex<Double>) -> Complex<Double> {
    Complex(real(x.real), real(x.imaginary))
  }
}
