import FXCore
import FXTensor

/// Rules of operators that factor matrices or solve systems: LAPACK's results lie by columns.
extension ShapeRules {
  /// A stack of matrices without data.
  struct Matrices {
    let tensor: FakeTensor
    let batch: [SymbolicSize]
    let rows: SymbolicSize
    let columns: SymbolicSize

    /// Takes an argument that has to have two dimensions or more.
    init(_ call: OperatorCall, _ index: Int, isSquare: Bool = false) throws {
      tensor = try call.fake(index)
      guard tensor.rank >= 2 else { throw call.wrong(index, "matrices") }
      batch = Array(tensor.sizes.dropLast(2))
      rows = tensor.sizes[tensor.rank - 2]
      columns = tensor.sizes[tensor.rank - 1]
      if isSquare, try !call.symbols.isEqual(rows, columns) {
        throw call.error("the matrices are not square")
      }
    }

    /// The smaller of the two sizes.
    func least(_ call: OperatorCall) throws -> SymbolicSize {
      try call.symbols.isLess(rows, columns) ? rows : columns
    }

    /// Makes a result of sizes, row-major.
    func result(_ sizes: [SymbolicSize], _ dtype: ScalarType? = nil) -> IValue {
      .fake(FakeTensor(dtype ?? tensor.dtype, sizes, device: tensor.device))
    }

    /// Makes a result whose matrices lie by columns.
    func byColumns(_ sizes: [SymbolicSize], _ dtype: ScalarType? = nil) -> IValue {
      .fake(
        FakeTensor(
          dtype ?? tensor.dtype, sizes, strides: ShapeRules.columnStrides(sizes),
          device: tensor.device))
    }

    /// The matrices' own sizes, by columns.
    var likeByColumns: IValue { byColumns(tensor.sizes) }

    /// What LAPACK says of each matrix.
    var info: IValue { result(batch, .int32) }
  }

  /// Returns the strides of matrices that lie by columns.
  static func columnStrides(_ sizes: [SymbolicSize]) -> [SymbolicSize] {
    guard sizes.count >= 2 else { return SymbolicSize.contiguousStrides(sizes) }
    var swapped = sizes
    swapped.swapAt(sizes.count - 1, sizes.count - 2)
    var strides = SymbolicSize.contiguousStrides(swapped)
    strides.swapAt(sizes.count - 1, sizes.count - 2)
    return strides
  }

  /// `linalg_lu_factor_ex(Tensor A, …) -> (Tensor LU, Tensor pivots, Tensor info)`
  @Sendable package static func luFactor(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0)
    return .tuple([a.likeByColumns, a.result(a.batch + [try a.least(call)], .int32), a.info])
  }

  /// `lu_unpack(Tensor LU_data, Tensor LU_pivots, …) -> (Tensor P, Tensor L, Tensor U)`
  @Sendable package static func luUnpack(_ call: OperatorCall) throws -> IValue {
    let lu = try Matrices(call, 0)
    let (wantsData, wantsPivots) = (try call.bool(2), try call.bool(3))
    let least = try lu.least(call)
    return .tuple([
      lu.result(wantsPivots ? lu.batch + [lu.rows, lu.rows] : [0]),
      lu.result(wantsData ? lu.batch + [lu.rows, least] : [0]),
      lu.result(wantsData ? lu.batch + [least, lu.columns] : [0]),
    ])
  }

  /// `linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, …) -> Tensor`
  @Sendable package static func luSolve(_ call: OperatorCall) throws -> IValue {
    let (lu, right) = (try Matrices(call, 0), try Matrices(call, 2))
    let sizes = try broadcast(lu.batch, right.batch, call.symbols) + [right.rows, right.columns]
    return try call.bool(3) ? right.byColumns(sizes) : right.result(sizes)
  }

  /// `_linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, …) -> (Tensor result, Tensor LU, Tensor
  /// pivots, Tensor info)`
  @Sendable package static func solve(_ call: OperatorCall) throws -> IValue {
    let (a, right) = (try Matrices(call, 0, isSquare: true), try call.fake(1))
    let solution: IValue
    let isLeft = try call.bool(2)
    if try isVector(right, of: a, call) {
      let batch = try broadcast(a.batch, Array(right.sizes.dropLast()), call.symbols)
      let sizes = batch + [a.rows]
      solution = isLeft ? a.byColumns(sizes) : a.result(sizes)
    } else {
      let b = try Matrices(call, 1)
      let sizes = try broadcast(a.batch, b.batch, call.symbols) + [b.rows, b.columns]
      solution = isLeft ? b.byColumns(sizes) : b.result(sizes)
    }
    return .tuple([solution, a.likeByColumns, a.result(a.batch + [a.rows], .int32), a.info])
  }

  /// Tells whether a right side of one dimension less is a batch of vectors.
  private static func isVector(
    _ right: FakeTensor, of a: Matrices, _ call: OperatorCall
  ) throws -> Bool {
    if right.rank == 1 { return true }
    guard right.rank == a.tensor.rank - 1 else { return false }
    return try zip(right.sizes, a.tensor.sizes).allSatisfy { try call.symbols.isEqual($0, $1) }
  }

  /// `linalg_inv_ex(Tensor A, …) -> (Tensor inverse, Tensor info)`, `linalg_cholesky_ex`
  @Sendable package static func squareWithInfo(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return .tuple([a.likeByColumns, a.info])
  }

  /// `linalg_ldl_factor_ex(Tensor self, …) -> (Tensor LD, Tensor pivots, Tensor info)`
  @Sendable package static func ldlFactor(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return .tuple([a.likeByColumns, a.result(a.batch + [a.rows], .int32), a.info])
  }

  /// `linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, …) -> Tensor`
  @Sendable package static func ldlSolve(_ call: OperatorCall) throws -> IValue {
    let (a, right) = (try Matrices(call, 0, isSquare: true), try Matrices(call, 2))
    return right.byColumns(
      try broadcast(a.batch, right.batch, call.symbols) + [right.rows, right.columns])
  }

  /// `_linalg_det(Tensor A) -> (Tensor result, Tensor LU, Tensor pivots)`
  @Sendable package static func determinant(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return .tuple([a.result(a.batch), a.likeByColumns, a.result(a.batch + [a.rows], .int32)])
  }

  /// `_linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet, Tensor LU, Tensor pivots)`
  @Sendable package static func logDeterminant(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return .tuple([
      a.result(a.batch), a.result(a.batch, a.tensor.dtype.partType), a.likeByColumns,
      a.result(a.batch + [a.rows], .int32),
    ])
  }

  /// `linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)`
  @Sendable package static func qr(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0)
    let mode = try call.optionalString(1)
    let inner = mode == "complete" ? a.rows : try a.least(call)
    return .tuple([
      mode == "r" ? a.result([0]) : a.byColumns(a.batch + [a.rows, inner]),
      a.byColumns(a.batch + [inner, a.columns]),
    ])
  }

  /// `geqrf(Tensor self) -> (Tensor a, Tensor tau)`
  @Sendable package static func reflections(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0)
    return .tuple([a.likeByColumns, a.result(a.batch + [try a.least(call)])])
  }

  /// Returns the rule of an operator whose result has the sizes of an argument, by columns.
  package static func byColumns(like index: Int) -> OperatorDefinition.ShapeRule {
    { call in try Matrices(call, index).likeByColumns }
  }

  /// `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, …) -> Tensor`
  @Sendable package static func solveTriangular(_ call: OperatorCall) throws -> IValue {
    let (a, right) = (try Matrices(call, 0, isSquare: true), try Matrices(call, 1))
    return right.byColumns(
      try broadcast(a.batch, right.batch, call.symbols) + [right.rows, right.columns])
  }

  /// `triangular_solve(Tensor self, Tensor A, …) -> (Tensor solution, Tensor cloned_coefficient)`
  @Sendable package static func triangularSolve(_ call: OperatorCall) throws -> IValue {
    let (right, a) = (try Matrices(call, 0), try Matrices(call, 1, isSquare: true))
    let batch = try broadcast(a.batch, right.batch, call.symbols)
    return .tuple([
      right.byColumns(batch + [right.rows, right.columns]),
      a.byColumns(batch + [a.rows, a.columns]),
    ])
  }

  /// `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution,
  /// Tensor residuals, Tensor rank, Tensor singular_values)`
  @Sendable package static func leastSquares(_ call: OperatorCall) throws -> IValue {
    let (a, right) = (try Matrices(call, 0), try call.fake(1))
    let driver = try call.optionalString(3) ?? "gelsy"
    let isVector = try isVector(right, of: a, call)
    let count = isVector ? [] : [right.sizes[right.rank - 1]]
    let other = Array(right.sizes.dropLast(isVector ? 1 : 2))
    let batch = try broadcast(a.batch, other, call.symbols)
    let hasValues = driver == "gelsd" || driver == "gelss"
    // Whether there are residuals depends on the ranks, except where they are full by promise.
    let isTall = try call.symbols.isLess(a.columns, a.rows)
    guard !isTall || driver == "gels" else {
      throw FXError(.shapeDataDependent, "whether there are residuals depends on data")
    }
    let solution = batch + [a.columns] + count
    return .tuple([
      isVector ? a.result(solution) : a.byColumns(solution),
      a.result(isTall ? batch + (isVector ? [1] : count) : [0], a.tensor.dtype.partType),
      a.result(driver == "gels" ? [0] : batch, .int64),
      a.result(hasValues ? batch + [try a.least(call)] : [0], a.tensor.dtype.partType),
    ])
  }

  /// `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)`
  @Sendable package static func eigenvectors(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    let dtype = a.tensor.dtype.complexType
    return .tuple([a.result(a.batch + [a.rows], dtype), a.byColumns(a.tensor.sizes, dtype)])
  }

  /// `_linalg_eigvals(Tensor self) -> Tensor`
  @Sendable package static func eigenvalues(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return a.result(a.batch + [a.rows], a.tensor.dtype.complexType)
  }

  /// `_linalg_eigh(Tensor A, str UPLO="L", bool compute_v=True) -> (Tensor eigenvalues, Tensor
  /// eigenvectors)`
  @Sendable package static func symmetricEigenvectors(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0, isSquare: true)
    return .tuple([
      a.result(a.batch + [a.rows], a.tensor.dtype.partType),
      try call.bool(2) ? a.likeByColumns : a.result([0]),
    ])
  }

  /// `_linalg_svd(Tensor A, bool full_matrices=False, bool compute_uv=True, …) -> (Tensor U, Tensor S,
  /// Tensor Vh)`
  @Sendable package static func singularValues(_ call: OperatorCall) throws -> IValue {
    let a = try Matrices(call, 0)
    let least = try a.least(call)
    let values = a.result(a.batch + [least], a.tensor.dtype.partType)
    guard try call.bool(2) else { return .tuple([a.result([0]), values, a.result([0])]) }
    let isFull = try call.bool(1)
    return .tuple([
      a.byColumns(a.batch + [a.rows, isFull ? a.rows : least]), values,
      a.byColumns(a.batch + [isFull ? a.columns : least, a.columns]),
    ])
  }
}
