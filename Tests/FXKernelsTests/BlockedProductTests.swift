import FXCore
import FXTensor
import Testing

@testable import FXKernels

/// Products of FXKit's own code against plain sums, for all element types, orders and factors.
@Suite struct BlockedProductTests {
  /// Sizes at and about those of blocks in registers and in caches.
  static let sizes: [(Int, Int, Int)] = [
    (1, 1, 1), (1, 600, 9), (1, 3, 1100), (7, 1, 40), (6, 16, 32), (13, 33, 65), (97, 31, 257),
    (100, 530, 3), (4, 8, 300), (2, 2, 0),
  ]
  static let dtypes: [ScalarType] = [.float32, .float64, .complex64, .complex128]

  @Test(arguments: sizes, dtypes)
  func agreesWithSums(sizes: (Int, Int, Int), dtype: ScalarType) throws {
    let (rows, columns, depth) = sizes
    let generator = RandomGenerator(seed: 11)
    for orders in 0..<8 {
      let left = try matrix(rows, depth, dtype, isTransposed: orders & 1 != 0, generator)
      let right = try matrix(depth, columns, dtype, isTransposed: orders & 2 != 0, generator)
      let isTransposed = orders & 4 != 0
      let addend = try matrix(rows, columns, dtype, isTransposed: isTransposed, generator)
      for (alpha, beta) in factors(of: dtype) {
        let result = try addend.clone(format: .preserve)
        try run(left, right, result, alpha, beta)
        let expected = try sums(left, right, addend, alpha, beta)
        let difference = try TensorDifference(
          result, expected: expected, .init(relative: 2e-5, absolute: 2e-4))
        #expect(difference.isClose, "orders \(orders): up to \(difference.greatestAbsolute)")
      }
    }
  }

  @Test(arguments: dtypes) func aResultThatIsNotReadMayBeAnything(dtype: ScalarType) throws {
    for sizes in [(1, 40, 200), (40, 1, 200), (9, 20, 40), (3, 5, 0)] {
      let left = try Tensor.full([sizes.0, sizes.2], 1, dtype)
      let right = try Tensor.full([sizes.2, sizes.1], 1, dtype)
      let result = try Tensor.full([sizes.0, sizes.1], .float(.nan), dtype)
      try run(left, right, result, 1, 0)
      let expected = try Tensor.full([sizes.0, sizes.1], .int(sizes.2), dtype)
      #expect(
        try TensorDifference(result, expected: expected, .init(relative: 0, absolute: 0)).isClose)
    }
  }

  @Test func columnsMayLieApart() throws {
    // The only column of a result is a column of a wider matrix.
    for dtype in Self.dtypes {
      let generator = RandomGenerator(seed: 12)
      let left = try matrix(70, 90, dtype, isTransposed: false, generator)
      let right = try matrix(90, 1, dtype, isTransposed: false, generator)
      let wide = try Tensor.zeros([70, 3], dtype)
      let column = try wide.slice(1, from: 1, to: 2)
      try run(left, right, column, 1, 0)
      let expected = try sums(left, right, Tensor.zeros([70, 1], dtype), 1, 0)
      let difference = try TensorDifference(
        column, expected: expected, .init(relative: 2e-5, absolute: 2e-4))
      #expect(difference.isClose, "\(dtype): up to \(difference.greatestAbsolute)")
      #expect(try wide.select(1, 0).isZero() && wide.select(1, 2).isZero())
    }
  }

  private func factors(of dtype: ScalarType) -> [(Scalar, Scalar)] {
    let plain: [(Scalar, Scalar)] = [(1, 0), (1, 1), (0.5, -2)]
    return dtype.isComplex ? plain + [(.complex(0.5, -1), .complex(0, 2))] : plain
  }

  /// Runs the product as on a machine without libraries, whatever its size.
  private func run(
    _ left: Tensor, _ right: Tensor, _ result: Tensor, _ alpha: Scalar, _ beta: Scalar
  ) throws {
    let gemm = try GEMM(result.dtype, alpha: alpha, beta: beta, usesLibraries: false)
    _ = try result.mutableBytes()
    let layout = result.matrixLayout
    // Small products of floats have loops of their own, which are not meant here.
    if layout.rows == 1, let element = BLASElement(result.dtype), left.sizes[1] > 0 {
      BlockedProduct.runRow(
        element, left.matrixLayout, right.matrixLayout, layout, alpha: alpha, beta: beta)
    } else if layout.isRowMajor, let element = BLASElement(result.dtype) {
      BlockedProduct.run(
        element, left.matrixLayout, right.matrixLayout, layout, alpha: alpha, beta: beta)
    } else {
      gemm.run(left.matrixLayout, right.matrixLayout, layout)
    }
  }

  /// Sums products one by one in double precision.
  private func sums(
    _ left: Tensor, _ right: Tensor, _ addend: Tensor, _ alpha: Scalar, _ beta: Scalar
  ) throws -> Tensor {
    let dtype = left.dtype
    let (a, b) = (try numbers(left), try numbers(right))
    let c = try numbers(addend)
    let (alpha, beta) = (number(alpha), number(beta))
    let (rows, columns, depth) = (left.sizes[0], right.sizes[1], left.sizes[1])
    let result = try Tensor.empty([rows, columns], .complex128)
    let start = try result.mutablePointer(Complex<Double>.self)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = Complex<Double>(0, 0)
        for p in 0..<depth { sum = sum + a[row * depth + p] * b[p * columns + column] }
        start[row * columns + column] = alpha * sum + beta * c[row * columns + column]
      }
    }
    return dtype.isComplex ? try result.converted(to: dtype) : try real(result, dtype)
  }

  private func real(_ numbers: Tensor, _ dtype: ScalarType) throws -> Tensor {
    let values = try numbers.pointer(Complex<Double>.self)
    let result = try Tensor.empty(numbers.sizes, .float64)
    let start = try result.mutablePointer(Double.self)
    for index in 0..<numbers.elementCount { start[index] = values[index].real }
    return try result.converted(to: dtype)
  }

  private func number(_ scalar: Scalar) -> Complex<Double> {
    scalar.element(Complex<Double>.self)
  }

  private func numbers(_ matrix: Tensor) throws -> [Complex<Double>] {
    let wide = try matrix.contiguous().converted(to: .complex128)
    return Array(
      UnsafeBufferPointer(
        start: try wide.pointer(Complex<Double>.self), count: wide.elementCount))
  }

  private func matrix(
    _ rows: Int, _ columns: Int, _ dtype: ScalarType, isTransposed: Bool,
    _ generator: RandomGenerator
  ) throws -> Tensor {
    let sizes = isTransposed ? [columns, rows] : [rows, columns]
    var result = try Tensor.randomNumbers(sizes, generator).converted(to: dtype)
    if dtype.isComplex {
      let start = try result.converted(to: .complex128)
      let numbers = try start.mutablePointer(Complex<Double>.self)
      for index in 0..<start.elementCount {
        numbers[index] = Complex<Double>(numbers[index].real, Double(generator.next32() % 7) / 7)
      }
      result = try start.converted(to: dtype)
    }
    return isTransposed ? try result.transpose(0, 1) : result
  }
}

extension Tensor {
  /// Whether all numbers are zero.
  fileprivate func isZero() throws -> Bool {
    let zeros = try Tensor.zeros(sizes, dtype)
    return try TensorDifference(self, expected: zeros, .init(relative: 0, absolute: 0)).isClose
  }
}
