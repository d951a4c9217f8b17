import FXCore
import FXTensor

/// Factors of an orthogonal matrix and a triangle, `A = Q R`.
public enum QRFactorization {
  /// Which parts of the factors are made.
  public enum Mode: String, Sendable {
    /// Q and R of as many columns and rows as the shorter side has.
    case reduced
    /// A square Q.
    case complete
    /// R alone.
    case r
  }

  /// Returns Q, which is empty where only R is made, and R.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func factor(_ matrices: Tensor, _ mode: Mode) throws -> (q: Tensor, r: Tensor) {
    try matrices.checkMatrices()
    let (rows, columns) = (matrices.rows, matrices.columns)
    let least = min(rows, columns)
    let (stack, tau, lapack) = try reflect(matrices)
    let height = mode == .complete ? rows : least
    let triangle = try ColumnStack(
      copying: stack.tensor.narrow(-2, start: 0, length: height), stack.tensor.dtype)
    try CholeskyFactorization.clear(triangle.tensor, keepsUpper: true)
    let r = try triangle.converted(to: matrices.dtype)
    if mode == .r { return (try .empty([0], matrices.dtype, device: matrices.device), r) }
    let q = try ColumnStack(
      empty: stack.batch + [rows, height], stack.tensor.dtype, device: matrices.device,
      isZeroed: true)
    try q.tensor.narrow(-1, start: 0, length: least)
      .copy(from: stack.tensor.narrow(-1, start: 0, length: least))
    let scales = try tau.mutableBytes()
    for index in 0..<q.count where rows > 0 && height > 0 {
      lapack.orgqr(
        q[index], rows, height, tau: scales + index * least * lapack.itemSize, least)
    }
    return (try q.converted(to: matrices.dtype), r)
  }

  /// Returns R with the reflections that make Q below it, and their factors (`geqrf`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func reflections(_ matrices: Tensor) throws -> (packed: Tensor, factors: Tensor) {
    try matrices.checkMatrices()
    let (stack, tau, _) = try reflect(matrices)
    return (try stack.converted(to: matrices.dtype), try tau.converted(to: matrices.dtype))
  }

  private static func reflect(
    _ matrices: Tensor
  ) throws -> (stack: ColumnStack, tau: Tensor, lapack: LAPACK) {
    let (rows, columns) = (matrices.rows, matrices.columns)
    let least = min(rows, columns)
    let wider = matrices.dtype.factorType(size: max(rows, columns))
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider)
    let tau = try Tensor.zeros(stack.batch + [least], wider, device: matrices.device)
    let scales = try tau.mutableBytes()
    for index in 0..<stack.count where least > 0 {
      lapack.geqrf(
        stack[index], rows, columns, tau: scales + index * least * lapack.itemSize)
    }
    return (stack, tau, lapack)
  }

  /// Returns the first columns of Q of reflections (`linalg_householder_product`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func product(_ reflections: Tensor, _ factors: Tensor) throws -> Tensor {
    try reflections.checkMatrices()
    let (rows, columns) = (reflections.rows, reflections.columns)
    let batch = Array(reflections.sizes.dropLast(2))
    guard rows >= columns, factors.dtype == reflections.dtype, let count = factors.sizes.last,
      count <= columns, factors.sizes.dropLast() == batch[...]
    else { throw misfit(reflections, factors) }
    let wider = reflections.dtype.factorType(size: rows)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: reflections, wider)
    let tau = try factors.converted(to: wider).clone(format: .contiguous)
    let scales = try tau.mutableBytes()
    for index in 0..<stack.count where rows > 0 && columns > 0 {
      lapack.orgqr(
        stack[index], rows, columns, tau: scales + index * count * lapack.itemSize, count)
    }
    return try stack.converted(to: reflections.dtype)
  }

  /// Multiplies matrices by Q of reflections (`ormqr`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func multiply(
    _ reflections: Tensor, _ factors: Tensor, _ other: Tensor, isLeft: Bool, isAdjoint: Bool
  ) throws -> Tensor {
    try reflections.checkMatrices()
    try other.checkMatrices()
    let size = isLeft ? other.rows : other.columns
    guard reflections.rows == size, factors.dtype == reflections.dtype,
      other.dtype == reflections.dtype, let count = factors.sizes.last,
      count <= reflections.columns, factors.sizes.dropLast() == reflections.sizes.dropLast(2),
      reflections.sizes.dropLast(2) == other.sizes.dropLast(2), count <= size
    else { throw misfit(reflections, factors) }
    let wider = other.dtype.factorType(size: size)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: reflections, wider)
    let result = try ColumnStack(copying: other, wider)
    let tau = try factors.converted(to: wider).clone(format: .contiguous)
    let scales = try tau.mutableBytes()
    for index in 0..<result.count where result.rows > 0 && result.columns > 0 && count > 0 {
      lapack.ormqr(
        UInt8(ascii: isLeft ? "L" : "R"), isAdjoint: isAdjoint, stack[index], leading: stack.rows,
        tau: scales + index * count * lapack.itemSize, count, result[index], result.rows,
        result.columns)
    }
    return try result.converted(to: other.dtype)
  }

  private static func misfit(_ reflections: Tensor, _ factors: Tensor) -> FXError {
    FXError(
      .tensorShape,
      "reflections of \(Geometry.text(reflections.sizes)) do not fit factors of "
        + Geometry.text(factors.sizes))
  }
}
