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

    let exact = try Self.sum(addend, left, right)
    let difference = try TensorDifference(
      result, expected: exact, .init(relative: 1e-5, absolute: 1e-4))
    #expect(difference.isClose, "up to \(difference.greatestAbsolute)")
  }

  /// Computes `0.5 * left @ right - 2 * addend` one element after the other.
  private static func sum(_ addend: Tensor, _ left: Tensor, _ right: Tensor) throws -> Tensor {
    let (rows, depth, columns) = (left.sizes[0], left.sizes[1], right.sizes[1])
    let a = try left.elements(as: Double.self)
    let b = try right.elements(as: Double.self)
    var sums = try addend.elements(as: Double.self).map { -2 * $0 }
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for index in 0..<depth { sum += a[row * depth + index] * b[index * columns + column] }
        sums[row * columns + column] += 0.5 * sum
      }
    }
    return try .of(sums.map { Float($0) }, [rows, columns])
  }

  @Test(arguments: [2, 3, 8, 300])
  func divisionAmongThreadsChangesNothing(threadCount: Int) throws {
    let generator = RandomGenerator(seed: 6)
    let left = try Tensor.randomNumbers([3, 150, 80], generator)
    let right = try Tensor.randomNumbers([3, 80, 120], generator)
    let alone = try Division(threadCount: 1) { try MatrixProduct.product(left, right) }
    let together = try Division(threadCount: threadCount) {
      #expect(Parallel.threadCount == threadCount)
      return try MatrixProduct.product(left, right)
    }
    let difference = try TensorDifference(
      together, expected: alone, .init(relative: 1e-5, absolute: 1e-5))
    #expect(difference.isClose, "up to \(difference.greatestAbsolute)")
  }

  private func operand(
    _ rows: Int, _ columns: Int, _ isTransposed: Bool, _ generator: RandomGenerator
  ) throws -> Tensor {
    if !isTransposed { return try .randomNumbers([rows, columns], generator) }
    return try Tensor.randomNumbers([columns, rows], generator).transpose(0, 1)
  }
}
