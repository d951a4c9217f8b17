import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Factors with exchanged rows, and what they give: solutions, inverses, determinants.
enum LUOperators {
  static let all: [OperatorDefinition] = [unpack, checkErrors] + factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    factorEx, withInfo, factor, lu, luSolve, luSolveLegacy, solveExParts, solveEx, solve,
    inverseEx, inverse, determinantParts, determinant, logdet, slogdetParts, slogdet,
  ]

  private static let singular = "is singular"

  /// `linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU,
  /// Tensor pivots, Tensor info)`
  static let factorEx = OperatorDefinition("aten::linalg_lu_factor_ex", shape: ShapeRules.luFactor)
  {
    call in
    guard try call.bool(1) else { throw call.error("there are only factors with pivots") }
    let factors = try LUFactorization(call.tensor(0))
    if try call.bool(2) { try call.check(factors.info, singular) }
    return .tuple([.tensor(try factors.packed()), .tensor(factors.pivots), .tensor(factors.info)])
  }
  .kept()
  .batched(.trailing)

  /// `_lu_with_info(Tensor self, bool pivot=True, bool check_errors=True) -> (Tensor LU, Tensor
  /// pivots, Tensor info)`
  static let withInfo = OperatorDefinition("aten::_lu_with_info") { call, e in
    try e.call(
      "aten::linalg_lu_factor_ex", call[0],
      keywords: [("pivot", call[1]), ("check_errors", call[2])])
  }
  .autocast(.single)

  /// `linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)`
  static let factor = OperatorDefinition("aten::linalg_lu_factor") { call, e in
    let results =
      try e.call(
        "aten::linalg_lu_factor_ex", call[0], keywords: [("pivot", call[1])]
      ).elements ?? []
    return .tuple(Array(results.prefix(2)))
  }

  /// `linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)`
  static let lu = OperatorDefinition("aten::linalg_lu") { call, e in
    let factors = try e.call("aten::linalg_lu_factor_ex", call[0], keywords: [("pivot", call[1])])
    guard let parts = factors.elements, parts.count == 3 else { throw call.wrong(0, "a matrix") }
    return try e.call("aten::lu_unpack", parts[0], parts[1])
  }
  .kept()
  .batched(.trailing)

  /// `lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) ->
  /// (Tensor P, Tensor L, Tensor U)`
  static let unpack = OperatorDefinition("aten::lu_unpack", shape: ShapeRules.luUnpack) { call in
    let parts = try LUFactorization.unpack(
      call.tensor(0), call.tensor(1), wantsData: call.bool(2), wantsPivots: call.bool(3))
    return .tuple([.tensor(parts.p), .tensor(parts.l), .tensor(parts.u)])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) ->
  /// Tensor`
  static let luSolve = OperatorDefinition("aten::linalg_lu_solve", shape: ShapeRules.luSolve) {
    call in
    let factors = try LUFactorization(factors: call.tensor(0), pivots: call.tensor(1))
    return .tensor(
      try factors.solve(call.tensor(2), isLeft: call.bool(3), isAdjoint: call.bool(4)))
  }
  .kept()
  .batched(.trailing)

  /// `lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor`
  static let luSolveLegacy = OperatorDefinition("aten::lu_solve") { call, e in
    try e.call("aten::linalg_lu_solve", call[1], call[2], call[0])
  }
  .autocast(.single)

  /// `_linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor
  /// result, Tensor LU, Tensor pivots, Tensor info)`
  static let solveExParts = OperatorDefinition("aten::_linalg_solve_ex", shape: ShapeRules.solve) {
    call in
    let (matrices, right) = (try call.tensor(0), try call.tensor(1))
    let isLeft = try call.bool(2)
    // A right side of one dimension less is a batch of vectors.
    let isVector =
      right.rank == 1
      || (matrices.rank - 1 == right.rank && right.sizes == matrices.sizes.dropLast())
    guard isLeft || !isVector else { throw call.error("a vector is to the right of a matrix") }
    let factors = try LUFactorization(matrices)
    if try call.bool(3) { try call.check(factors.info, singular) }
    let columns = try isVector ? right.unsqueeze(-1) : right
    let solution = try factors.solve(columns, isLeft: isLeft)
    return .tuple([
      .tensor(try isVector ? vectors(solution.squeeze([-1])) : solution),
      .tensor(try factors.packed()), .tensor(factors.pivots), .tensor(factors.info),
    ])
  }
  .kept()
  .batched(.trailing)

  /// Stores a batch of vectors as PyTorch does: its last two dimensions column by column.
  private static func vectors(_ solution: Tensor) throws -> Tensor {
    guard solution.rank > 1 else { return solution }
    return try solution.transpose(-2, -1).clone(format: .contiguous).transpose(-2, -1)
  }

  /// `linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor
  /// result, Tensor info)`
  static let solveEx = OperatorDefinition("aten::linalg_solve_ex") { call, e in
    let parts =
      try e.call(
        "aten::_linalg_solve_ex", call[0], call[1],
        keywords: [("left", call[2]), ("check_errors", call[3])]
      ).elements ?? []
    guard parts.count == 4 else { throw call.wrong(0, "a matrix") }
    return .tuple([parts[0], parts[3]])
  }

  /// `linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor`
  static let solve = OperatorDefinition("aten::linalg_solve") { call, e in
    try e.result(
      0, of: "aten::_linalg_solve_ex", [call[0], call[1]],
      [("left", call[2]), ("check_errors", true)])
  }
  .autocast(.single)

  /// `linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)`
  static let inverseEx = OperatorDefinition("aten::linalg_inv_ex", shape: ShapeRules.squareWithInfo)
  { call in
    let matrices = try call.tensor(0)
    guard matrices.rank >= 2, matrices.sizes[matrices.rank - 1] == matrices.sizes[matrices.rank - 2]
    else { throw call.error("the matrices are not square") }
    let factors = try LUFactorization(matrices)
    if try call.bool(1) { try call.check(factors.info, singular) }
    let identity = try Tensor.zeros(matrices.sizes, matrices.dtype, device: matrices.device)
    try identity.diagonal(offset: 0, -2, -1).fill(1)
    return .tuple([.tensor(try factors.solve(identity)), .tensor(factors.info)])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `linalg_inv(Tensor A) -> Tensor`, `inverse(Tensor self) -> Tensor`
  static let inverse = OperatorDefinition("aten::linalg_inv", "aten::inverse") { call, e in
    try e.result(0, of: "aten::linalg_inv_ex", [call[0]], [("check_errors", true)])
  }
  .autocast(.single)

  /// `_linalg_det(Tensor A) -> (Tensor result, Tensor LU, Tensor pivots)`
  static let determinantParts = OperatorDefinition(
    "aten::_linalg_det", shape: ShapeRules.determinant
  ) { call in
    let factors = try LUFactorization(read(call))
    return .tuple([
      .tensor(try factors.determinants()), .tensor(try factors.packed()), .tensor(factors.pivots),
    ])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_det(Tensor A) -> Tensor`, `det(Tensor self) -> Tensor`
  static let determinant = OperatorDefinition("aten::linalg_det", "aten::det") { call, e in
    try e.result(0, of: "aten::_linalg_det", [call[0]])
  }
  .batched(.trailing)

  /// `logdet(Tensor self) -> Tensor`
  static let logdet = OperatorDefinition("aten::logdet") { call, e in
    guard let parts = try e.call("aten::_linalg_slogdet", call[0]).elements, parts.count == 4 else {
      throw call.wrong(0, "a matrix")
    }
    if try call[0].dtype.isComplex {
      return try e.call("aten::add.Tensor", parts[1], e.call("aten::log", parts[0]))
    }
    let isNegative = try e.call("aten::eq.Scalar", parts[0], -1)
    return try e.call("aten::masked_fill.Scalar", parts[1], isNegative, .float(.nan))
  }

  /// `_linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet, Tensor LU, Tensor pivots)`
  static let slogdetParts = OperatorDefinition(
    "aten::_linalg_slogdet", shape: ShapeRules.logDeterminant
  ) { call in
    let factors = try LUFactorization(read(call))
    let parts = try factors.logarithms()
    return .tuple([
      .tensor(parts.signs), .tensor(parts.logarithms), .tensor(try factors.packed()),
      .tensor(factors.pivots),
    ])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)`, `slogdet(Tensor self) -> (Tensor
  /// sign, Tensor logabsdet)`
  static let slogdet = OperatorDefinition("aten::linalg_slogdet", "aten::slogdet") { call, e in
    let parts = try e.call("aten::_linalg_slogdet", call[0]).elements ?? []
    return .tuple(Array(parts.prefix(2)))
  }

  /// `_linalg_check_errors(Tensor info, str api_name, *, bool is_matrix) -> ()`
  static let checkErrors = OperatorDefinition(
    "aten::_linalg_check_errors", shape: { _ in .none },
    kernel: {
      call in
      try call.check(call.tensor(0), "has no result in \(call.optionalString(1) ?? "LAPACK")")
      return .none
    })

  /// Returns the matrices as PyTorch factors them for determinants: transposed where that needs no
  /// copy.
  private static func read(_ call: OperatorCall) throws -> Tensor {
    let matrices = try call.tensor(0)
    guard matrices.rank >= 2, matrices.sizes[matrices.rank - 1] == matrices.sizes[matrices.rank - 2]
    else { throw call.error("the matrices are not square") }
    let usesTranspose = matrices.isContiguous && !matrices.dtype.isComplex
    return usesTranspose ? try matrices.transpose(-2, -1) : matrices
  }
}
