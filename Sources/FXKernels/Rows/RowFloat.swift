import CVectorMath
import FXTensor
import Glibc

/// A float with what is computed of rows: vector code for `Float`, plain loops for `Double`.
protocol RowFloat: OrderedOpMath, BinaryFloatingPoint {
  /// Returns the number, mean and squared distances of a row.
  static func moments(_ row: UnsafePointer<Self>, _ count: Int) -> Moments
  /// Returns the sum of squares; those of `Float` may be beyond its range.
  static func squareSum(_ row: UnsafePointer<Self>, _ count: Int) -> Double
  /// Stores the exponentials of a row less a number, and returns their sum.
  static func storeExponentials(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int, less: Self
  ) -> Double
  /// Replaces the numbers of a row by the exponentials of them less a number, and returns their sum.
  static func replaceByExponentials(
    _ row: UnsafeMutablePointer<Self>, _ count: Int, less: Self
  ) -> Double
  /// Stores a row times a slope plus an offset.
  static func storeAffine(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int, slope: Self,
    offset: Self
  )
  /// Stores a row times slopes plus offsets, one of each an element.
  static func storeAffine(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int,
    slopes: UnsafePointer<Self>, offsets: UnsafePointer<Self>
  )
  /// Stores a row less a center, times a factor, times weights, plus biases.
  static func storeNormalized(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int,
    center: Self, factor: Self, _ weights: UnsafePointer<Self>?, _ biases: UnsafePointer<Self>?
  )
  /// Stores a row times a factor plus an offset, rounded once, times weights, plus biases.
  static func storeScaled(
    _ row: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>, _ count: Int,
    factor: Self, offset: Self, _ weights: UnsafePointer<Self>?, _ biases: UnsafePointer<Self>?
  )
}

extension Float: RowFloat {
  /// The length up to which sums of exponentials are exact enough in single precision.
  private static let blockLength = 4096

  static func moments(_ row: UnsafePointer<Float>, _ count: Int) -> Moments {
    if count == 0 { return Moments() }
    // Distances from a rounded mean are exact enough once their own sum is taken into account.
    let mean = fx_sum(row, count) / Double(count)
    let center = Float(mean)
    let shift = mean - Double(center)
    let squares = fx_square_sum(row, count, center) - Double(count) * shift * shift
    return Moments(count: Double(count), mean: mean, squares: squares < 0 ? 0 : squares)
  }

  static func squareSum(_ row: UnsafePointer<Float>, _ count: Int) -> Double {
    fx_double_square_sum(row, count)
  }

  static func storeExponentials(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int, less: Float
  ) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: count, by: blockLength) {
      let length = Swift.min(count - start, blockLength)
      sum += Double(fx_exp_sum(target + start, row + start, length, less))
    }
    return sum
  }

  static func replaceByExponentials(
    _ row: UnsafeMutablePointer<Float>, _ count: Int, less: Float
  ) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: count, by: blockLength) {
      let length = Swift.min(count - start, blockLength)
      sum += Double(fx_exp_sum_in_place(row + start, length, less))
    }
    return sum
  }

  static func storeAffine(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int,
    slope: Float, offset: Float
  ) {
    fx_affine(target, row, count, slope, offset)
  }

  static func storeAffine(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int,
    slopes: UnsafePointer<Float>, offsets: UnsafePointer<Float>
  ) {
    fx_affine_each(target, row, count, slopes, offsets)
  }

  static func storeNormalized(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int,
    center: Float, factor: Float, _ weights: UnsafePointer<Float>?,
    _ biases: UnsafePointer<Float>?
  ) {
    fx_normalize(target, row, count, center, factor, weights, biases)
  }

  static func storeScaled(
    _ row: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int,
    factor: Float, offset: Float, _ weights: UnsafePointer<Float>?,
    _ biases: UnsafePointer<Float>?
  ) {
    fx_scale_and_shift(target, row, count, factor, offset, weights, biases)
  }
}

extension Double: RowFloat {
  static func moments(_ row: UnsafePointer<Double>, _ count: Int) -> Moments {
    var moments = Moments()
    for index in 0..<count { moments.add(row[index]) }
    return moments
  }

  static func squareSum(_ row: UnsafePointer<Double>, _ count: Int) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += row[index] * row[index] }
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

  static func replaceByExponentials(
    _ row: UnsafeMutablePointer<Double>, _ count: Int, less: Double
  ) -> Double {
    storeExponentials(row, row, count, less: less)
  }

  static func storeAffine(
    _ row: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    slope: Double, offset: Double
  ) {
    for index in 0..<count { target[index] = row[index] * slope + offset }
  }

  static func storeAffine(
    _ row: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    slopes: UnsafePointer<Double>, offsets: UnsafePointer<Double>
  ) {
    for index in 0..<count { target[index] = row[index] * slopes[index] + offsets[index] }
  }

  static func storeNormalized(
    _ row: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    center: Double, factor: Double, _ weights: UnsafePointer<Double>?,
    _ biases: UnsafePointer<Double>?
  ) {
    for index in 0..<count {
      let value = (row[index] - center) * factor * (weights?[index] ?? 1)
      target[index] = value + (biases?[index] ?? 0)
    }
  }

  static func storeScaled(
    _ row: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    factor: Double, offset: Double, _ weights: UnsafePointer<Double>?,
    _ biases: UnsafePointer<Double>?
  ) {
    for index in 0..<count {
      let value = offset.addingProduct(row[index], factor) * (weights?[index] ?? 1)
      target[index] = value + (biases?[index] ?? 0)
    }
  }
}
