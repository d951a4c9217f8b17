import FXTensor

/// A float with the functions of gates on runs of numbers.
protocol GateCarrier: RealMath {
  /// Replaces each number x by 1 / (1 + e^-x).
  static func sigmoid(_ numbers: UnsafeMutablePointer<Self>, _ count: Int)
  /// Replaces each number by its hyperbolic tangent.
  static func tangent(_ numbers: UnsafeMutablePointer<Self>, _ count: Int)
}

extension Double: GateCarrier {
  static func sigmoid(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { numbers[index] = 1 / (1 + exp(-numbers[index])) }
  }

  static func tangent(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { numbers[index] = tanh(numbers[index]) }
  }
}

extension Float: GateCarrier {
  static func sigmoid(_ numbers: UnsafeMutablePointer<Float>, _ count: Int) {
    inEights(numbers, count) { 1 / (1 + (-$0).exponential()) }
  }

  static func tangent(_ numbers: UnsafeMutablePointer<Float>, _ count: Int) {
    inEights(numbers, count) { $0.tangent() }
  }

  @inline(__always)
  private static func inEights(
    _ numbers: UnsafeMutablePointer<Float>, _ count: Int,
    _ transform: (SIMD8<Float>) -> SIMD8<Float>
  ) {
    var index = 0
    while index + 8 <= count {
      let place = UnsafeMutableRawPointer(numbers + index)
      place.storeBytes(
        of: transform(place.loadUnaligned(as: SIMD8<Float>.self)), as: SIMD8<Float>.self)
      index += 8
    }
    if index == count { return }
    var rest = SIMD8<Float>()
    for lane in 0..<(count - index) { rest[lane] = numbers[index + lane] }
    rest = transform(rest)
    for lane in 0..<(count - index) { numbers[index + lane] = rest[lane] }
  }
}

extension SIMD8<Float> {
  /// The hyperbolic tangents of eight numbers.
  @inline(__always)
  fileprivate func tangent() -> Self {
    let isNegative = self .< 0
    let magnitude = replacing(with: -self, where: isNegative)
    let power = (magnitude * -2).exponential()
    var result = (1 - power) / (1 + power)
    result.replace(with: -result, where: isNegative)
    // Where the exponential is near 1 its difference loses places; a series does not.
    let square = self * self
    var series = square * 2.1869489e-2 - 5.3968254e-2
    series = series * square + 1.3333333e-1
    series = series * square - 3.3333334e-1
    let small = self + self * square * series
    return result.replacing(with: small, where: magnitude .< 0.25)
  }
}
