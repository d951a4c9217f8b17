import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Factors of symmetric matrices, and systems of triangles.
enum TriangularOperators {
  static let all: [OperatorDefinition] = factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    choleskyEx, cholesky, choleskySolve, choleskyHelper, choleskyInverse, ldlEx, ldl, ldlSolve,
    solveTriangular, triangularSolve,
  ]

  private static let indefinite = "is not positive definite"

  /// `linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L,
  /// Tensor info)`
  static let choleskyEx = OperatorDefinition(
    "aten::linalg_cholesky_ex", shape: ShapeRules.squareWithInfo
  ) { call in
    let result = try CholeskyFactorization.factor(call.tensor(0), isUpper: call.bool(1))
    if try call.bool(2) { try call.check(result.info, indefinite) }
    return .tuple([.tensor(result.factors), .tensor(result.info)])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor`
  static let cholesky = OperatorDefinition("aten::linalg_cholesky") { call, e in
    try e.result(
      0, of: "aten::linalg_cholesky_ex", [call[0]], [("upper", call[1]), ("check_errors", true)])
  }
  .autocast(.single)

  /// `cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor`
  static let choleskySolve = OperatorDefinition("aten::cholesky_solve") { call, e in
    let batch = try SymbolicSize.broadcast(
      Array(call[0].sizes.dropLast(2)), Array(call[1].sizes.dropLast(2)))
    func expanded(_ index: Int) throws -> IValue {
      try e.call("aten::expand", call[index], .sizes(batch + call[index].sizes.suffix(2)))
    }
    return try e.call("aten::_cholesky_solve_helper", expanded(0), expanded(1), call[2])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `_cholesky_solve_helper(Tensor self, Tensor A, bool upper) -> Tensor`
  static let choleskyHelper = OperatorDefinition(
    "aten::_cholesky_solve_helper", shape: ShapeRules.byColumns(like: 0)
  ) { call in
    .tensor(
      try TriangularSystems.solveFactored(call.tensor(1), call.tensor(0), isUpper: call.bool(2)))
  }

  /// `cholesky_inverse(Tensor self, bool upper=False) -> Tensor`
  static let choleskyInverse = OperatorDefinition(
    "aten::cholesky_inverse", shape: ShapeRules.byColumns(like: 0)
  ) { call in
    .tensor(try CholeskyFactorization.inverse(call.tensor(0), isUpper: call.bool(1)))
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor
  /// LD, Tensor pivots, Tensor info)`
  static let ldlEx = OperatorDefinition("aten::linalg_ldl_factor_ex", shape: ShapeRules.ldlFactor) {
    call in
    let result = try LDLFactorization.factor(call.tensor(0), isHermitian: call.bool(1))
    if try call.bool(2) { try call.check(result.info, "has a zero on the diagonal") }
    return .tuple([.tensor(result.factors), .tensor(result.pivots), .tensor(result.info)])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)`
  static let ldl = OperatorDefinition("aten::linalg_ldl_factor") { call, e in
    let parts =
      try e.call(
        "aten::linalg_ldl_factor_ex", call[0],
        keywords: [("hermitian", call[1]), ("check_errors", true)]
      ).elements ?? []
    return .tuple(Array(parts.prefix(2)))
  }

  /// `linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor`
  static let ldlSolve = OperatorDefinition("aten::linalg_ldl_solve", shape: ShapeRules.ldlSolve) {
    call in
    .tensor(
      try LDLFactorization.solve(
        call.tensor(0), pivots: call.tensor(1), call.tensor(2), isHermitian: call.bool(3)))
  }
  .kept()

  /// `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool
  /// unitriangular=False) -> Tensor`
  static let solveTriangular = OperatorDefinition(
    "aten::linalg_solve_triangular", shape: ShapeRules.solveTriangular
  ) { call in
    .tensor(
      try TriangularSystems.solve(
        call.tensor(0), call.tensor(1), isUpper: call.bool(2), isLeft: call.bool(3),
        hasUnitDiagonal: call.bool(4)))
  }
  .overlapping(OverlapRule(out: .only([1])))
  .kept()
  .batched(.trailing)

  /// `triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool
  /// unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)`
  static let triangularSolve = OperatorDefinition(
    "aten::triangular_solve", shape: ShapeRules.triangularSolve
  ) { call in
    let (right, triangles) = (try call.tensor(0), try call.tensor(1))
    let solution = try TriangularSystems.solve(
      triangles, right, isUpper: call.bool(2), hasUnitDiagonal: call.bool(4),
      isTransposed: call.bool(3))
    let batch = Array(solution.sizes.dropLast(2))
    let coefficient = try triangles.transpose(-2, -1)
      .expand(batch + triangles.sizes.suffix(2)).clone(format: .contiguous).transpose(-2, -1)
    return .tuple([.tensor(solution), .tensor(coefficient)])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)
}
