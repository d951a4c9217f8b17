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
    case .float32:
      try fillBlocks(Float(mean), Float(deviation), { generator.nextFloat() }, boxMuller)
    case .float64: try fillBlocks(mean, deviation, { generator.nextDouble() }, boxMuller)
    default:
      guard dtype.isFloatingPoint else { throw noKernel(for: dtype) }
      // Halves are drawn block by block, so that the last one goes on where the others end.
      let wide = try emptyLike(.float32)
      try wide.fillBlocks(
        Float(mean), Float(deviation), { generator.nextFloat() }, boxMuller,
        drawsAll: false)
      try copy(from: wide)
    }
  }

  private func fillBlocks<Number: FloatElement & BinaryFloatingPoint>(
    _ mean: Number, _ deviation: Number, _ draw: () -> Number,
    _ transform: (Number, Number) -> (Number, Number), drawsAll: Bool = true
  ) throws {
    let numbers = try mutablePointer(Number.self)
    func fill(_ block: UnsafeMutablePointer<Number>) {
      for place in 0..<8 {
        let (first, second) = transform(1 - block[place], block[place + 8])
        block[place] = mean.addingProduct(first, deviation)
        block[place + 8] = mean.addingProduct(second, deviation)
      }
    }
    let count = drawsAll ? elementCount : elementCount / 16 * 16
    for place in 0..<count { numbers[place] = draw() }
    for start in stride(from: 0, through: elementCount - 16, by: 16) { fill(numbers + start) }
    if elementCount % 16 == 0 { return }
    // The last block is made anew, and overlaps the one before.
    let last = numbers + elementCount - 16
    for place in 0..<16 { last[place] = draw() }
    fill(last)
  }
}

/// Makes two normal numbers of two uniform ones, the first above 0.
private func boxMuller(_ distance: Float, _ angle: Float) -> (Float, Float) {
  let radius = sqrtf(-2 * logf(distance))
  let theta = Float(2 * Double.pi) * angle
  return (radius * cosf(theta), radius * sinf(theta))
}

private func boxMuller(_ distance: Double, _ angle: Double) -> (Double, Double) {
  let radius = sqrt(-2 * log(distance))
  let theta = 2 * Double.pi * angle
  return (radius * cos(theta), radius * sin(theta))
}
