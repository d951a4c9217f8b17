import Glibc

/// Bessel functions beyond those of the C library, and the Airy function, in double precision.
enum BesselFunctions {
  /// Returns `e^-|x| * I₀(x)`.
  static func scaledI0(_ x: Double) -> Double {
    let x = x.magnitude
    return x <= 20 ? exp(-x) * seriesI(x, order: 0) : asymptoticI(x, order: 0)
  }

  /// Returns `e^-|x| * I₁(x)`.
  static func scaledI1(_ x: Double) -> Double {
    let magnitude = x.magnitude
    let value =
      magnitude <= 20
      ? exp(-magnitude) * seriesI(magnitude, order: 1) : asymptoticI(magnitude, order: 1)
    return x < 0 ? -value : value
  }

  /// Sums the powers of x²/4, all of which add up.
  private static func seriesI(_ x: Double, order: Double) -> Double {
    let square = x * x / 4
    var term = order == 0 ? 1 : x / 2
    var sum = term
    for index in 1..<200 {
      let k = Double(index)
      term *= square / (k * (k + order))
      sum += term
      if term < sum * 1e-17 { break }
    }
    return sum
  }

  private static func asymptoticI(_ x: Double, order: Double) -> Double {
    if x.isInfinite { return 0 }
    var (term, sum) = (1.0, 1.0)
    for index in 1..<60 {
      let odd = Double(2 * index - 1)
      let next = term * (odd * odd - 4 * order * order) / (8 * x * Double(index))
      if next.magnitude >= term.magnitude { break }
      term = next
      sum += term
      if term.magnitude < sum * 1e-17 { break }
    }
    return sum / (2 * .pi * x).squareRoot()
  }

  /// Returns `e^x * K(x)` of an order up to 1.
  static func scaledK(_ x: Double, order: Double) -> Double {
    if x == 0 { return .infinity }
    guard x > 0 else { return .nan }
    if x.isInfinite { return 0 }
    if x < 1e-8, order == 0 { return -log(x / 2) - 0.577215664901532860606512090082402431 }
    if x < 1e-8, order == 1 { return 1 / x }
    // The trapezoidal rule on the integral of e^(-x (cosh t - 1)) cosh(order t), which is even and
    // analytic, so that the error falls exponentially with the steps.
    let step = 0.125
    var sum = 0.5
    for index in 1..<1_000 {
      let t = step * Double(index)
      let half = sinh(t / 2)
      let addend = exp(-2 * x * half * half) * cosh(order * t)
      sum += addend
      if addend < sum * 1e-18 { break }
    }
    return sum * step
  }

  /// Returns the Airy function Ai.
  static func airy(_ x: Double) -> Double {
    if !x.isFinite { return .nan }
    if x > 103.892 { return 0 }
    let distance = 2.0 / 3 * x.magnitude * x.magnitude.squareRoot()
    if x > 1 {
      let scaled = scaledK(distance, order: 1.0 / 3)
      return (x / 3).squareRoot() / .pi * scaled * exp(-distance)
    }
    return x < -9 ? oscillatingAiry(x, distance) : airySeries(x)
  }

  private static func airySeries(_ x: Double) -> Double {
    let cube = x * x * x
    var (even, odd) = (1.0, x)
    var (evenTerm, oddTerm) = (1.0, x)
    for index in 1..<100 {
      let k = Double(3 * index)
      evenTerm *= cube / (k * (k - 1))
      oddTerm *= cube / (k * (k + 1))
      even += evenTerm
      odd += oddTerm
      if evenTerm.magnitude + oddTerm.magnitude < 1e-18 { break }
    }
    return 0.355028053887817239260063186004183177 * even
      - 0.258819403792806798405183560189203963 * odd
  }

  /// The asymptotic expansion for large negative numbers.
  private static func oscillatingAiry(_ x: Double, _ distance: Double) -> Double {
    var parts = (even: 0.0, odd: 0.0)
    var term = 1.0
    for index in 0..<40 {
      let isNegative = index % 4 >= 2
      if index % 2 == 0 {
        parts.even += isNegative ? -term : term
      } else {
        parts.odd += isNegative ? -term : term
      }
      let k = Double(6 * index + 6)
      let next = term * (k - 1) * (k - 5) * (k - 3) / (216 * Double(index + 1) * (k / 3 - 1))
      let scaled = next / distance
      if scaled >= term { break }
      term = scaled
      if term < 1e-18 { break }
    }
    let angle = distance - .pi / 4
    let wave = cos(angle) * parts.even + sin(angle) * parts.odd
    return wave / (Double.pi.squareRoot() * x.magnitude.squareRoot().squareRoot())
  }
}
