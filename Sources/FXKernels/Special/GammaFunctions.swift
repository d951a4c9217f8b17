import Glibc

/// The gamma function's relatives, in double precision.
enum GammaFunctions {
  /// Returns the derivative of the logarithm of the gamma function.
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return Double(signOf: -x, magnitudeOf: .infinity) }
    if x < 0 {
      let fraction = x - x.rounded(.towardZero)
      if fraction == 0 { return .nan }
      return digamma(1 - x) - .pi / tan(.pi * fraction)
    }
    var (x, result) = (x, 0.0)
    while x < 10 {
      result -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    // B(2k) / 2k, the last first.
    let coefficients = [
      1.0 / 12, -691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252, -1.0 / 120, 1.0 / 12,
    ]
    return result + log(x) - 0.5 / x - square * coefficients.reduce(0) { $0 * square + $1 }
  }

  /// Returns the Hurwitz zeta function: the sum of `(q + k)^-s` over all k.
  static func zeta(_ s: Double, _ q: Double) -> Double {
    if s == 1 { return .infinity }
    if s < 1 || s.isNaN || q.isNaN { return .nan }
    if q <= 0 {
      if q == q.rounded(.down) { return .infinity }
      if s != s.rounded(.down) { return .nan }
    }
    // Terms up to a distance where the Euler–Maclaurin formula converges.
    var sum = pow(q, -s)
    var (place, term, count) = (q, 0.0, 0)
    while count < 9 || place <= 9 {
      count += 1
      place += 1
      term = pow(place, -s)
      sum += term
      if term.magnitude < 1.11e-16 * sum.magnitude { return sum }
    }
    sum += term * place / (s - 1) - term / 2
    var factor = s
    var power = term / place
    for (index, coefficient) in bernoulliRatios.enumerated() {
      let addend = factor * power * coefficient
      sum += addend
      if (addend / sum).magnitude < 1.11e-16 { break }
      let next = s + Double(2 * index + 1)
      factor *= next * (next + 1)
      power /= place * place
    }
    return sum
  }

  /// B(2k) / (2k)!, from k = 1 on.
  private static let bernoulliRatios: [Double] = [
    1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1_209_600, 1.0 / 47_900_160,
    -691.0 / 1.307674368e12, 1.0 / 7.47242496e10, -3617.0 / 1.067062284288e16,
    43867.0 / 5.109094217170944e18, -174611.0 / 8.028576626982912e20,
    854513.0 / 1.5511210043330985984e23, -236364091.0 / 1.6938241367317436694528e27,
  ]

  /// Returns the regularized lower incomplete gamma function.
  static func lower(_ a: Double, _ x: Double) -> Double { incomplete(a, x, isLower: true) }

  /// Returns the regularized upper incomplete gamma function.
  static func upper(_ a: Double, _ x: Double) -> Double { incomplete(a, x, isLower: false) }

  private static func incomplete(_ a: Double, _ x: Double, isLower: Bool) -> Double {
    let (none, all): (Double, Double) = isLower ? (0, 1) : (1, 0)
    if a < 0 || x < 0 { return .nan }
    if a == 0 { return x > 0 ? all : .nan }
    if x == 0 { return none }
    if a.isInfinite { return x.isInfinite ? .nan : none }
    if x.isInfinite { return all }
    // As in PyTorch, a NaN beside an infinite number does not matter.
    if a.isNaN || x.isNaN { return .nan }
    if x < a + 1 {
      let part = series(a, x)
      return isLower ? part : 1 - part
    }
    let rest = fraction(a, x)
    return isLower ? 1 - rest : rest
  }

  /// `x^a e^-x / Γ(a)`
  private static func scale(_ a: Double, _ x: Double) -> Double {
    if a < 30 { return exp(a * log(x) - x - lgamma(a)) }
    // Stirling's formula leaves a difference of logarithms that does not lose digits.
    let ratio = (x - a) / a
    let exponent = a * (log1p(ratio) - ratio)
    let square = 1 / (a * a)
    let tail = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / a
    return exp(exponent - tail) * (a / (2 * .pi)).squareRoot()
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    var (sum, term, place) = (1 / a, 1 / a, a)
    for _ in 0..<100_000 {
      place += 1
      term *= x / place
      sum += term
      if term < sum * 1e-17 { break }
    }
    return sum * scale(a, x)
  }

  /// Lentz's method for the continued fraction of the upper function.
  private static func fraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var value = d
    for index in 1..<100_000 {
      let step = -Double(index) * (Double(index) - a)
      b += 2
      d = 1 / notZero(step * d + b)
      c = notZero(b + step / c)
      let change = c * d
      value *= change
      if (change - 1).magnitude < 1e-16 { break }
    }
    return value * scale(a, x)
  }

  private static func notZero(_ x: Double) -> Double { x == 0 ? 1e-300 : x }
}
