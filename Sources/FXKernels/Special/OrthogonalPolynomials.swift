import FXTensor

/// Orthogonal polynomials by their recurrences, in the precision of their argument.
enum OrthogonalPolynomials {
  /// Says which Chebyshev polynomial: they differ in the second one and at the ends.
  enum Chebyshev {
    case first, second, third, fourth
  }

  /// Returns a Chebyshev polynomial on [-1, 1].
  ///
  /// - Parameter angleLimit: the degree above which it is computed by angles within the interval.
  static func chebyshev<Value: RealMath>(
    _ kind: Chebyshev, _ x: Value, _ n: Int64, angleLimit: Int64
  ) -> Value {
    if n < 0 { return 0 }
    if x.magnitude == 1 { return end(kind, n, isUpper: x > 0) }
    if n > angleLimit, x.magnitude < 1 { return byAngle(kind, x, n) }
    if n == 0 { return 1 }
    var previous: Value = 1
    var current: Value
    switch kind {
    case .first: current = x
    case .second: current = x + x
    case .third: current = x + x - 1
    case .fourth: current = x + x + 1
    }
    var k: Int64 = 2
    while k <= n, !current.isNaN {
      (previous, current) = (current, (x + x) * current - previous)
      k += 1
    }
    return current
  }

  private static func end<Value: RealMath>(
    _ kind: Chebyshev, _ n: Int64, isUpper: Bool
  ) -> Value {
    let sign: Value = isUpper || n % 2 == 0 ? 1 : -1
    switch kind {
    case .first: return sign
    case .second: return sign * (Value(n) + 1)
    case .third: return isUpper ? 1 : sign * (Value(n) + Value(n) + 1)
    case .fourth: return isUpper ? Value(n) + Value(n) + 1 : sign
    }
  }

  private static func byAngle<Value: RealMath>(
    _ kind: Chebyshev, _ x: Value, _ n: Int64
  ) -> Value {
    let angle = Value.acos(x)
    let half: Value = 0.5
    switch kind {
    case .first: return .cos(Value(n) * angle)
    case .second:
      let sine = Value.sin(angle)
      let multiple = (Value(n) + 1) * angle
      return sine != 0 ? .sin(multiple) / sine : (Value(n) + 1) * .cos(multiple) / x
    case .third:
      if Value.sin(angle / 2) == 1 { return end(kind, n, isUpper: false) }
      return .cos((Value(n) + half) * angle) / .cos(angle / 2)
    case .fourth:
      if Value.cos(angle / 2) == 1 { return end(kind, n, isUpper: x > 0) }
      return .sin((Value(n) + half) * angle) / .sin(angle / 2)
    }
  }

  /// Returns a Hermite polynomial with the weight `e^(-x²)`.
  static func hermiteH<Value: RealMath>(_ x: Value, _ n: Int64) -> Value {
    hermite(x + x, n, step: 2)
  }

  /// Returns a Hermite polynomial with the weight `e^(-x²/2)`.
  static func hermiteHe<Value: RealMath>(_ x: Value, _ n: Int64) -> Value {
    hermite(x, n, step: 1)
  }

  private static func hermite<Value: RealMath>(_ x: Value, _ n: Int64, step: Int64) -> Value {
    if n < 0 { return 0 }
    if n == 0 { return 1 }
    if n == 1 { return x }
    // PyTorch gives up beyond.
    if n > (MemoryLayout<Value>.size == 4 ? 128 : 512) { return .nan }
    var (previous, current): (Value, Value) = (1, x)
    for k in 1..<n {
      (previous, current) = (current, .fusedProduct(x, current, -(Value(k * step) * previous)))
    }
    return current
  }

  /// Returns a Laguerre polynomial.
  static func laguerre<Value: RealMath>(_ x: Value, _ n: Int64) -> Value {
    if n < 0 { return 0 }
    if n == 0 || x == 0 { return 1 }
    var (previous, current): (Value, Value) = (1, 1 - x)
    var k: Int64 = 1
    while k < n, !current.isNaN {
      let degree = Value(k)
      let next = ((degree + degree) + (1 - x)) * current - degree * previous
      (previous, current) = (current, next / (degree + 1))
      k += 1
    }
    return current
  }

  /// Returns a Legendre polynomial.
  static func legendre<Value: RealMath>(_ x: Value, _ n: Int64) -> Value {
    if n < 0 { return 0 }
    if n == 0 { return 1 }
    if x.magnitude == 1 { return x > 0 || n % 2 == 0 ? 1 : -1 }
    var (previous, current): (Value, Value) = (1, x)
    var k: Int64 = 1
    while k < n, !current.isNaN {
      let degree = Value(k)
      let next = (degree + degree + 1) * x * current - degree * previous
      (previous, current) = (current, next / (degree + 1))
      k += 1
    }
    return current
  }
}
