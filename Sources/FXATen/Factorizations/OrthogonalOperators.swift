import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Orthogonal factors, least squares, and what is made of products of reflections.
enum OrthogonalOperators {
  static let all: [OperatorDefinition] =
    [exponential, exponentialLegacy] + factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    qr, geqrf, householder, ormqr, lstsq,
  ]

  /// `linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)`
  static let qr = OperatorDefinition("aten::linalg_qr", shape: ShapeRules.qr) { call in
    guard let name = try call.optionalString(1), let mode = QRFactorization.Mode(rawValue: name)
    else { throw call.error("the mode is none of 'reduced', 'complete' and 'r'") }
    let result = try QRFactorization.factor(call.tensor(0), mode)
    return .tuple([.tensor(result.q), .tensor(result.r)])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `geqrf(Tensor self) -> (Tensor a, Tensor tau)`
  static let geqrf = OperatorDefinition("aten::geqrf", shape: ShapeRules.reflections) { call in
    let result = try QRFactorization.reflections(call.tensor(0))
    return .tuple([.tensor(result.packed), .tensor(result.factors)])
  }
  .autocast(.single)

  /// `linalg_householder_product(Tensor input, Tensor tau) -> Tensor`, `orgqr(Tensor self, Tensor
  /// input2) -> Tensor`
  static let householder = OperatorDefinition(
    "aten::linalg_householder_product", "aten::orgqr", shape: ShapeRules.byColumns(like: 0)
  ) { call in
    .tensor(try QRFactorization.product(call.tensor(0), call.tensor(1)))
  }
  .autocast(.single)
  .kept("aten::linalg_householder_product")
  .batched(.trailing, only: "aten::linalg_householder_product")

  /// `ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) ->
  /// Tensor`
  static let ormqr = OperatorDefinition("aten::ormqr", shape: ShapeRules.byColumns(like: 2)) {
    call in
    .tensor(
      try QRFactorization.multiply(
        call.tensor(0), call.tensor(1), call.tensor(2), isLeft: call.bool(3),
        isAdjoint: call.bool(4)))
  }
  .autocast(.single)
  .kept()

  /// `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor
  /// solution, Tensor residuals, Tensor rank, Tensor singular_values)`
  static let lstsq = OperatorDefinition("aten::linalg_lstsq", shape: ShapeRules.leastSquares) {
    call in
    let (matrices, right) = (try call.tensor(0), try call.tensor(1))
    let name = try call.optionalString(3) ?? "gelsy"
    guard let driver = LeastSquares.Driver(rawValue: name) else {
      throw call.error("there is no driver '\(name)'")
    }
    let isVector =
      right.rank == 1
      || (matrices.rank - 1 == right.rank && right.sizes == matrices.sizes.dropLast())
    let columns = try isVector ? right.unsqueeze(-1) : right
    let results = try LeastSquares.solve(
      matrices, columns, driver, tolerance: call.optionalFloat(2))
    let solution = try isVector ? results.solution.squeeze([-1]) : results.solution
    return .tuple([
      .tensor(solution), .tensor(results.residuals), .tensor(results.rank),
      .tensor(results.singularValues),
    ])
  }
  .autocast(.single)

  /// `linalg_matrix_exp(Tensor self) -> Tensor`
  static let exponential = OperatorDefinition(
    "aten::linalg_matrix_exp", shape: ShapeRules.contiguous()
  ) {
    call in
    .tensor(try MatrixExponential.exponential(call.tensor(0)))
  }
  .kept()
  .batched(.trailing)

  /// `matrix_exp(Tensor self) -> Tensor`
  static let exponentialLegacy = OperatorDefinition("aten::matrix_exp") { call, e in
    try e.call("aten::linalg_matrix_exp", call[0])
  }
}
