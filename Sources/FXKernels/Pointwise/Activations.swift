import CVectorMath
import FXCore
import FXTensor

// Functions between the layers of networks. NaN stays NaN.

extension PointwiseFunction {
  /// `max(x, 0)`
  public static let relu = real(ReLU()).or(integer(ReLU()))

  /// `1 / (1 + e^-x)`
  public static let sigmoid = vector(fx_sigmoid).or(real(Sigmoid())).or(complex(Sigmoid()))

  /// `log(1 / (1 + e^-x))`
  public static let logSigmoid = real(LogSigmoid())

  /// `x / (1 + e^-x)`
  public static let silu = vector(fx_silu).or(real(SiLU())).or(complex(SiLU()))

  /// `x * tanh(log(1 + e^x))`
  public static let mish = vector(fx_mish).or(real(Mish()))

  /// `x * Φ(x)`, with the distribution function of the normal distribution.
  public static let gelu = vector(fx_gelu).or(real(GELU()))

  /// `gelu` by a hyperbolic tangent that comes near to it.
  public static let geluTanh = vector(fx_gelu_tanh).or(real(GELUTanh()))

  /// `x * min(max(x + 3, 0), 6) / 6`
  public static let hardSwish = real(HardSwish())

  /// `min(max(x + 3, 0), 6) / 6`
  public static let hardSigmoid = real(HardSigmoid())

  /// The first operand where it is positive, else its product with the second.
  public static let prelu = real(PReLU())

  /// Returns `scale * x` where `x` is positive, else `alpha * scale * (e^(inputScale * x) - 1)`.
  public static func elu(alpha: Double, scale: Double, inputScale: Double) -> PointwiseFunction {
    vectorLoop(operands: 1) { pointers, count in
      fx_elu(
        pointers[0].floats, pointers[1].floats, count, Float(scale), Float(alpha * scale),
        Float(inputScale))
    }.or(real(ELU(alpha: alpha, scale: scale, inputScale: inputScale)))
  }

  /// Returns `log(1 + e^(beta * x)) / beta`, or `x` where `beta * x` is above the threshold.
  public static func softplus(beta: Double, threshold: Double) -> PointwiseFunction {
    vectorLoop(operands: 1) { pointers, count in
      fx_softplus(
        pointers[0].floats, pointers[1].floats, count, Float(beta), Float(threshold))
    }.or(real(Softplus(beta: beta, threshold: threshold)))
  }

  /// Returns `x` where it is positive, else `slope * x`.
  public static func leakyReLU(slope: Double) -> PointwiseFunction { real(LeakyReLU(slope: slope)) }

  /// Returns `x` where it is above the threshold, else a value.
  public static func threshold(_ threshold: Double, value: Double) -> PointwiseFunction {
    let operation = Threshold(threshold: threshold, value: value)
    return real(operation).or(integer(operation))
  }

  /// Returns `x` moved towards zero by a distance, and 0 where it is nearer.
  public static func softShrink(_ distance: Double) -> PointwiseFunction {
    real(SoftShrink(distance: distance))
  }

  /// Returns `x`, or 0 where its magnitude is not above a limit.
  public static func hardShrink(_ limit: Double) -> PointwiseFunction {
    real(HardShrink(limit: limit))
  }

  /// Returns `log(x / (1 - x))`, with `x` kept away from 0 and 1 by `margin` if there is one.
  public static func logit(margin: Double?) -> PointwiseFunction {
    rounding { real(Logit(margin: margin, rounding: $0)) }
  }
}

private struct ReLU: RealUnary, IntegerUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { x <= 0 ? 0 : x }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { x < 0 ? 0 : x }
}

private struct Sigmoid: RealUnary, ComplexUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { logistic(x) }
  func complex(_ x: Complex<Double>) -> Complex<Double> {
    Complex(1, 0) / (Complex(1, 0) + .exp(-x))
  }
}

private struct LogSigmoid: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    smaller(x, 0) - .log1p(.exp(-x.magnitude))
  }
}

private struct SiLU: RealUnary, ComplexUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x / (1 + .exp(-x)) }
  func complex(_ x: Complex<Double>) -> Complex<Double> { x / (Complex(1, 0) + .exp(-x)) }
}

private struct Mish: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x * .tanh(.log1p(.exp(x))) }
}

private struct GELU: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x * normalDistribution(x) }
}

private struct GELUTanh: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    let half: Value = 0.5
    return half * x * (1 + .tanh(geluTanhArgument(x)))
  }
}

private struct HardSwish: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x * smaller(larger(x + 3, 0), 6) / 6 }
}

private struct HardSigmoid: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { smaller(larger(x + 3, 0), 6) / 6 }
}

private struct PReLU: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ weight: Value) -> Value { x > 0 ? x : weight * x }
}

private struct ELU: RealUnary {
  let alpha: Double
  let scale: Double
  let inputScale: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    let negative = Value.expm1(x * Value(inputScale)) * Value(alpha * scale)
    return x < 0 ? negative : x * Value(scale)
  }
}

private struct Softplus: RealUnary {
  let beta: Double
  let threshold: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    let scaled = x * Value(beta)
    return scaled > Value(threshold) ? x : .log1p(.exp(scaled)) / Value(beta)
  }
}

private struct LeakyReLU: RealUnary {
  let slope: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x > 0 ? x : x * Value(slope) }
}

private struct Threshold: RealUnary, IntegerUnary {
  let threshold: Double
  let value: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x <= Value(threshold) ? Value(value) : x }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value) -> Value {
    Double(x) <= threshold ? Value(converting: value) : x
  }
}

private struct SoftShrink: RealUnary {
  let distance: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    let distance = Value(distance)
    let moved = x > 0 ? x - distance : x + distance
    return x.magnitude <= distance ? 0 : moved
  }
}

private struct HardShrink: RealUnary {
  let limit: Double
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value { x.magnitude <= Value(limit) ? 0 : x }
}

private struct Logit: RealUnary {
  let margin: Double?
  let rounding: HalfRounding
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    var x = x
    if let margin {
      let (least, most) = (Value(margin), Value(1 - margin))
      x = x < least ? least : (x > most ? most : x)
    }
    return .log(rounding(x / rounding(1 - x)))
  }
}

/// Returns `1 / (1 + e^-x)`.
@inline(__always)
func logistic<Value: RealMath>(_ x: Value) -> Value { 1 / (1 + .exp(-x)) }

/// Returns the normal distribution function: `(1 + erf(x / √2)) / 2`.
@inline(__always)
func normalDistribution<Value: RealMath>(_ x: Value) -> Value {
  let inverseRoot2: Value = 0.707106781186547524400844362104849039
  let half: Value = 0.5
  return half * (1 + .erf(x * inverseRoot2))
}

/// Returns `√(2/π) * (x + 0.044715 x³)`.
@inline(__always)
func geluTanhArgument<Value: RealMath>(_ x: Value) -> Value {
  let scale: Value = 0.797884560802865355879892119868763737
  let cubic: Value = 0.044715
  return scale * (x + cubic * x * x * x)
}
