import Glibc

/// The error function's relatives, in double precision.
enum ErrorFunctions {
  /// Returns `e^(x²) * erfc(x)`.
  static func erfcx(_ x: Double) -> Double {
    if x < 10 { return exp(x * x) * erfc(x) }
    // The asymptotic series, whose terms shrink until far beyond the last digit.
    let step = -0.5 / (x * x)
    var (sum, term, factor) = (1.0, 1.0, 1.0)
    while factor < 30 {
      term *= step * factor
      sum += term
      if term.magnitude < 1e-17 { break }
      factor += 2
    }
    return sum / (x * Double.pi.squareRoot())
  }

  /// Returns the number whose error function is given.
  static func erfinv(_ y: Double) -> Double {
    let magnitude = y.magnitude
    guard magnitude < 1 else {
      return magnitude == 1 ? Double(signOf: y, magnitudeOf: .infinity) : .nan
    }
    // Near 1 only the distance from 1 tells numbers apart.
    if magnitude > 0.5 {
      let x = -normalQuantile((1 - magnitude) / 2) * 0.5.squareRoot()
      return Double(signOf: y, magnitudeOf: x)
    }
    var x = start(y)
    for _ in 0..<3 {
      let error = (erf(x) - y) * Double.pi.squareRoot() / 2 * exp(x * x)
      x -= error / (1 + x * error)
    }
    return x
  }

  /// Returns the number below which a part `p` of the normal distribution lies.
  static func normalQuantile(_ p: Double) -> Double {
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    guard p > 0, p < 1 else { return .nan }
    if p > 0.5 { return -normalQuantile(1 - p) }
    var x: Double
    if p > 0.01 {
      x = start(2 * p - 1) * 2.0.squareRoot()
    } else {
      let level = -2 * log(p)
      x = -(level - log(level * Double.pi)).squareRoot()
    }
    for _ in 0..<20 {
      let part = erfc(-x * 0.5.squareRoot()) / 2
      // Newton's method on the logarithm, which stays exact for the smallest parts.
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      if part == 0 || density == 0 { break }
      let step = log(part / p) * part / density
      x -= step
      if step.magnitude < 1e-15 * (1 + x.magnitude) { break }
    }
    return x
  }

  /// Returns the inverse error function to some six digits.
  ///
  /// Source: M. Giles, "Approximating the erfinv function", 2010.
  private static func start(_ y: Double) -> Double {
    let level = -log((1 - y) * (1 + y)) - 2.5
    let coefficients = [
      2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
      -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
    ]
    return y * coefficients.reduce(0) { $0 * level + $1 }
  }
}
