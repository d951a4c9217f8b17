import FXCore
import FXTensor

/// Factors of positive definite matrices, `A = L Lᴴ`.
public enum CholeskyFactorization {
  /// Returns the factors, lower triangles or upper ones, and for each matrix 0 or the order of the
  /// part that is not positive definite.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func factor(
    _ matrices: Tensor, isUpper: Bool
  ) throws -> (factors: Tensor, info: Tensor) {
    try matrices.checkMatrices(areSquare: true)
    let wider = matrices.dtype.factorType(size: matrices.rows)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider)
    let info = try Tensor.zeros(stack.batch, .int32, device: matrices.device)
    let codes = try info.mutablePointer(Int32.self)
    lapack.library.withThreads(stack.rows > 256 ? Parallel.threadCount : 1) {
      for index in 0..<stack.count where stack.rows > 0 {
        let triangle = UInt8(ascii: isUpper ? "U" : "L")
        codes[index] = Int32(lapack.potrf(triangle, stack[index], stack.rows))
      }
    }
    try clear(stack.tensor, keepsUpper: isUpper)
    return (try stack.converted(to: matrices.dtype), info)
  }

  /// Returns the inverses of matrices by their factors (`cholesky_inverse`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func inverse(_ factors: Tensor, isUpper: Bool) throws -> Tensor {
    try factors.checkMatrices(areSquare: true)
    let wider = factors.dtype.factorType(size: factors.rows)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: factors, wider)
    for index in 0..<stack.count where stack.rows > 0 {
      let code = lapack.potri(UInt8(ascii: isUpper ? "U" : "L"), stack[index], stack.rows)
      guard code == 0 else {
        throw FXError(
          .tensorShape, "the factor has a zero at the place \(code) of its diagonal")
      }
    }
    // The other triangle is the mirror image.
    let inverse = stack.tensor
    for row in 0..<stack.rows {
      let line = try inverse.select(-2, row)
      let column = try inverse.select(-1, row)
      let range = isUpper ? (row + 1)..<stack.rows : 0..<row
      // What is known of the line goes to the column.
      try column.narrow(-1, start: range.lowerBound, length: range.count)
        .copy(from: line.narrow(-1, start: range.lowerBound, length: range.count).conjugated())
    }
    return try stack.converted(to: factors.dtype)
  }

  /// Sets what lies on the other side of the diagonal to zero.
  static func clear(_ matrices: Tensor, keepsUpper: Bool) throws {
    for row in 0..<matrices.rows where matrices.elementCount > 0 {
      let line = try matrices.select(-2, row)
      if keepsUpper {
        try line.narrow(-1, start: 0, length: min(row, matrices.columns)).fill(0)
      } else if row + 1 < matrices.columns {
        try line.narrow(-1, start: row + 1, length: matrices.columns - row - 1).fill(0)
      }
    }
  }
}
