import Glibc

/// Numbers of distributions, drawn as PyTorch's kernels for the CPU draw them.
///
/// Source: `ATen/core/DistributionsHelper.h`, `TransformationHelper.h`.
extension RandomGenerator {
  /// Draws from 0 to below 1, with 24 bits.
  @inlinable @inline(__always)
  public func nextFloat() -> Float { Float(next32() & 0xFF_FFFF) * 0x1p-24 }

  /// Draws from 0 to below 1, with 53 bits.
  @inlinable @inline(__always)
  public func nextDouble() -> Double { Double(next64() & 0x1F_FFFF_FFFF_FFFF) * 0x1p-53 }

  /// Draws a number of the normal distribution (`at::normal_distribution<double>`).
  public func nextNormal() -> Double {
    if let pending = pendingNormal {
      pendingNormal = nil
      return pending
    }
    let (angle, distance) = (nextDouble(), nextDouble())
    let radius = sqrt(-2 * log1p(-distance))
    let theta = 2 * Double.pi * angle
    pendingNormal = radius * sin(theta)
    return radius * cos(theta)
  }

  /// Draws from 0 to below a number; two words where it is large, as the remainder of one would
  /// prefer small numbers.
  public func next(below range: UInt64) -> UInt64 {
    range >= 1 << 28 ? next64() % range : UInt64(next32()) % range
  }

  /// Draws a number of the exponential distribution.
  public func nextExponential(_ rate: Double) -> Double { -log1p(-nextDouble()) / rate }

  /// Draws the number of trials until the first success.
  public func nextGeometric(_ probability: Double) -> Double {
    ceil(log(nextDouble()) / log1p(-probability))
  }

  /// Draws a number of the Cauchy distribution.
  public func nextCauchy(_ median: Double, _ scale: Double) -> Double {
    median + scale * tan(Double.pi * (nextDouble() - 0.5))
  }

  /// Draws a number of the Poisson distribution (`sample_poisson`).
  ///
  /// Source: W. Hörmann, "The transformed rejection method for generating Poisson random
  /// variables", 1993, for rates of 10 and more.
  public func nextPoisson(_ rate: Double) -> Double {
    if rate == 0 { return 0 }
    if rate < 10 {
      let limit = exp(-rate)
      var (count, product) = (0.0, nextDouble())
      while product > limit {
        count += 1
        product *= nextDouble()
      }
      return count
    }
    let b = 0.931 + 2.53 * sqrt(rate)
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = nextDouble() - 0.5
      let v = nextDouble()
      let distance = 0.5 - abs(u)
      let count = floor((2 * a / distance + b) * u + rate + 0.43)
      if distance >= 0.07, v <= squeeze { return count }
      if count < 0 || (distance < 0.013 && v > distance) { continue }
      let left = log(v) + log(inverseAlpha) - log(a / (distance * distance) + b)
      if left <= -rate + count * log(rate) - lgamma(count + 1) { return count }
    }
  }

  /// Draws a number of the gamma distribution with scale 1 (`sample_gamma`).
  ///
  /// Source: G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", 2000.
  public func nextGamma(_ shape: Double) -> Double {
    if shape == 0 { return 0 }
    var (scale, shape) = (1.0, shape)
    if shape < 1 {
      scale = pow(1 - nextDouble(), 1 / shape)
      shape += 1
    }
    let d = shape - 1 / 3.0
    let c = 1 / sqrt(9 * d)
    while true {
      var (x, y) = (0.0, 0.0)
      repeat {
        x = nextNormal()
        y = 1 + c * x
      } while y <= 0
      let v = y * y * y
      let u = 1 - nextDouble()
      let square = x * x
      // PyTorch's constant is of single precision.
      if u < 1 - Double(Float(0.0331)) * square * square { return scale * d * v }
      if log(u) < 0.5 * square + d * (1 - v + log(v)) { return scale * d * v }
    }
  }

  /// Draws the number of successes of so many trials (`sample_binomial`).
  ///
  /// Source: W. Hörmann, "The generation of binomial random variates", 1993.
  public func nextBinomial(_ count: Double, _ probability: Double) -> Double {
    if count <= 0 || probability <= 0 { return 0 }
    if probability >= 1 { return count }
    if probability > 0.5 { return count - nextBinomial(count, 1 - probability) }
    if probability.isNaN { return .nan }
    if count * probability >= 10 { return transformedBinomial(count, probability) }
    let limit = log1p(-probability)
    var (successes, sum) = (0.0, 0.0)
    while true {
      sum += ceil(log(nextDouble()) / limit)
      if sum > count { return successes }
      successes += 1
    }
  }

  private func transformedBinomial(_ count: Double, _ probability: Double) -> Double {
    let deviation = sqrt(count * probability * (1 - probability))
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * probability
    let c = count * probability + 0.5
    let squeeze = 0.92 - 4.2 / b
    let ratio = probability / (1 - probability)
    let alpha = (2.83 + 5.1 / b) * deviation
    let m = floor((count + 1) * probability)
    while true {
      let u = nextDouble() - 0.5
      var v = nextDouble()
      let distance = 0.5 - abs(u)
      let k = floor((2 * a / distance + b) * u + c)
      if distance >= 0.07, v <= squeeze { return k }
      if k < 0 || k > count { continue }
      v = log(v * alpha / (a / (distance * distance) + b))
      let bound =
        (m + 0.5) * log((m + 1) / (ratio * (count - m + 1)))
        + (count + 1) * log((count - m + 1) / (count - k + 1))
        + (k + 0.5) * log(ratio * (count - k + 1) / (k + 1))
      let tails =
        Self.stirlingTail(m) + Self.stirlingTail(count - m) - Self.stirlingTail(k)
        - Self.stirlingTail(count - k)
      if v <= bound + tails { return k }
    }
  }

  /// The part of the logarithm of a factorial that Stirling's formula leaves out.
  private static func stirlingTail(_ k: Double) -> Double {
    if k <= 9 { return stirlingTails[Int(k)] }
    let square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)
  }

  private static let stirlingTails: [Double] = [
    0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
    0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
    0.00925546218271273, 0.00833056343336287,
  ]
}
