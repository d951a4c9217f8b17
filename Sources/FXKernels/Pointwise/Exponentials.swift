import CVectorMath
import FXCore
import FXTensor

// Exponentials, logarithms and powers.

extension PointwiseFunction {
  /// `e^x`.
  public static let exp = vector(fx_exp).or(real(Exp())).or(complex(Exp()))

  /// `2^x`.
  public static let exp2 = vector(fx_exp2).or(real(Exp2())).or(complex(Exp2()))

  /// `e^x - 1`, exact near 0.
  public static let expm1 = vector(fx_expm1).or(real(ExpM1())).or(complex(ExpM1()))

  /// The natural logarithm.
  public static let log = vector(fx_log).or(real(Log())).or(complex(Log()))

  /// The logarithm to base 2.
  public static let log2 = vector(fx_log2).or(real(Log2())).or(complex(Log2()))

  /// The logarithm to base 10.
  public static let log10 = vector(fx_log10).or(real(Log10())).or(complex(Log10()))

  /// The natural logarithm of `1 + x`, exact near 0.
  public static let log1p = vector(fx_log1p).or(real(Log1P())).or(complex(Log1P()))

  /// The square root.
  public static let sqrt = real(SquareRoot()).or(complex(SquareRoot()))

  /// One divided by the square root.
  public static let rsqrt = real(InverseSquareRoot()).or(complex(InverseSquareRoot()))

  /// `1 / x`
  public static let reciprocal = real(Reciprocal()).or(complex(Reciprocal()))

  /// `x^y`; integers to the power of negative ones are 0, but for those of 1 and -1.
  public static let power =
    vector(fx_pow).or(real(Power())).or(integer(Power())).or(singlePower).or(complex(Power()))

  /// Returns the power of a fixed exponent where there is a faster way to it than `power`.
  public static func power(_ exponent: Double) -> PointwiseFunction? {
    switch exponent {
    case 0.5: sqrt
    case -0.5: rsqrt
    case -1: reciprocal
    case 2: real(Square()).or(integer(Square())).or(complex(Square()))
    case 3: real(Cube()).or(integer(Cube())).or(complex(Cube()))
    default: nil
    }
  }

  /// `x * log(y)`; 0 where `x` is.
  public static let xLogY = real(XLogY())

  /// `x * log(1 + y)`; 0 where `x` is.
  public static let xLog1PY = real(XLog1PY())

  /// `log(e^x + e^y)`, computed without overflow.
  public static let logAddExp = real(LogAddExp()).or(complex(LogAddExp()))

  /// `log2(2^x + 2^y)`, computed without overflow.
  public static let logAddExp2 = real(LogAddExp2()).or(complex(LogAddExp2()))
}

private struct Exp: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .exp(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .exp(x) }
}

private struct Exp2: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .exp2(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .exp2(x) }
}

private struct ExpM1: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .expm1(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .expm1(x) }
}

private struct Log: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .log(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .log(x) }
}

private struct Log2: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .log2(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .log2(x) }
}

private struct Log10: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .log10(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .log10(x) }
}

private struct Log1P: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .log1p(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .log1p(x) }
}

private struct SquareRoot: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x.squareRoot() }
  func complex(_ x: Complex<Double>) -> Complex<Double> { .sqrt(x) }
}

private struct InverseSquareRoot: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { 1 / x.squareRoot() }
  func complex(_ x: Complex<Double>) -> Complex<Double> { Complex(1, 0) / .sqrt(x) }
}

private struct Reciprocal: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { 1 / x }
  func complex(_ x: Complex<Double>) -> Complex<Double> { Complex(1, 0) / x }
}

private struct Power: RealBinary, IntegerBinary, ComplexBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { .pow(x, y) }

  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    if y < 0 {
      if x == 1 { return 1 }
      return x == 0 &- 1 ? (y & 1 == 0 ? 1 : x) : 0
    }
    var (result, factor, left): (Value, Value, Value) = (1, x, y)
    while left != 0 {
      if left & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      left >>= 1
    }
    return result
  }

  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> { .pow(x, y) }
}

private struct Square: RealUnary, IntegerUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x * x }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { x &* x }
  func complex(_ x: Complex<Double>) -> Complex<Double> { x * x }
}

private struct Cube: RealUnary, IntegerUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x * x * x }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { x &* x &* x }
  func complex(_ x: Complex<Double>) -> Complex<Double> { x * x * x }
}

private struct XLogY: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    if y != y { return .nan }
    return x == 0 ? 0 : x * .log(y)
  }
}

private struct XLog1PY: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    if y != y { return .nan }
    return x == 0 ? 0 : x * .log1p(y)
  }
}

private struct LogAddExp: RealBinary, ComplexBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    if x == y, x.isInfinite { return x }
    let distance = (x - y).magnitude
    return larger(x, y) + .log1p(.exp(-distance))
  }

  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    // The number with the larger real part is taken out of the sum.
    let isOrdered = x.real > y.real || (x.real == y.real && x.imaginary > y.imaginary)
    let (most, least) = isOrdered ? (x, y) : (y, x)
    if most.real == -.infinity { return most }
    return most + .log1p(.exp(least - most))
  }
}

private struct LogAddExp2: RealBinary, ComplexBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    if x == y, x.isInfinite { return x }
    let distance = (x - y).magnitude
    let inverseLog2: Value = 1.442695040888963407359924681001892137
    return larger(x, y) + .log1p(.exp2(-distance)) * inverseLog2
  }

  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    let log2 = Complex<Double>(0.693147180559945309417232121458176568, 0)
    return LogAddExp().complex(x * log2, y * log2) / log2
  }
}
