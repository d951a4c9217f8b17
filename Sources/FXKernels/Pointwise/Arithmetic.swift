import CVectorMath
import FXCore
import FXTensor

// Sums, products and quotients. Integers wrap around.

extension PointwiseFunction {
  /// `x + y`
  public static let add = real(Add()).or(integer(Add())).or(complex(Add()))

  /// `x - y`
  public static let subtract =
    real(Subtract()).or(integer(Subtract())).or(complex(Subtract()))

  /// `x * y`
  public static let multiply =
    real(Multiply()).or(integer(Multiply())).or(complex(Multiply()))

  /// `x / y` of floats and complex numbers.
  public static let divide = real(Divide()).or(complex(Divide()))

  /// `x / y`, rounded towards zero; integers must not be divided by zero.
  public static let divideTruncating =
    rounding { real(DivideTruncating(rounding: $0)) }.or(integer(DivideTruncatingIntegers()))

  /// `x / y`, rounded down as Python does; integers must not be divided by zero.
  public static let divideFloor = real(DivideFloor()).or(integer(DivideFloor()))

  /// What is left of a division that is rounded down: the sign is the divisor's.
  public static let remainder = vector(fx_remainder).or(real(Remainder())).or(integer(Remainder()))

  /// What is left of a division that is rounded towards zero: the sign is the dividend's.
  public static let fmod = vector(fx_fmod).or(real(FMod())).or(integer(FMod()))

  /// Returns `x + scale * y`.
  public static func add(scale: Scalar) -> PointwiseFunction {
    switch scale {
    case .int(1), .float(1), .bool(true): add
    case .int(-1), .float(-1): subtract
    default:
      real(AddScaled(scale: scale)).or(integer(AddScaled(scale: scale)))
        .or(complex(AddScaled(scale: scale)))
    }
  }

  /// Returns `x + scale * y * z`.
  public static func addProduct(scale: Scalar) -> PointwiseFunction {
    real(AddProduct(scale: scale)).or(integer(AddProduct(scale: scale)))
      .or(complex(AddProduct(scale: scale)))
  }

  /// Returns `x + scale * y / z`.
  public static func addQuotient(scale: Scalar) -> PointwiseFunction {
    real(AddQuotient(scale: scale)).or(complex(AddQuotient(scale: scale)))
  }

  /// `x + z * (y - x)`, computed from the nearer end.
  public static let interpolate = real(Interpolate()).or(complex(Interpolate()))
}

private struct Add: RealBinary, IntegerBinary, ComplexBinary {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x + y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x &+ y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> { x + y }
}

private struct Subtract: RealBinary, IntegerBinary, ComplexBinary {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x - y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x &- y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> { x - y }
}

private struct Multiply: RealBinary, IntegerBinary, ComplexBinary {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x * y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x &* y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> { x * y }
}

private struct Divide: RealBinary, ComplexBinary {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x / y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> { x / y }
}

private struct AddScaled: RealBinary, IntegerBinary, ComplexBinary {
  let scale: Scalar
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x + Value(scale.double) * y }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    x &+ scale.element(Value.self) &* y
  }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    x + scale.complex * y
  }
}

private struct AddProduct: RealTernary, IntegerTernary, ComplexTernary {
  let scale: Scalar
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value, _ z: Value) -> Value {
    x + Value(scale.double) * y * z
  }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value, _ z: Value) -> Value {
    x &+ scale.element(Value.self) &* y &* z
  }
  func complex(
    _ x: Complex<Double>, _ y: Complex<Double>, _ z: Complex<Double>
  ) -> Complex<Double> { x + scale.complex * y * z }
}

private struct AddQuotient: RealTernary, ComplexTernary {
  let scale: Scalar
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value, _ z: Value) -> Value {
    x + Value(scale.double) * y / z
  }
  func complex(
    _ x: Complex<Double>, _ y: Complex<Double>, _ z: Complex<Double>
  ) -> Complex<Double> { x + scale.complex * y / z }
}

private struct DivideTruncating: RealBinary {
  let rounding: HalfRounding
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    rounding(x / y).rounded(.towardZero)
  }
}

private struct DivideTruncatingIntegers: IntegerBinary {
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    x.dividedReportingOverflow(by: y).partialValue
  }
}

private struct DivideFloor: RealBinary, IntegerBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    if y == 0 { return x / y }
    let rest = Value.fmod(x, y)
    var quotient = (x - rest) / y
    if rest != 0, (y < 0) != (rest < 0) { quotient -= 1 }
    // A quotient of zero has the sign that a division would give it.
    if quotient == 0 { return x / y < 0 || (x / y).sign == .minus ? -0.0 : 0 }
    let whole = quotient.rounded(.down)
    return quotient - whole > 0.5 ? whole + 1 : whole
  }

  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    let quotient = x.dividedReportingOverflow(by: y).partialValue
    let isRounded = quotient &* y != x
    return isRounded && (x < 0) != (y < 0) ? quotient &- 1 : quotient
  }
}

private struct Remainder: RealBinary, IntegerBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    let rest = Value.fmod(x, y)
    return rest != 0 && (y < 0) != (rest < 0) ? rest + y : rest
  }

  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    let rest = x.remainderReportingOverflow(dividingBy: y).partialValue
    return rest != 0 && (y < 0) != (rest < 0) ? rest &+ y : rest
  }
}

private struct FMod: RealBinary, IntegerBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { .fmod(x, y) }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    x.remainderReportingOverflow(dividingBy: y).partialValue
  }
}

private struct Interpolate: RealTernary, ComplexTernary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value, _ z: Value) -> Value {
    let difference = y - x
    let isNearStart = z.magnitude < 0.5
    return isNearStart ? x + z * difference : y - difference * (1 - z)
  }

  func complex(
    _ x: Complex<Double>, _ y: Complex<Double>, _ z: Complex<Double>
  ) -> Complex<Double> {
    let isNearStart = z.real * z.real + z.imaginary * z.imaginary < 0.25
    return isNearStart ? x + z * (y - x) : y - (y - x) * (Complex(1, 0) - z)
  }
}

extension Scalar {
  /// The number as a complex one.
  var complex: Complex<Double> { Complex(double, imaginary) }
}
