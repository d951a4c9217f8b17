import FXTensor
import Glibc

/// A float whose rows have fast exponentials.
protocol SoftmaxCarrier: MomentCarrier {
  /// Returns the sum of the exponentials of a row less a number.
  static func sumExponentials(_ row: UnsafePointer<Self>, _ count: Int, less: Self) -> Double
  /// Stores the exponentials of a row less a number, and returns their sum.
  static func storeExponentials(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int, less: Self
  ) -> Double
}

extension Double: SoftmaxCarrier {
  static func sumExponentials(
    _ row: UnsafePointer<Double>, _ count: Int, less: Double
  ) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += exp(row[index] - less) }
    return sum
  }

  static func storeExponentials(
    _ row: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    less: Double
  ) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let value = exp(row[index] - less)
      target[index] = value
      sum += value
    }
    return sum
  }
}

extension Float: SoftmaxCarrier {
  static func sumExponentials(_ row: UnsafePointer<Float>, _ count: Int, less: Float) -> Double {
    exponentials(row, count, less: less) { _, _ in }
  }

  static func storeExponentials(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int, less: Float
  ) -> Double {
    exponentials(row, count, less: less) { index, vector in
      if index + 8 <= count {
        UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: SIMD8<Float>.self)
      } else {
        for lane in 0..<(count - index) { target[index + lane] = vector[lane] }
      }
    }
  }

  @inline(__always)
  private static func exponentials(
    _ row: UnsafePointer<Float>, _ count: Int, less: Float,
    _ body: (_ index: Int, SIMD8<Float>) -> Void
  ) -> Double {
    var sum = 0.0
    var index = 0
    while index + 8 <= count {
      // Sums of a block are in single precision.
      var block = SIMD8<Float>()
      let end = Swift.min(count, index + 8 * 64)
      while index + 8 <= end {
        let vector = UnsafeRawPointer(row + index).loadUnaligned(as: SIMD8<Float>.self) - less
        let result = vector.exponential()
        body(index, result)
        block += result
        index += 8
      }
      sum += SIMD4<Double>(block.lowHalf).sum() + SIMD4<Double>(block.highHalf).sum()
    }
    if index < count {
      var vector = SIMD8<Float>(repeating: -.infinity)
      for lane in 0..<(count - index) { vector[lane] = row[index + lane] - less }
      let result = vector.exponential()
      body(index, result)
      for lane in 0..<(count - index) { sum += Double(result[lane]) }
    }
    return sum
  }
}
