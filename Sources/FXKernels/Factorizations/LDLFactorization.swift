import FXCore
import FXTensor

/// Factors of symmetric or Hermitian matrices that need not be definite, `A = L D Lᵀ`.
public enum LDLFactorization {
  /// Returns the factors, packed in lower triangles, pivots, and LAPACK's code for each matrix.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func factor(
    _ matrices: Tensor, isHermitian: Bool
  ) throws -> (factors: Tensor, pivots: Tensor, info: Tensor) {
    try matrices.checkMatrices(areSquare: true)
    let wider = matrices.dtype.factorType(size: matrices.rows)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider)
    try CholeskyFactorization.clear(stack.tensor, keepsUpper: false)
    let pivots = try Tensor.empty(stack.batch + [stack.rows], .int32, device: matrices.device)
    let info = try Tensor.zeros(stack.batch, .int32, device: matrices.device)
    let codes = try info.mutablePointer(Int32.self)
    let places = try pivots.mutablePointer(Int32.self)
    for index in 0..<stack.count where stack.rows > 0 {
      codes[index] = Int32(
        lapack.sytrf(
          stack[index], stack.rows, pivots: places + index * stack.rows, isHermitian: isHermitian))
    }
    return (try stack.converted(to: matrices.dtype), pivots, info)
  }

  /// Solves `A X = B` by the factors of A.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func solve(
    _ factors: Tensor, pivots: Tensor, _ right: Tensor, isHermitian: Bool
  ) throws -> Tensor {
    try factors.checkMatrices(areSquare: true)
    let size = factors.rows
    guard right.dtype == factors.dtype, right.rank >= 2, right.rows == size,
      pivots.dtype == .int32, pivots.sizes == factors.sizes.dropLast(1),
      try pivots.elements(as: Int32.self).allSatisfy({ $0 != 0 && abs(Int($0)) <= size })
    else {
      throw FXError(
        .tensorShape,
        "factors of \(Geometry.text(factors.sizes)) do not fit pivots of "
          + "\(Geometry.text(pivots.sizes)) and a right side of \(Geometry.text(right.sizes))")
    }
    let batch = try Geometry.broadcast(
      Array(factors.sizes.dropLast(2)), Array(right.sizes.dropLast(2)))
    let wider = factors.dtype.factorType(size: size)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: factors, wider)
    let result = try ColumnStack(copying: right, wider, sizes: batch + right.sizes.suffix(2))
    let dense = try pivots.contiguous()
    let places = UnsafeMutablePointer(mutating: try dense.pointer(Int32.self))
    let steps = try BatchSteps(
      left: stack.tensor, right: dense.unsqueeze(-1), result: result.tensor)
    for index in 0..<steps.count where size > 0 && result.columns > 0 {
      let offsets = steps.offsets(index)
      lapack.sytrs(
        stack[0] + offsets.left * lapack.itemSize, size, pivots: places + offsets.right,
        result[index], result.columns, isHermitian: isHermitian)
    }
    return try withExtendedLifetime(dense) { try result.converted(to: right.dtype) }
  }
}
