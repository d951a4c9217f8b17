import FXCore
import FXOperators
import FXTensor

/// What singular values tell: ranks, pseudoinverses, condition numbers.
enum RankOperators {
  static let all: [OperatorDefinition] = factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    rankTolerances, rankFloats, rankFloat, rankTensor, pseudoinverseTolerances,
    pseudoinverseFloats, pseudoinverseFloat, pseudoinverseTensor, pinverse, condition,
    conditionNamed,
  ]

  /// `linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool
  /// hermitian=False) -> Tensor`
  static let rankTolerances = OperatorDefinition("aten::linalg_matrix_rank.atol_rtol_tensor") {
    call, e in try rank(call, e, absolute: call[1], relative: call[2], try call.bool(3))
  }
  .autocast(.single)

  /// `linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool
  /// hermitian=False) -> Tensor`
  static let rankFloats = OperatorDefinition("aten::linalg_matrix_rank.atol_rtol_float") {
    call, e in try rank(call, e, absolute: call[1], relative: call[2], try call.bool(3))
  }
  .autocast(.single)

  /// `linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`
  static let rankFloat = OperatorDefinition("aten::linalg_matrix_rank") { call, e in
    try rank(call, e, absolute: call[1], relative: 0.0, try call.bool(2))
  }
  .autocast(.single)

  /// `linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor`
  static let rankTensor = OperatorDefinition("aten::linalg_matrix_rank.tol_tensor") { call, e in
    try rank(call, e, absolute: call[1], relative: 0.0, try call.bool(2))
  }
  .autocast(.single)

  /// `linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool
  /// hermitian=False) -> Tensor`
  static let pseudoinverseTolerances = OperatorDefinition("aten::linalg_pinv.atol_rtol_tensor") {
    call, e in try pseudoinverse(call, e, absolute: call[1], relative: call[2], try call.bool(3))
  }
  .autocast(.transparent)
  .kept()
  .batched(.trailing)

  /// `linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool
  /// hermitian=False) -> Tensor`
  static let pseudoinverseFloats = OperatorDefinition("aten::linalg_pinv.atol_rtol_float") {
    call, e in try pseudoinverse(call, e, absolute: call[1], relative: call[2], try call.bool(3))
  }
  .autocast(.transparent)

  /// `linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`
  static let pseudoinverseFloat = OperatorDefinition("aten::linalg_pinv") { call, e in
    try pseudoinverse(call, e, absolute: 0.0, relative: call[1], try call.bool(2))
  }
  .autocast(.transparent)

  /// `linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`
  static let pseudoinverseTensor = OperatorDefinition("aten::linalg_pinv.rcond_tensor") {
    call, e in try pseudoinverse(call, e, absolute: 0.0, relative: call[1], try call.bool(2))
  }
  .autocast(.transparent)

  /// `pinverse(Tensor self, float rcond=1e-15) -> Tensor`
  static let pinverse = OperatorDefinition("aten::pinverse") { call, e in
    try pseudoinverse(call, e, absolute: 0.0, relative: call[1], false)
  }
  .autocast(.single)

  /// `linalg_cond(Tensor self, Scalar? p=None) -> Tensor`
  static let condition = OperatorDefinition("aten::linalg_cond") { call, e in
    let sizes = try call[0].sizes
    if sizes.suffix(2).contains(0) {
      return try e.call("aten::new_zeros", call[0], .sizes(Array(sizes.dropLast(2))))
    }
    let order = try call.optionalScalar(1)?.double ?? 2
    if order.magnitude != 2 { return try condition(call, e, "aten::linalg_matrix_norm", call[1]) }
    let values = try e.call("aten::linalg_svdvals", call[0])
    let largest = try e.call("aten::select.int", values, -1, order > 0 ? 0 : -1)
    let least = try e.call("aten::select.int", values, -1, order > 0 ? -1 : 0)
    return try e.call("aten::div.Tensor", largest, least)
  }
  .autocast(.single)

  /// `linalg_cond.p_str(Tensor self, str p) -> Tensor`
  static let conditionNamed = OperatorDefinition("aten::linalg_cond.p_str") { call, e in
    if case .string("nuc") = call[1] {
      let values = try e.call("aten::linalg_svdvals", call[0])
      let inverse = try e.call("aten::reciprocal", values)
      return try e.call(
        "aten::mul.Tensor", e.call("aten::sum.dim_IntList", values, [-1]),
        e.call("aten::sum.dim_IntList", inverse, [-1]))
    }
    return try condition(call, e, "aten::linalg_matrix_norm.str_ord", call[1])
  }
  .autocast(.single)

  /// Multiplies the norms of matrices and of their inverses, which are infinite where there are none.
  private static func condition(
    _ call: OperatorCall, _ e: any Emitter, _ norm: String, _ order: IValue
  ) throws -> IValue {
    guard let parts = try e.call("aten::linalg_inv_ex", call[0]).elements, parts.count == 2 else {
      throw call.wrong(0, "a matrix")
    }
    let isSingular = try e.call("aten::gt.Scalar", parts[1], 0)
    let places = try e.call(
      "aten::unsqueeze", e.call("aten::unsqueeze", isSingular, -1), -1)
    let inverse = try e.call("aten::masked_fill.Scalar", parts[0], places, .float(.infinity))
    return try e.call(
      "aten::mul.Tensor", e.call(norm, call[0], order), e.call(norm, inverse, order))
  }

  private static func rank(
    _ call: OperatorCall, _ e: any Emitter, absolute: IValue, relative: IValue, _ isHermitian: Bool
  ) throws -> IValue {
    let values: IValue
    if isHermitian {
      values = try e.call("aten::abs", e.call("aten::linalg_eigvalsh", call[0]))
    } else {
      values = try e.call("aten::linalg_svdvals", call[0])
    }
    if try values.size(-1) == 0 {
      return try e.call(
        "aten::sum.dim_IntList", values, [-1], false, keywords: [("dtype", .dtype(.int64))])
    }
    let largest = try e.call("aten::amax", values, [-1], true)
    let limit = try limit(call, e, largest, absolute, relative)
    return try e.call(
      "aten::sum.dim_IntList", e.call("aten::gt.Tensor", values, limit), [-1])
  }

  /// Returns what singular values have to be more than: the larger of the absolute tolerance and the
  /// relative one times the largest value.
  private static func limit(
    _ call: OperatorCall, _ e: any Emitter, _ largest: IValue, _ absolute: IValue,
    _ relative: IValue
  ) throws -> IValue {
    let dtype = try largest.dtype
    func number(_ value: IValue) throws -> IValue {
      if value.isTensor { return try e.call("aten::unsqueeze", e.converted(value, to: dtype), -1) }
      return try e.call("aten::scalar_tensor", value, keywords: [("dtype", .dtype(dtype))])
    }
    let precision = dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let sizes = try call[0].sizes.suffix(2).map { try $0.requireStatic() }
    let usual = try number(.float(precision * Double(sizes.max() ?? 0)))
    let least = absolute.isNone ? try number(0.0) : try number(absolute)
    var ratio = relative.isNone ? usual : try number(relative)
    if relative.isNone, !absolute.isNone {
      // An absolute tolerance above zero takes the place of the usual relative one.
      let isSet = try e.call("aten::gt.Scalar", least, 0.0)
      ratio = try e.call("aten::where.self", isSet, number(0.0), usual)
    }
    return try e.call("aten::maximum", least, e.call("aten::mul.Tensor", ratio, largest))
  }

  private static func pseudoinverse(
    _ call: OperatorCall, _ e: any Emitter, absolute: IValue, relative: IValue, _ isHermitian: Bool
  ) throws -> IValue {
    let sizes = try call[0].sizes
    guard sizes.count >= 2 else { throw call.error("the argument is not a matrix") }
    if sizes.contains(0) {
      let shape = sizes.dropLast(2) + [sizes[sizes.count - 1], sizes[sizes.count - 2]]
      return try e.call("aten::new_zeros", call[0], .sizes(Array(shape)))
    }
    let name = isHermitian ? "aten::linalg_eigh" : "aten::linalg_svd"
    let parts = try e.call(name, call[0], isHermitian ? "L" : false).elements ?? []
    guard parts.count == (isHermitian ? 2 : 3) else { throw call.wrong(0, "a matrix") }
    let values = isHermitian ? parts[0] : parts[1]
    let magnitudes = isHermitian ? try e.call("aten::abs", values) : values
    let largest = try e.call("aten::amax", magnitudes, [-1], true)
    let limit = try limit(call, e, largest, absolute, relative)
    let zeros = try e.call("aten::zeros_like", values)
    let inverse = try e.call(
      "aten::where.self", e.call("aten::gt.Tensor", magnitudes, limit),
      e.call("aten::reciprocal", values), zeros)
    let left = isHermitian ? parts[1] : try e.adjoint(parts[2])
    let right = try e.adjoint(isHermitian ? parts[1] : parts[0])
    let scaled = try e.call("aten::mul.Tensor", left, e.call("aten::unsqueeze", inverse, -2))
    return try e.call("aten::matmul", scaled, right)
  }
}
