import FXCore
import FXTensor

/// Exponentials of batches of square matrices.
public enum MatrixExponential {
  /// The number of terms of the series, after which those of matrices of norm 1/2 or less vanish.
  private static let termCount = 18

  /// Returns the exponentials, computed in double precision by a series and repeated squares
  /// (`linalg_matrix_exp`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func exponential(_ matrices: Tensor) throws -> Tensor {
    guard matrices.rank >= 2, matrices.rows == matrices.columns else {
      throw FXError(.tensorShape, "exponentials are of square matrices")
    }
    guard matrices.dtype.isFloatingPoint || matrices.dtype.isComplex else {
      throw noKernel(for: matrices.dtype)
    }
    let wider: ScalarType = matrices.dtype.isComplex ? .complex128 : .float64
    let result = try matrices.converted(to: wider).clone(format: .contiguous)
    let size = matrices.rows
    if result.elementCount > 0 {
      let flat = try result.view([-1, size, size])
      for index in 0..<flat.sizes[0] { try exponentiate(flat.select(0, index)) }
    }
    return try result.converted(to: matrices.dtype)
  }

  private static func exponentiate(_ matrix: Tensor) throws {
    let size = matrix.rows
    let width = matrix.dtype.isComplex ? 2 : 1
    let parts = UnsafeMutableBufferPointer(
      start: try matrix.mutableBytes().assumingMemoryBound(to: Double.self),
      count: size * size * width)
    // The largest sum of a row bounds the norm; a complex number is at most the sum of its parts.
    var norm = 0.0
    for row in 0..<size {
      let line = parts[row * size * width..<(row + 1) * size * width]
      norm = max(norm, line.reduce(0) { $0 + $1.magnitude })
    }
    guard norm.isFinite else {
      for index in parts.indices { parts[index] = .nan }
      return
    }
    let squarings = norm > 0.5 ? Int(norm.exponent) + 2 : 0
    let scale = Double(sign: .plus, exponent: -squarings, significand: 1)
    for index in parts.indices { parts[index] *= scale }
    // I + A (I + A/2 (I + A/3 …)).
    var sum = try Tensor.zeros(matrix.sizes, matrix.dtype)
    try sum.diagonal().fill(1)
    for term in stride(from: termCount, through: 1, by: -1) {
      let next = try Tensor.zeros(matrix.sizes, matrix.dtype)
      try next.diagonal().fill(1)
      try MatrixProduct.multiply(matrix, sum, into: next, alpha: .float(1 / Double(term)), beta: 1)
      sum = next
    }
    for _ in 0..<squarings { sum = try MatrixProduct.product(sum, sum) }
    try matrix.copy(from: sum)
  }
}
