import CVectorMath
import FXTensor
import Glibc

// Principal values, with the branch cuts of C99.

extension Complex where Part == Double {
  /// The distance from zero.
  var magnitude: Double { fx_hypot(real, imaginary) }

  /// The angle, from -π to π.
  var phase: Double { Glibc.atan2(imaginary, real) }

  /// The number multiplied by the imaginary unit.
  private var timesI: Self { Self(-imaginary, real) }

  /// The number divided by the imaginary unit.
  private var dividedByI: Self { Self(imaginary, -real) }

  static func exp(_ x: Self) -> Self {
    let scale = Glibc.exp(x.real)
    if x.imaginary == 0 { return Self(scale, x.imaginary) }
    if scale == 0, !x.imaginary.isFinite { return Self(0, 0) }
    return Self(scale * Glibc.cos(x.imaginary), scale * Glibc.sin(x.imaginary))
  }

  static func exp2(_ x: Self) -> Self {
    let log2 = 0.693147180559945309417232121458176568
    return exp(Self(x.real * log2, x.imaginary * log2))
  }

  static func expm1(_ x: Self) -> Self {
    let halfSine = Glibc.sin(x.imaginary / 2)
    let scale = Glibc.exp(x.real)
    let real = Glibc.expm1(x.real) * Glibc.cos(x.imaginary) - 2 * halfSine * halfSine
    return Self(real, scale * Glibc.sin(x.imaginary))
  }

  static func log(_ x: Self) -> Self { Self(Glibc.log(x.magnitude), x.phase) }

  static func log2(_ x: Self) -> Self {
    Self(Glibc.log2(x.magnitude), x.phase / 0.693147180559945309417232121458176568)
  }

  static func log10(_ x: Self) -> Self {
    Self(Glibc.log10(x.magnitude), x.phase / 2.302585092994045684017991454684364208)
  }

  static func log1p(_ x: Self) -> Self {
    let sum = Self(1 + x.real, x.imaginary)
    // |1 + x|² - 1, without the loss that the sum with 1 means for small numbers.
    let excess = x.real * (2 + x.real) + x.imaginary * x.imaginary
    let isSmall = excess.magnitude < 0.5
    return Self(isSmall ? Glibc.log1p(excess) / 2 : Glibc.log(sum.magnitude), sum.phase)
  }

  static func sqrt(_ x: Self) -> Self {
    if x.isZero { return Self(0, x.imaginary) }
    if x.imaginary.isInfinite { return Self(.infinity, x.imaginary) }
    let magnitude = x.magnitude
    if x.real >= 0 {
      let real = Glibc.sqrt((magnitude + x.real) / 2)
      return Self(real, x.imaginary / (2 * real))
    }
    let imaginary = Glibc.sqrt((magnitude - x.real) / 2)
    let part = x.imaginary.magnitude / (2 * imaginary)
    return Self(part, Double(signOf: x.imaginary, magnitudeOf: imaginary))
  }

  static func pow(_ x: Self, _ y: Self) -> Self {
    if y.isZero { return Self(1, 0) }
    if x.isZero {
      if y.imaginary == 0, y.real > 0 { return Self(0, 0) }
      return Self(.nan, .nan)
    }
    if y.imaginary == 0, y.real == 1 { return x }
    if y.imaginary == 0, y.real == 2 { return x * x }
    return exp(y * log(x))
  }

  static func sinh(_ x: Self) -> Self {
    let imaginary = Glibc.sin(x.imaginary)
    return Self(
      Glibc.sinh(x.real) * Glibc.cos(x.imaginary),
      imaginary == 0 ? imaginary : Glibc.cosh(x.real) * imaginary)
  }

  static func cosh(_ x: Self) -> Self {
    Self(
      Glibc.cosh(x.real) * Glibc.cos(x.imaginary), Glibc.sinh(x.real) * Glibc.sin(x.imaginary))
  }

  static func tanh(_ x: Self) -> Self {
    // Beyond, the real part is 1 to the last digit and the formula would overflow.
    if x.real.magnitude > 20 {
      let sign = Double(signOf: x.real, magnitudeOf: 1)
      let decay = 4 * Glibc.exp(-2 * x.real.magnitude)
      let (sine, cosine) = (Glibc.sin(x.imaginary), Glibc.cos(x.imaginary))
      return Self(sign, decay * sine * cosine)
    }
    let tangent = Glibc.tan(x.imaginary)
    let sine = Glibc.sinh(x.real)
    let beta = 1 + tangent * tangent
    let rho = Glibc.sqrt(1 + sine * sine)
    let denominator = 1 + beta * sine * sine
    if tangent.isInfinite { return Self(rho / sine, 1 / tangent) }
    return Self(beta * rho * sine / denominator, tangent / denominator)
  }

  static func sin(_ x: Self) -> Self { sinh(x.timesI).dividedByI }
  static func cos(_ x: Self) -> Self { cosh(x.timesI) }
  static func tan(_ x: Self) -> Self { tanh(x.timesI).dividedByI }

  static func asinh(_ x: Self) -> Self { asin(x.timesI).dividedByI }
  static func atan(_ x: Self) -> Self { atanh(x.timesI).dividedByI }

  // Source of the next: W. Kahan, "Branch cuts for complex elementary functions", 1987.

  static func asin(_ x: Self) -> Self {
    let (above, below) = (sqrt(Self(1 + x.real, x.imaginary)), sqrt(Self(1 - x.real, -x.imaginary)))
    let real = Glibc.atan2(x.real, above.real * below.real - above.imaginary * below.imaginary)
    let product = below.real * above.imaginary - below.imaginary * above.real
    return Self(real, Glibc.asinh(product))
  }

  static func acos(_ x: Self) -> Self {
    let (above, below) = (sqrt(Self(1 + x.real, x.imaginary)), sqrt(Self(1 - x.real, -x.imaginary)))
    let real = 2 * Glibc.atan2(below.real, above.real)
    let product = above.real * below.imaginary - above.imaginary * below.real
    return Self(real, Glibc.asinh(product))
  }

  static func acosh(_ x: Self) -> Self {
    let (above, below) = (sqrt(Self(x.real + 1, x.imaginary)), sqrt(Self(x.real - 1, x.imaginary)))
    let product = below.real * above.real + below.imaginary * above.imaginary
    return Self(Glibc.asinh(product), 2 * Glibc.atan2(below.imaginary, above.real))
  }

  static func atanh(_ x: Self) -> Self {
    let (real, imaginary) = (x.real, x.imaginary)
    let distance = (1 - real) * (1 - real) + imaginary * imaginary
    let logarithm = Glibc.log1p(4 * real / distance) / 4
    let angle = Glibc.atan2(2 * imaginary, (1 - real) * (1 + real) - imaginary * imaginary) / 2
    return Self(logarithm, angle)
  }
}
