import FXCore
import FXTensor

// Derivatives of activations: the first operand is the gradient of the result.

extension PointwiseFunction {
  /// The gradient of `sigmoid`, from its result.
  public static let sigmoidGradient = real(SigmoidGradient()).or(complex(SigmoidGradient()))

  /// The gradient of `tanh`, from its result.
  public static let tanhGradient = real(TanhGradient()).or(complex(TanhGradient()))

  /// The gradient of `logSigmoid`.
  public static let logSigmoidGradient = real(LogSigmoidGradient())

  /// The gradient of `silu`.
  public static let siluGradient = real(SiLUGradient()).or(complex(SiLUGradient()))

  /// The gradient of `mish`.
  public static let mishGradient = real(MishGradient())

  /// The gradient of `gelu`.
  public static let geluGradient = real(GELUGradient())

  /// The gradient of `geluTanh`.
  public static let geluTanhGradient = real(GELUTanhGradient())

  /// The gradient of `hardSwish`.
  public static let hardSwishGradient = real(HardSwishGradient())

  /// The gradient of `hardSigmoid`.
  public static let hardSigmoidGradient = real(HardSigmoidGradient())

  /// Returns the gradient of `elu`, from its result or from its input.
  public static func eluGradient(
    alpha: Double, scale: Double, inputScale: Double, isResult: Bool
  ) -> PointwiseFunction {
    isResult
      ? real(ELUResultGradient(alpha: alpha, scale: scale, inputScale: inputScale))
      : real(ELUGradient(alpha: alpha, scale: scale, inputScale: inputScale))
  }

  /// Returns the gradient of `softplus`.
  public static func softplusGradient(beta: Double, threshold: Double) -> PointwiseFunction {
    real(SoftplusGradient(beta: beta, threshold: threshold))
  }

  /// Returns the gradient where the second operand is above a limit, else a multiple of it.
  public static func leakyReLUGradient(slope: Double) -> PointwiseFunction {
    real(LeakyReLUGradient(slope: slope))
  }

  /// Returns the gradient where the second operand is above a limit, else 0.
  public static func thresholdGradient(_ threshold: Double) -> PointwiseFunction {
    let operation = ThresholdGradient(threshold: threshold)
    return real(operation).or(integer(operation))
  }

  /// Returns the gradient where the second operand is outside of a range around 0, else 0.
  public static func shrinkGradient(_ limit: Double) -> PointwiseFunction {
    real(ShrinkGradient(limit: limit))
  }

  /// Returns the gradient where the second operand is within a range, ends excluded, else 0.
  public static func hardTanhGradient(_ least: Double, _ most: Double) -> PointwiseFunction {
    real(HardTanhGradient(least: least, most: most))
  }

  /// Returns the gradient of `logit`.
  public static func logitGradient(margin: Double?) -> PointwiseFunction {
    real(LogitGradient(margin: margin))
  }
}

private struct SigmoidGradient: RealBinary, ComplexBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ y: Value) -> Value { gradient * (1 - y) * y }
  func complex(_ gradient: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    gradient * ((Complex(1, 0) - y) * y).conjugate
  }
}

private struct TanhGradient: RealBinary, ComplexBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ y: Value) -> Value { gradient * (1 - y * y) }
  func complex(_ gradient: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    gradient * (Complex(1, 0) - y * y).conjugate
  }
}

private struct LogSigmoidGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let decay = Value.exp(-x.magnitude)
    let tail = decay / (1 + decay)
    return x < 0 ? gradient * (1 - tail) : gradient * tail
  }
}

private struct SiLUGradient: RealBinary, ComplexBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let s = logistic(x)
    return gradient * s * (1 + x * (1 - s))
  }
  func complex(_ gradient: Complex<Double>, _ x: Complex<Double>) -> Complex<Double> {
    let one = Complex<Double>(1, 0)
    let s = one / (one + .exp(-x))
    return gradient * (s * (one + x * (one - s))).conjugate
  }
}

private struct MishGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let tangent = Value.tanh(.log1p(.exp(x)))
    return gradient * (tangent + x * logistic(x) * (1 - tangent * tangent))
  }
}

private struct GELUGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let density: Value = 0.398942280401432677939946059934381868
    let minusHalf: Value = -0.5
    return gradient * (normalDistribution(x) + x * density * .exp(minusHalf * x * x))
  }
}

private struct GELUTanhGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let scale: Value = 0.797884560802865355879892119868763737
    let cubic: Value = 0.134145
    let half: Value = 0.5
    let tangent = Value.tanh(geluTanhArgument(x))
    let slope = scale * (1 + cubic * x * x)
    let inner = x * (1 - tangent * tangent) * slope
    return gradient * half * (1 + tangent + inner)
  }
}

private struct HardSwishGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let half: Value = 0.5
    let middle = gradient * (x / 3 + half)
    return x <= -3 ? 0 : (x < 3 ? middle : gradient)
  }
}

private struct HardSigmoidGradient: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    x > -3 && x < 3 ? gradient / 6 : 0
  }
}

private struct ELUGradient: RealBinary {
  let alpha: Double
  let scale: Double
  let inputScale: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let slope = Value(inputScale) * Value(alpha * scale) * .exp(x * Value(inputScale))
    return x <= 0 ? gradient * slope : gradient * Value(scale)
  }
}

private struct ELUResultGradient: RealBinary {
  let alpha: Double
  let scale: Double
  let inputScale: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ y: Value) -> Value {
    let slope = Value(inputScale) * (y + Value(alpha * scale))
    return y <= 0 ? gradient * slope : gradient * Value(scale)
  }
}

private struct SoftplusGradient: RealBinary {
  let beta: Double
  let threshold: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let scaled = x * Value(beta)
    let power = Value.exp(scaled)
    return scaled > Value(threshold) ? gradient : gradient * power / (power + 1)
  }
}

private struct LeakyReLUGradient: RealBinary {
  let slope: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    x > 0 ? gradient : gradient * Value(slope)
  }
}

private struct ThresholdGradient: RealBinary, IntegerBinary {
  let threshold: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    x <= Value(threshold) ? 0 : gradient
  }
  @inline(__always)
  func integer<Value: IntegerMath>(_ gradient: Value, _ x: Value) -> Value {
    Double(x) <= threshold ? 0 : gradient
  }
}

private struct ShrinkGradient: RealBinary {
  let limit: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    x.magnitude <= Value(limit) ? 0 : gradient
  }
}

private struct HardTanhGradient: RealBinary {
  let least: Double
  let most: Double
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    x <= Value(least) || x >= Value(most) ? 0 : gradient
  }
}

private struct LogitGradient: RealBinary {
  let margin: Double?
  @inline(__always)
  func real<Value: RealMath>(_ gradient: Value, _ x: Value) -> Value {
    let slope = gradient / (x * (1 - x))
    guard let margin else { return x < 0 || x > 1 ? .nan : slope }
    // NaN lies outside.
    return x >= Value(margin) && x <= 1 - Value(margin) ? slope : 0
  }
}
