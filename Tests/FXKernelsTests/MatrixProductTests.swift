import FXTensor
import Testing

@testable import FXKernels

/// Products of floats of all sizes, whichever library computes them, against sums in double precision.
@Suite struct MatrixProductTests {
  @Test(
    arguments: [
      (1, 700, 90), (5, 7, 9), (8, 32, 128), (33, 40, 50), (64, 64, 64), (130, 100, 257),
    ],
    [(false, false), (true, false), (false, true), (true, true)])
  func agreesWithSums(sizes: (Int, Int, Int), isTransposed: (Bool, Bool)) throws {
    let (rows, depth, columns) = sizes
    let generator = RandomGenerator(seed: 5)
    let left = try operand(rows, depth, isTransposed.0, generator)
    let right = try operand(depth, columns, isTransposed.1, generator)
    let addend = try Tensor.randomNumbers([rows, columns], generator)
    let result = try MatrixProduct.sum(addend, left, right, alpha: 0.5, beta: -2)

    let exact = try MatrixProduct.sum(
      addend.converted(to: .float64), left.converted(to: .float64), right.converted(to: .float64),
      alpha: 0.5, beta: -2)
    let difference = try TensorDifference(
      result, expected: exact.converted(to: .float32), .init(relative: 1e-5, absolute: 1e-4))
    #expect(difference.isClose, "up to \(difference.greatestAbsolute)")
  }

  @Test func divisionAmongThreadsChangesNothing() throws {
    let generator = RandomGenerator(seed: 6)
    let left = try Tensor.randomNumbers([3, 150, 80], generator)
    let right = try Tensor.randomNumbers([3, 80, 120], generator)
    let together = try MatrixProduct.product(left, right)
    for batch in 0..<3 {
      let alone = try MatrixProduct.product(left.select(0, batch), right.select(0, batch))
      let difference = try TensorDifference(
        together.select(0, batch), expected: alone, .init(relative: 1e-5, absolute: 1e-5))
      #expect(difference.isClose)
    }
  }

  private func operand(
    _ rows: Int, _ columns: Int, _ isTransposed: Bool, _ generator: RandomGenerator
  ) throws -> Tensor {
    if !isTransposed { return try .randomNumbers([rows, columns], generator) }
    return try Tensor.randomNumbers([columns, rows], generator).transpose(0, 1)
  }
}
