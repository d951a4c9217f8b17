import FXTensor

extension SIMD8<Float> {
  /// `e^x` of eight numbers, within one unit of the last place.
  ///
  /// x = n·ln 2 + r: a polynomial gives e^r on |r| ≤ ln 2 / 2, and n goes to the exponent in two
  /// halves, so that subnormal results are reached too. Source: S. Moshier, Cephes, `expf`.
  @inline(__always)
  func exponential() -> Self {
    var x = self
    x.replace(with: -104, where: self .< -104)
    x.replace(with: 89, where: self .> 89)
    // Adding 1.5·2²³ leaves the nearest integer in the low bits.
    let shifter = Self(repeating: 0x1.8p23)
    let shifted = x * 1.442695040888963 + shifter
    let whole = shifted - shifter
    let rest = x - whole * 0.693359375 - whole * -2.12194440e-4
    var series = rest * 1.9875691500e-4 + 1.3981999507e-3
    series = series * rest + 8.3334519073e-3
    series = series * rest + 4.1665795894e-2
    series = series * rest + 1.6666665459e-1
    series = series * rest + 5.0000001201e-1
    let value = series * (rest * rest) + rest + 1
    let exponent = SIMD8<Int32>(truncatingBits: shifted) &- SIMD8<Int32>(truncatingBits: shifter)
    let half = exponent &>> 1
    let result = value * Self.power(half) * Self.power(exponent &- half)
    return result.replacing(with: self, where: self .!= self)
  }

  /// 2 to the power of integers.
  @inline(__always)
  private static func power(_ exponent: SIMD8<Int32>) -> Self {
    unsafeBitCast((exponent &+ 127) &<< 23, to: Self.self)
  }
}

extension SIMD8<Int32> {
  @inline(__always)
  fileprivate init(truncatingBits vector: SIMD8<Float>) {
    self = unsafeBitCast(vector, to: SIMD8<Int32>.self)
  }
}
