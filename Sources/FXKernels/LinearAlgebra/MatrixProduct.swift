import FXCore
import FXTensor

/// Products of matrices and of batches of them, of any dtype and strides.
public enum MatrixProduct {
  /// Products of fewer multiplications than this stay on one thread.
  static let parallelWork = 1 << 20

  /// Computes `C := alpha A B + beta C`; with `beta` 0 it does not read C.
  ///
  /// The last two dimensions are matrices, all before are batches; A and B repeat along batches as
  /// in broadcasting. All have one dtype: narrow floats are computed in float and rounded once,
  /// integers wrap around.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func multiply(
    _ left: Tensor, _ right: Tensor, into result: Tensor, alpha: Scalar = 1, beta: Scalar = 0
  ) throws {
    guard left.rank >= 2, right.rank >= 2, result.rank >= 2 else {
      throw FXError(.tensorShape, "a product is of matrices or of batches of matrices")
    }
    let (rows, columns) = (result.sizes[result.rank - 2], result.sizes[result.rank - 1])
    let depth = left.sizes[left.rank - 1]
    guard left.sizes[left.rank - 2] == rows, right.sizes[right.rank - 1] == columns,
      right.sizes[right.rank - 2] == depth
    else {
      throw FXError(
        .tensorShape,
        "\(Geometry.text(left.sizes)) and \(Geometry.text(right.sizes)) have no product of the "
          + "shape \(Geometry.text(result.sizes))")
    }
    guard left.dtype == result.dtype, right.dtype == result.dtype else {
      throw FXError(
        .tensorDType,
        "matrices of \(left.dtype.name) and \(right.dtype.name) have no product of "
          + result.dtype.name)
    }
    if result.elementCount == 0 { return }
    let wider = GEMM.computeType(result.dtype)
    if wider == result.dtype { return try compute(left, right, result, alpha, beta) }
    let target =
      beta.isTrue ? try result.converted(to: wider) : try Tensor.empty(result.sizes, wider)
    try compute(left.converted(to: wider), right.converted(to: wider), target, alpha, beta)
    try result.copy(from: target)
  }

  /// Returns `A B`, with the batches of both broadcast (`torch.matmul` for two dimensions or more).
  ///
  /// - Throws: as `multiply` does.
  public static func product(_ left: Tensor, _ right: Tensor) throws -> Tensor {
    guard left.rank >= 2, right.rank >= 2 else {
      throw FXError(.tensorShape, "a product is of matrices or of batches of matrices")
    }
    let batch = try Geometry.broadcast(
      Array(left.sizes.dropLast(2)), Array(right.sizes.dropLast(2)))
    let shape = batch + [left.sizes[left.rank - 2], right.sizes[right.rank - 1]]
    let result = try Tensor.empty(shape, left.dtype, device: left.device)
    // Matrices that are multiplied by the same one are one matrix of more rows.
    if right.rank == 2, left.rank > 2, left.isContiguous, left.elementCount > 0 {
      let rows = try left.view([-1, left.sizes[left.rank - 1]])
      try multiply(rows, right, into: result.view([rows.sizes[0], shape[shape.count - 1]]))
      return result
    }
    try multiply(left, right, into: result)
    return result
  }

  /// Returns `beta X + alpha A B`, where X is broadcast to the shape of the product.
  ///
  /// With `beta` 0 elements of X do not matter, not even NaN.
  /// - Throws: as `multiply` does.
  public static func sum(
    _ addend: Tensor, _ left: Tensor, _ right: Tensor, alpha: Scalar = 1, beta: Scalar = 1
  ) throws -> Tensor {
    let shape = Array(left.sizes.dropLast()) + right.sizes.suffix(1)
    let result = try Tensor.empty(shape, left.dtype, device: left.device)
    if beta.isTrue {
      try result.copy(from: addend.expand(shape))
    } else {
      _ = try addend.expand(shape)
    }
    try multiply(left, right, into: result, alpha: alpha, beta: beta)
    return result
  }

  /// Computes a product in a dtype of `GEMM`.
  private static func compute(
    _ left: Tensor, _ right: Tensor, _ result: Tensor, _ alpha: Scalar, _ beta: Scalar
  ) throws {
    for size in left.sizes.suffix(2) + right.sizes.suffix(2) where size > Int(Int32.max) {
      throw FXError(.tensorShape, "matrices of \(size) rows or columns are too large for BLAS")
    }
    let base = try result.mutableBytes()
    var layout = result.matrixLayout
    layout.base = base
    guard layout.isReadable else {
      let target =
        beta.isTrue
        ? try result.clone(format: .contiguous) : try .empty(result.sizes, result.dtype)
      try compute(left, right, target, alpha, beta)
      return try result.copy(from: target)
    }
    let (left, right) = (try readable(left), try readable(right))
    let batch = MatrixBatch(
      gemm: try GEMM(result.dtype, alpha: alpha, beta: beta, isBatched: result.rank > 2),
      left: left.matrixLayout,
      right: right.matrixLayout, result: layout,
      steps: try BatchSteps(left: left, right: right, result: result))
    withExtendedLifetime((left, right)) { batch.run() }
  }

  /// Returns matrices that BLAS can read: themselves or copies, one where a batch repeats one.
  private static func readable(_ matrices: Tensor) throws -> Tensor {
    if matrices.matrixLayout.isReadable { return matrices }
    var single = matrices
    for axis in 0..<matrices.rank - 2 where matrices.strides[axis] == 0 {
      single = try single.slice(axis, from: 0, to: 1)
    }
    return try single.clone(format: .contiguous).expand(matrices.sizes)
  }
}
