import FXCore
import FXTensor

/// Singular values and vectors of batches of matrices, `A = U S Vᴴ`.
public enum SingularValues {
  /// The shorter side up to which wide matrices are taken apart without a triangle.
  private static let smallSize = 25

  /// Returns U, the singular values in descending order, and Vᴴ; U and Vᴴ where they are wanted.
  ///
  /// - Parameter isFull: whether U and V are square.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory`, `run.library`, or `tensor.math` where
  ///   the computation does not end.
  public static func decompose(
    _ matrices: Tensor, isFull: Bool, wantsVectors: Bool
  ) throws -> (u: Tensor?, values: Tensor, v: Tensor?) {
    try matrices.checkMatrices()
    let dtype = matrices.dtype
    let wider = dtype.factorType(size: max(matrices.rows, matrices.columns))
    let parts = try Parts(matrices, wider, isFull: isFull, wantsVectors: wantsVectors)
    if wantsVectors, wider != dtype {
      // The signs of vectors are those of the dtype's own precision.
      try parts.align(to: Parts(matrices, dtype, isFull: isFull, wantsVectors: true))
    }
    return (
      wantsVectors ? try parts.u.converted(to: dtype) : nil,
      try parts.values.converted(to: dtype.partType),
      wantsVectors ? try parts.v.converted(to: dtype) : nil
    )
  }

  /// Whether a matrix is taken apart without a triangle where LAPACK would make one.
  private static func isDirect(_ rows: Int, _ columns: Int, _ dtype: ScalarType) -> Bool {
    rows <= smallSize && columns > rows && !dtype.isComplex
  }

  /// The three factors in the dtype of the computation.
  private struct Parts {
    let u: ColumnStack
    let values: Tensor
    let v: ColumnStack

    init(_ matrices: Tensor, _ dtype: ScalarType, isFull: Bool, wantsVectors: Bool) throws {
      let (rows, columns) = (matrices.rows, matrices.columns)
      let least = min(rows, columns)
      let lapack = try LAPACK(dtype)
      let stack = try ColumnStack(copying: matrices, dtype)
      let values = try Tensor.empty(stack.batch + [least], dtype.partType, device: matrices.device)
      let height = !wantsVectors ? 0 : isFull ? columns : least
      let u = try ColumnStack(
        empty: stack.batch + [rows, !wantsVectors ? 0 : isFull ? rows : least], dtype)
      let v = try ColumnStack(empty: stack.batch + [height, columns], dtype)
      let numbers = try values.mutableBytes()
      let job = UInt8(ascii: !wantsVectors ? "N" : isFull ? "A" : "S")
      try lapack.library.withThreads(least > 256 ? Parallel.threadCount : 1) {
        for index in 0..<stack.count where least > 0 {
          let target = numbers + index * least * lapack.realSize
          let code =
            wantsVectors && isDirect(rows, columns, dtype)
            ? lapack.bidiagonal(
              stack[index], rows, columns, values: target, u: u[index], v: v[index], height: height)
            : lapack.gesdd(
              job, stack[index], rows, columns, values: target, u: u[index], v: v[index],
              width: height)
          if code != 0 { throw Eigenvalues.noConvergence(index) }
        }
      }
      if least == 0, wantsVectors, isFull {
        for matrices in [u.tensor, v.tensor] {
          try matrices.fill(0)
          try matrices.diagonal(offset: 0, -2, -1).fill(1)
        }
      }
      (self.u, self.values, self.v) = (u, values, v)
    }

    /// Turns pairs of vectors so that they point where those of other factors do.
    func align(to other: Parts) throws {
      if u.count == 0 { return }
      let count = values.sizes[values.rank - 1]
      let (mine, theirs) = (
        try v.tensor.transpose(-2, -1), try other.v.tensor.transpose(-2, -1)
      )
      for place in 0..<u.columns {
        let vectors = try u.tensor.select(-1, place)
        let turns = try vectors.turns(towards: other.u.tensor.select(-1, place))
        try vectors.turn(by: turns)
        if place < count { try mine.select(-1, place).turn(by: turns.conjugated()) }
      }
      // Vectors beyond the singular values have no partners.
      for place in count..<max(v.rows, count) {
        let vectors = try mine.select(-1, place)
        try vectors.turn(by: vectors.turns(towards: theirs.select(-1, place)))
      }
    }
  }
}

extension Tensor {
  /// Returns for each of a batch of vectors the number of size 1 by which it has to be multiplied to
  /// point where another one does.
  fileprivate func turns(towards other: Tensor) throws -> Tensor {
    let wide = try other.converted(to: dtype)
    let products = try MatrixProduct.product(
      conjugated().unsqueeze(-2), wide.unsqueeze(-1))
    let isComplex = dtype.isComplex
    let numbers = try products.elements(as: Complex<Double>.self).map { number in
      let size = (number.real * number.real + number.imaginary * number.imaginary).squareRoot()
      if size == 0 { return Complex<Double>(1, 0) }
      if !isComplex { return Complex(number.real < 0 ? -1 : 1, 0) }
      return Complex(number.real / size, number.imaginary / size)
    }
    return try Tensor.of(numbers, Array(sizes.dropLast()) + [1]).converted(to: dtype)
  }

  /// Multiplies each of a batch of vectors by a number.
  fileprivate func turn(by numbers: Tensor) throws {
    try copy(from: PointwiseFunction.multiply.run([self, numbers], in: dtype))
  }
}
