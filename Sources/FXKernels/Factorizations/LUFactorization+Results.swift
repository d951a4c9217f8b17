import CVectorMath
import FXCore
import FXTensor
import Glibc

extension LUFactorization {
  /// Returns the determinants of square matrices.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func determinants() throws -> Tensor {
    try checkSquare()
    let products = try diagonals().map { factor in
      factor.diagonal.reduce(Complex(factor.isNegative ? -1 : 1, 0)) { $0 * $1 }
    }
    return try numbers(products)
  }

  /// Returns the signs of the determinants, numbers of size 1 for complex matrices, and the
  /// logarithms of their sizes.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func logarithms() throws -> (signs: Tensor, logarithms: Tensor) {
    try checkSquare()
    var signs: [Complex<Double>] = []
    var sums: [Complex<Double>] = []
    for factor in try diagonals() {
      var sign = Complex<Double>(factor.isNegative ? -1 : 1, 0)
      var sum = 0.0
      for number in factor.diagonal {
        let size = fx_hypot(number.real, number.imaginary)
        sum += log(size)
        let part = size == 0 ? Complex<Double>(0, 0) : number / Complex(size, 0)
        sign = sign * part
      }
      signs.append(sign)
      sums.append(Complex(sum, 0))
    }
    return (try numbers(signs), try numbers(sums).real().clone())
  }

  private func checkSquare() throws(FXError) {
    guard factors.rows == factors.columns else {
      throw FXError(.tensorShape, "the matrices are not square")
    }
  }

  private func numbers(_ values: [Complex<Double>]) throws -> Tensor {
    try Tensor.of(values, factors.batch).converted(to: packed().dtype)
  }

  /// Returns the matrices P, L and U of factors that are packed (`lu_unpack`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.memory`.
  public static func unpack(
    _ factors: Tensor, _ pivots: Tensor, wantsData: Bool = true, wantsPivots: Bool = true
  ) throws -> (p: Tensor, l: Tensor, u: Tensor) {
    guard factors.rank >= 2, pivots.dtype == .int32 else {
      throw FXError(.tensorShape, "there are no factors with pivots")
    }
    let (rows, columns) = (factors.rows, factors.columns)
    let least = min(rows, columns)
    let batch = Array(factors.sizes.dropLast(2))
    let dtype = factors.dtype
    func triangle(_ sizes: [Int]) throws -> Tensor {
      wantsData ? try .zeros(batch + sizes, dtype) : try .empty([0], dtype)
    }
    let (lower, upper) = (try triangle([rows, least]), try triangle([least, columns]))
    let exchange =
      wantsPivots ? try Tensor.zeros(batch + [rows, rows], dtype) : try .empty([0], dtype)
    if wantsData, factors.elementCount > 0 {
      for row in 0..<rows {
        let count = min(row, least)
        try lower.select(-2, row).narrow(-1, start: 0, length: count)
          .copy(from: factors.select(-2, row).narrow(-1, start: 0, length: count))
        if row >= least { continue }
        try lower.select(-2, row).select(-1, row).fill(1)
        try upper.select(-2, row).narrow(-1, start: row, length: columns - row)
          .copy(from: factors.select(-2, row).narrow(-1, start: row, length: columns - row))
      }
    }
    if wantsPivots, exchange.elementCount > 0 {
      let numbers = try pivots.elements(as: Int32.self)
      let flat = try exchange.view([-1, rows, rows])
      for index in 0..<flat.sizes[0] {
        var order = Array(0..<rows)
        for place in 0..<least {
          let other = Int(numbers[index * least + place]) - 1
          guard order.indices.contains(other) else {
            throw FXError(.tensorIndex, "the pivot \(other + 1) is not a row of \(rows)")
          }
          order.swapAt(place, other)
        }
        for (place, row) in order.enumerated() {
          try flat.setElement(at: [index, row, place], to: 1)
        }
      }
    }
    return (exchange, lower, upper)
  }
}
