import CVectorMath
import FXCore
import FXTensor
import Glibc

// Special functions. Those that are computed in double precision are rounded once.

extension PointwiseFunction {
  /// The error function.
  public static let erf = vector(fx_erf).or(real(Erf()))

  /// One minus the error function.
  public static let erfc = real(Erfc())

  /// `e^(x²) * erfc(x)`
  public static let erfcx = real(Erfcx())

  /// The inverse of the error function.
  public static let erfinv = real(Doubled { ErrorFunctions.erfinv($0) })

  /// The normal distribution function.
  public static let ndtr = rounding { real(NDTR(rounding: $0)) }

  /// The logarithm of the normal distribution function.
  public static let logNDTR = real(LogNDTR())

  /// The inverse of the normal distribution function.
  public static let ndtri = real(Doubled { ErrorFunctions.normalQuantile($0) })

  /// `-x * log(x)`; 0 for 0, and -∞ for negative numbers.
  public static let entropy = real(Entropy())

  /// The logarithm of the gamma function's magnitude.
  public static let lgamma = real(LGamma())

  /// The derivative of the logarithm of the gamma function.
  public static let digamma = real(Doubled { GammaFunctions.digamma($0) })

  /// The regularized lower incomplete gamma function.
  public static let igamma = real(Doubled2 { GammaFunctions.lower($0, $1) })

  /// The regularized upper incomplete gamma function.
  public static let igammac = real(Doubled2 { GammaFunctions.upper($0, $1) })

  /// The Hurwitz zeta function.
  public static let zeta = real(Doubled2 { GammaFunctions.zeta($0, $1) })

  /// Returns a derivative of `digamma`, or `digamma` itself for 0.
  public static func polygamma(_ order: Int) -> PointwiseFunction {
    switch order {
    case 0: digamma
    case 1: real(Trigamma())
    default: real(Polygamma(order: order))
    }
  }

  /// The Airy function Ai.
  public static let airy = real(Doubled { BesselFunctions.airy($0) })

  /// The Bessel function J₀; NaN for infinite numbers, as PyTorch has it, like those that follow.
  public static let besselJ0 = real(Doubled { $0.isInfinite ? .nan : j0($0) })

  /// The Bessel function J₁.
  public static let besselJ1 = real(Doubled { $0.isInfinite ? .nan : j1($0) })

  /// The Bessel function Y₀.
  public static let besselY0 = real(Doubled { $0.isInfinite ? .nan : y0($0) })

  /// The Bessel function Y₁.
  public static let besselY1 = real(Doubled { $0.isInfinite ? .nan : y1($0) })

  /// The modified Bessel function I₀.
  public static let besselI0 = real(Grown { BesselFunctions.scaledI0($0) })

  /// The modified Bessel function I₁.
  public static let besselI1 = real(Grown { BesselFunctions.scaledI1($0) })

  /// `e^-|x| * I₀(x)`
  public static let scaledBesselI0 = real(Doubled { BesselFunctions.scaledI0($0) })

  /// `e^-|x| * I₁(x)`
  public static let scaledBesselI1 = real(Doubled { BesselFunctions.scaledI1($0) })

  /// The modified Bessel function K₀.
  public static let besselK0 = real(
    Doubled { Double.exp(-$0) * BesselFunctions.scaledK($0, order: 0) })

  /// The modified Bessel function K₁.
  public static let besselK1 = real(
    Doubled { Double.exp(-$0) * BesselFunctions.scaledK($0, order: 1) })

  /// `e^x * K₀(x)`
  public static let scaledBesselK0 = real(Doubled { BesselFunctions.scaledK($0, order: 0) })

  /// `e^x * K₁(x)`
  public static let scaledBesselK1 = real(Doubled { BesselFunctions.scaledK($0, order: 1) })

  /// The spherical Bessel function j₀: `sin(x) / x`.
  public static let sphericalBesselJ0 = real(SphericalJ0())
}

/// A function that is computed in double precision whatever the precision of its argument.
private struct Doubled: RealUnary {
  let function: @Sendable (Double) -> Double
  func real<Value: RealMath>(_ x: Value) -> Value { Value(function(Double(x))) }
}

/// A function of two numbers that is computed in double precision.
private struct Doubled2: RealBinary {
  let function: @Sendable (Double, Double) -> Double
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
    Value(function(Double(x), Double(y)))
  }
}

/// A function that grows with the exponential, which overflows in the precision of the argument.
private struct Grown: RealUnary {
  let scaled: @Sendable (Double) -> Double
  func real<Value: RealMath>(_ x: Value) -> Value {
    .exp(x.magnitude) * Value(scaled(Double(x)))
  }
}

private struct Erf: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .erf(x) }
}

private struct Erfc: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .erfc(x) }
}

private struct Erfcx: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    // The exponential of negative numbers' squares is as inexact as the squares are.
    if x < -1 { return 2 * .exp(x * x) - Value(ErrorFunctions.erfcx(-Double(x))) }
    return Value(ErrorFunctions.erfcx(Double(x)))
  }
}

private struct NDTR: RealUnary {
  let rounding: HalfRounding
  func real<Value: RealMath>(_ x: Value) -> Value {
    let root2: Value = 1.41421356237309504880168872420969808
    let half: Value = 0.5
    return half * rounding(1 + rounding(.erf(rounding(x / root2))))
  }
}

private struct LogNDTR: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    let inverseRoot2: Value = 0.707106781186547524400844362104849039
    let t = x * inverseRoot2
    if x < -1 { return .log(Value(ErrorFunctions.erfcx(-Double(t))) / 2) - t * t }
    return .log1p(-.erfc(t) / 2)
  }
}

private struct Entropy: RealUnary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value) -> Value {
    if x > 0 { return -x * .log(x) }
    return x == 0 ? 0 : (x != x ? x : -.infinity)
  }
}

private struct LGamma: RealUnary {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Value { .lgamma(x) }
}

private struct Trigamma: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    let half: Value = 0.5
    var (x, result, isReflected): (Value, Value, Bool) = (x, 0, false)
    if x < half {
      let pi = Value(Double.pi)
      let sine = Value.sin(pi * x)
      result -= (pi * pi) / (sine * sine)
      x = 1 - x
      isReflected = true
    }
    for _ in 0..<6 {
      result += 1 / (x * x)
      x += 1
    }
    let square = 1 / (x * x)
    let inner = 1 / Value(30) - square * (1 / Value(42))
    let tail = 1 + 1 / (2 * x) + square * (1 / Value(6) - square * inner)
    result += tail / x
    return isReflected ? -result : result
  }
}

private struct Polygamma: RealUnary {
  let order: Int
  func real<Value: RealMath>(_ x: Value) -> Value {
    let factorial = Value.exp(.lgamma(Value(order) + 1))
    let zeta = Value(GammaFunctions.zeta(Double(order + 1), Double(x)))
    return (order % 2 == 0 ? -factorial : factorial) * zeta
  }
}

private struct SphericalJ0: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    if x.isInfinite { return 0 }
    // The sine of a small number over it, whose quotient would lose nothing but for zero.
    return x == 0 ? 1 : .sin(x) / x
  }
}
