import FXCore
import FXTensor

/// Factors of a batch of matrices, `P A = L U`, for solving, inverting and determinants.
public struct LUFactorization {
  /// L below the diagonal, without its ones, and U on and above it; in the dtype of the computation.
  let factors: ColumnStack
  /// For each step the row that it was exchanged with, from 1 on.
  public let pivots: Tensor
  /// 0, or the first place of a zero on the diagonal of U, from 1 on.
  public let info: Tensor
  private let dtype: ScalarType
  private let lapack: LAPACK

  /// Factors matrices.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public init(_ matrices: Tensor) throws {
    try matrices.checkMatrices()
    dtype = matrices.dtype
    let wider = dtype.factorType(size: max(matrices.rows, matrices.columns))
    lapack = try LAPACK(wider)
    factors = try ColumnStack(copying: matrices, wider)
    let least = min(matrices.rows, matrices.columns)
    pivots = try .empty(factors.batch + [least], .int32, device: matrices.device)
    info = try .zeros(factors.batch, .int32, device: matrices.device)
    let exchanged = try pivots.mutablePointer(Int32.self)
    let codes = try info.mutablePointer(Int32.self)
    let threads = least > 256 ? Parallel.threadCount : 1
    let (factors, lapack) = (factors, lapack)
    lapack.library.withThreads(threads) {
      for index in 0..<factors.count where least > 0 {
        let code = lapack.getrf(
          factors[index], factors.rows, factors.columns, pivots: exchanged + index * least)
        codes[index] = Int32(code)
      }
    }
  }

  /// Takes factors that were computed before.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public init(factors matrices: Tensor, pivots: Tensor) throws {
    try matrices.checkMatrices()
    dtype = matrices.dtype
    let least = min(matrices.rows, matrices.columns)
    guard pivots.dtype == .int32, pivots.sizes == matrices.sizes.dropLast(2) + [least] else {
      throw FXError(
        .tensorShape, "pivots of the shape \(Geometry.text(pivots.sizes)) do not fit the factors")
    }
    let wider = dtype.factorType(size: max(matrices.rows, matrices.columns))
    lapack = try LAPACK(wider)
    factors = try ColumnStack(copying: matrices, wider)
    self.pivots = try pivots.contiguous()
    info = try .zeros(factors.batch, .int32)
    for index in 0..<pivots.elementCount {
      let row = try self.pivots.pointer(Int32.self)[index]
      guard row > 0, row <= matrices.rows else {
        throw FXError(.tensorIndex, "the pivot \(row) is not a row from 1 to \(matrices.rows)")
      }
    }
  }

  /// Returns the factors in the dtype of the matrices.
  ///
  /// - Throws: `tensor.memory`.
  public func packed() throws -> Tensor { try factors.converted(to: dtype) }

  /// Solves `op(A) X = B` for square matrices; the result lies column by column.
  ///
  /// - Parameter operation: `N` for A itself, `T` for its transpose, `C` for its adjoint.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  func solve(_ right: Tensor, _ operation: UInt8) throws -> Tensor {
    guard right.dtype == dtype else {
      throw FXError(
        .tensorDType, "a system of \(dtype.name) has a right side of \(right.dtype.name)")
    }
    guard factors.rows == factors.columns, right.rows == factors.rows else {
      throw FXError(
        .tensorShape,
        "a system of \(factors.rows) equations has a right side of \(right.rows) rows")
    }
    let batch = try Geometry.broadcast(factors.batch, Array(right.sizes.dropLast(2)))
    let size = factors.rows
    let result = try ColumnStack(
      copying: right, factors.tensor.dtype, sizes: batch + right.sizes.suffix(2))
    let all = try factors.tensor.expand(batch + [size, size])
    let exchanged = try pivots.expand(batch + [size])
    let steps = try BatchSteps(left: all, right: exchanged.unsqueeze(-1), result: result.tensor)
    let numbers = UnsafeMutablePointer(mutating: try pivots.pointer(Int32.self))
    for index in 0..<steps.count where size > 0 && result.columns > 0 {
      let offsets = steps.offsets(index)
      lapack.getrs(
        operation, factors[0] + offsets.left * lapack.itemSize, size,
        pivots: numbers + offsets.right, result[index], result.columns)
    }
    return try result.converted(to: dtype)
  }

  /// Solves `A X = B`, or with `isLeft` false `X A = B`; of A's adjoint where asked for.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func solve(_ right: Tensor, isLeft: Bool = true, isAdjoint: Bool = false) throws -> Tensor
  {
    if isLeft {
      return try solve(right, UInt8(ascii: isAdjoint ? "C" : "N"))
    }
    // X A = B is Aᵀ Xᵀ = Bᵀ, and X Aᴴ = B is A Xᴴ = Bᴴ.
    if !isAdjoint {
      return try solve(right.transpose(-2, -1), UInt8(ascii: "T")).transpose(-2, -1)
    }
    let solution = try solve(right.transpose(-2, -1).conjugated(), UInt8(ascii: "N"))
    return try solution.conjugated().transpose(-2, -1)
  }

  /// Returns, for each matrix, what the determinant's sign and size are made of: -1 or 1 for the
  /// exchanged rows, and the diagonal of U.
  func diagonals() throws -> [(isNegative: Bool, diagonal: [Complex<Double>])] {
    let size = factors.rows
    let numbers = try pivots.pointer(Int32.self)
    return try withExtendedLifetime((pivots, factors)) {
      try (0..<factors.count).map { index in
        var isNegative = false
        var diagonal: [Complex<Double>] = []
        let matrix = UnsafeRawBufferPointer(
          start: factors[index], count: size * size * lapack.itemSize)
        for place in 0..<size {
          if numbers[index * size + place] != Int32(place + 1) { isNegative.toggle() }
          diagonal.append(try element(matrix, place * (size + 1)))
        }
        return (isNegative, diagonal)
      }
    }
  }

  private func element(
    _ matrix: UnsafeRawBufferPointer, _ index: Int
  ) throws -> Complex<Double> {
    switch lapack.element {
    case .single: Complex(Double(matrix.load(fromByteOffset: index * 4, as: Float.self)), 0)
    case .double: Complex(matrix.load(fromByteOffset: index * 8, as: Double.self), 0)
    case .complex: matrix.load(fromByteOffset: index * 8, as: Complex<Float>.self).opMath
    case .doubleComplex: matrix.load(fromByteOffset: index * 16, as: Complex<Double>.self)
    }
  }
}

extension Tensor {
  /// Returns the conjugate numbers; a real tensor is its own.
  func conjugated() throws -> Tensor {
    dtype.isComplex ? try PointwiseFunction.conjugate.run([self], in: dtype) : self
  }
}
