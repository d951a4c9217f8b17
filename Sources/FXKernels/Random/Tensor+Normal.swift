import CVectorMath
import FXCore
import FXTensor
import Glibc

extension Tensor {
  /// Fills with numbers of a normal distribution (`Tensor.normal_`).
  ///
  /// Contiguous tensors of 16 elements and more are made in blocks of 16, others one by one.
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillNormal(
    mean: Double, deviation: Double, _ generator: RandomGenerator
  ) throws {
    guard deviation >= 0 else {
      throw FXError(.tensorShape, "the standard deviation \(deviation) is negative")
    }
    if dtype.isComplex {
      // Each of both parts has the mean and half of the variance.
      return try viewAsReal().fillNormal(
        mean: mean, deviation: deviation / 2.0.squareRoot(), generator)
    }
    guard elementCount >= 16, isContiguous else {
      try fillRandomly { mean.addingProduct(generator.nextNormal(), deviation) }
      return
    }
    switch dtype {
    case .float32: try fillBlocks(Float(mean), Float(deviation), generator)
    case .float64: try fillBlocks(mean, deviation, generator)
    default:
      guard dtype.isFloatingPoint else { throw noKernel(for: dtype) }
      // Halves are drawn block by block, so that the last one goes on where the others end.
      let wide = try emptyLike(.float32)
      try wide.fillBlocks(Float(mean), Float(deviation), generator, drawsAll: false)
      try copy(from: wide)
    }
  }

  private func fillBlocks<Number: NormalNumber>(
    _ mean: Number, _ deviation: Number, _ generator: RandomGenerator, drawsAll: Bool = true
  ) throws {
    let numbers = try mutablePointer(Number.self)
    let count = drawsAll ? elementCount : elementCount / 16 * 16
    for place in 0..<count { numbers[place] = Number.draw(generator) }
    let blocks = elementCount / 16
    Parallel.ranges(of: blocks, grain: 256) { range in
      Number.makeNormal(numbers + range.lowerBound * 16, range.count, mean, deviation)
    }
    if elementCount % 16 == 0 { return }
    // The last block is made anew, and overlaps the one before.
    let last = numbers + elementCount - 16
    for place in 0..<16 { last[place] = Number.draw(generator) }
    Number.makeNormal(last, 1, mean, deviation)
  }
}

/// A float of which normal numbers are made, 16 of as many uniform ones by Box and Muller's method:
/// the first 8 tell distances, the others angles.
private protocol NormalNumber: FloatElement {
  /// Draws a number from 0 to 1.
  static func draw(_ generator: RandomGenerator) -> Self
  /// Makes blocks of 16 numbers normal.
  static func makeNormal(
    _ numbers: UnsafeMutablePointer<Self>, _ blocks: Int, _ mean: Self, _ deviation: Self)
}

extension Float: NormalNumber {
  static func draw(_ generator: RandomGenerator) -> Float { generator.nextFloat() }

  static func makeNormal(
    _ numbers: UnsafeMutablePointer<Float>, _ blocks: Int, _ mean: Float, _ deviation: Float
  ) {
    fx_box_muller(numbers, blocks, mean, deviation)
  }
}

extension Double: NormalNumber {
  static func draw(_ generator: RandomGenerator) -> Double { generator.nextDouble() }

  static func makeNormal(
    _ numbers: UnsafeMutablePointer<Double>, _ blocks: Int, _ mean: Double, _ deviation: Double
  ) {
    for block in 0..<blocks {
      let (distances, angles) = (numbers + 16 * block, numbers + 16 * block + 8)
      for place in 0..<8 {
        let radius = sqrt(-2 * log(1 - distances[place]))
        let angle = 2 * Double.pi * angles[place]
        distances[place] = mean.addingProduct(radius * cos(angle), deviation)
        angles[place] = mean.addingProduct(radius * sin(angle), deviation)
      }
    }
  }
}
