import CVectorMath
import FXCore
import FXTensor

// Trigonometric and hyperbolic functions, and their inverses.

extension PointwiseFunction {
  /// The sine.
  public static let sin = vector(fx_sin).or(real(Sin())).or(complex(Sin()))

  /// The cosine.
  public static let cos = vector(fx_cos).or(real(Cos())).or(complex(Cos()))

  /// The tangent.
  public static let tan = vector(fx_tan).or(real(Tan())).or(complex(Tan()))

  /// The angle whose sine is given.
  public static let asin = real(ASin()).or(complex(ASin()))

  /// The angle whose cosine is given.
  public static let acos = real(ACos()).or(complex(ACos()))

  /// The angle whose tangent is given.
  public static let atan = vector(fx_atan).or(real(ATan())).or(complex(ATan()))

  /// The hyperbolic sine.
  public static let sinh = real(SinH()).or(complex(SinH()))

  /// The hyperbolic cosine.
  public static let cosh = real(CosH()).or(complex(CosH()))

  /// The hyperbolic tangent.
  public static let tanh = vector(fx_tanh).or(real(TanH())).or(complex(TanH()))

  /// The inverse of the hyperbolic sine.
  public static let asinh = real(ASinH()).or(complex(ASinH()))

  /// The inverse of the hyperbolic cosine.
  public static let acosh = real(ACosH()).or(complex(ACosH()))

  /// The inverse of the hyperbolic tangent.
  public static let atanh = real(ATanH()).or(complex(ATanH()))

  /// The angle of the point whose coordinates are `y` and `x`, in that order.
  public static let atan2 = vector(fx_atan2).or(real(ATan2()))

  /// The distance of the point whose coordinates are given from the origin.
  public static let hypot = real(Hypot())

  /// `sin(πx) / (πx)`; 1 where `x` is 0.
  public static let sinc = real(Sinc()).or(singleSinc).or(complex(Sinc()))

  /// Returns the number multiplied by a constant.
  public static func multiply(by factor: Double) -> PointwiseFunction {
    real(MultiplyBy(factor: factor))
  }
}

private struct Sin: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .sin(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .sin(x) }
}

private struct Cos: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .cos(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .cos(x) }
}

private struct Tan: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .tan(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .tan(x) }
}

private struct ASin: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .asin(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .asin(x) }
}

private struct ACos: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .acos(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .acos(x) }
}

private struct ATan: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .atan(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .atan(x) }
}

private struct SinH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .sinh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .sinh(x) }
}

private struct CosH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .cosh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .cosh(x) }
}

private struct TanH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .tanh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .tanh(x) }
}

private struct ASinH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .asinh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .asinh(x) }
}

private struct ACosH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .acosh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .acosh(x) }
}

private struct ATanH: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .atanh(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .atanh(x) }
}

private struct ATan2: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ y: Value, _ x: Value) -> Value { .atan2(y, x) }
}

private struct Hypot: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { .hypot(x, y) }
}

private struct Sinc: RealUnary, ComplexUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    if x == 0 { return 1 }
    // Float.pi is rounded down, and not to the nearest.
    let angle = Value(Double.pi) * x
    return .sin(angle) / angle
  }

  func complex(_ x: Complex<Double>) -> Complex<Double> {
    if x.isZero { return Complex(1, 0) }
    let angle = Complex(.pi, 0) * x
    return .sin(angle) / angle
  }
}

private struct MultiplyBy: RealUnary {
  let factor: Double
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x * Value(factor) }
}
