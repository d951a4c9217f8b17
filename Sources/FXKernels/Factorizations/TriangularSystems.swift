import FXCore
import FXTensor

/// Systems of equations with triangles, and with Cholesky factors.
public enum TriangularSystems {
  /// Solves `A X = B`, or with `isLeft` false `X A = B`, for triangles A; the result lies column by
  /// column.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func solve(
    _ triangles: Tensor, _ right: Tensor, isUpper: Bool, isLeft: Bool = true,
    hasUnitDiagonal: Bool = false, isTransposed: Bool = false
  ) throws -> Tensor {
    try triangles.checkMatrices(areSquare: true)
    try check(triangles, right, isLeft ? right.rank - 2 : right.rank - 1)
    return try solve(triangles, right) { lapack, triangle, result, rows, columns in
      lapack.trsm(
        UInt8(ascii: isLeft ? "L" : "R"), UInt8(ascii: isUpper ? "U" : "L"),
        UInt8(ascii: isTransposed ? "T" : "N"), UInt8(ascii: hasUnitDiagonal ? "U" : "N"),
        triangle, result, rows: rows, columns: columns)
    }
  }

  /// Solves `A X = B` by the Cholesky factors of A (`cholesky_solve`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func solveFactored(
    _ factors: Tensor, _ right: Tensor, isUpper: Bool
  ) throws -> Tensor {
    try factors.checkMatrices(areSquare: true)
    try check(factors, right, right.rank - 2)
    return try solve(factors, right) { lapack, factor, result, rows, columns in
      lapack.potrs(UInt8(ascii: isUpper ? "U" : "L"), factor, rows, result, columns)
    }
  }

  private static func check(_ matrices: Tensor, _ right: Tensor, _ axis: Int) throws(FXError) {
    guard right.dtype == matrices.dtype else {
      throw FXError(
        .tensorDType,
        "a system of \(matrices.dtype.name) has a right side of \(right.dtype.name)")
    }
    guard right.rank >= 2, right.sizes[axis] == matrices.rows else {
      throw FXError(
        .tensorShape,
        "a right side of \(Geometry.text(right.sizes)) does not fit \(matrices.rows) equations")
    }
  }

  private typealias Routine = (
    LAPACK, UnsafeMutableRawPointer, UnsafeMutableRawPointer, Int, Int
  ) -> Void

  /// Calls a routine for each pair of matrices of two batches that are broadcast.
  private static func solve(
    _ matrices: Tensor, _ right: Tensor, _ routine: Routine
  ) throws -> Tensor {
    let batch = try Geometry.broadcast(
      Array(matrices.sizes.dropLast(2)), Array(right.sizes.dropLast(2)))
    let wider = right.dtype.factorType(size: max(right.rows, right.columns))
    let lapack = try LAPACK(wider)
    let factors = try ColumnStack(copying: matrices, wider)
    let result = try ColumnStack(copying: right, wider, sizes: batch + right.sizes.suffix(2))
    let steps = try BatchSteps(
      left: factors.tensor, right: factors.tensor, result: result.tensor)
    for index in 0..<steps.count where result.rows > 0 && result.columns > 0 {
      routine(
        lapack, factors[0] + steps.offsets(index).left * lapack.itemSize, result[index],
        result.rows, result.columns)
    }
    return try result.converted(to: right.dtype)
  }
}
