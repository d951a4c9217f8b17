import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Powers of tensors, and functions of two tensors by logarithms.
enum PointwisePowers {
  static let all: [OperatorDefinition] = [
    power, powerScalar, floatPower, square, xlogy, xlog1py, logaddexp, logaddexp2, ldexp,
  ]

  /// `pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
  static let power = OperatorDefinition.binary(
    "aten::pow.Tensor_Tensor", "aten::pow.Scalar", with: .power,
    derivative: .elementwise(slopeOfBase, slopeOfExponent))

  /// Where the exponent is 0 nothing depends on the base, not even at 0.
  private static let slopeOfBase: DerivativeRule.Slope = { x, y in
    let exponent = x.call[1].isTensor ? x[1] : try y.constant(x.call[1])
    let slope = try exponent * x[0].power(exponent - 1)
    return try slope.masked(exponent .== 0)
  }

  /// A base of 0 stays 0 for any exponent that is not negative, where its logarithm is infinite.
  private static let slopeOfExponent: DerivativeRule.Slope = { x, y in
    let base = x.call[0].isTensor ? x[0] : try y.constant(x.call[0])
    let slope = try y * base.log()
    let isComplex = try x[1].value.dtype.isComplex
    let real = try isComplex ? x[1].applying("aten::real") : x[1]
    return try slope.masked((base .== 0) .& (real .>= 0))
  }

  /// `pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
  static let powerScalar = OperatorDefinition(
    "aten::pow.Tensor_Scalar", shape: ShapeRules.binary()
  ) { call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    let exponent = try call.scalar(1)
    let common = try call.commonType(operands)
    if common.isIntegral(includingBool: true), exponent.double < 0 {
      throw call.error("integers to the power of negative integers are not integers")
    }
    if exponent.imaginary == 0, let function = PointwiseFunction.power(exponent.double) {
      return try .tensor(
        function.run([operands[0]], in: common, into: call.destination))
    }
    return try call.pointwise(.power, operands)
  }
  .differentiated(
    by: .elementwise { x, y in
      switch x.call[1] {
      case .int(0), .float(0): try x[0].applying("aten::zeros_like")
      case .int(let exponent): try x[0].power(exponent &- 1) * exponent
      case .float(let exponent): try x[0].power(exponent - 1) * exponent
      default: try slopeOfBase(x, y)
      }
    })

  /// `float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
  static let floatPower = OperatorDefinition(
    "aten::float_power.Tensor_Tensor", "aten::float_power.Tensor_Scalar",
    "aten::float_power.Scalar"
  ) { call, e in
    let isComplex = try call.arguments.contains { try $0.isComplexValue }
    let dtype = IValue.dtype(isComplex ? .complex128 : .float64)
    let operands = try call.arguments.map { operand in
      guard operand.isTensor else { return operand }
      return try e.call("aten::_to_copy", operand, keywords: [("dtype", dtype)])
    }
    let overload =
      !operands[0].isTensor
      ? "aten::pow.Scalar"
      : operands[1].isTensor ? "aten::pow.Tensor_Tensor" : "aten::pow.Tensor_Scalar"
    return try e.apply(overload, operands)
  }

  /// `square(Tensor self) -> Tensor`
  static let square = OperatorDefinition("aten::square") { call, e in
    try e.call("aten::pow.Tensor_Scalar", call[0], 2)
  }

  /// `xlogy.Tensor(Tensor self, Tensor other) -> Tensor`
  static let xlogy = OperatorDefinition.binary(
    "aten::xlogy.Tensor", "aten::xlogy.Scalar_Self", "aten::xlogy.Scalar_Other", as: .float,
    decomposition: { call, e in try e.scaledLogarithm(call, "aten::log") }, with: .xLogY,
    derivative: .selfAdjoint(in: [
      0: { g, x, _ in try masked(x, pole: 0, scaledLogarithm("aten::xlogy", g, x)) },
      1: { g, x, _ in try g * x[0] / x[1] },
    ]))

  /// `special_xlog1py(Tensor self, Tensor other) -> Tensor`
  static let xlog1py = OperatorDefinition.binary(
    "aten::special_xlog1py", "aten::special_xlog1py.self_scalar",
    "aten::special_xlog1py.other_scalar", as: .float,
    decomposition: { call, e in try e.scaledLogarithm(call, "aten::log1p") }, with: .xLog1PY,
    derivative: .selfAdjoint(in: [
      0: { g, x, _ in try masked(x, pole: -1, scaledLogarithm("aten::special_xlog1py", g, x)) },
      1: { g, x, _ in try g * x[0] / (x[1] + 1) },
    ]))

  /// Multiplies a change of the factor with the logarithm.
  private static func scaledLogarithm(
    _ name: String, _ change: Formula, _ x: Operands
  ) throws -> Formula {
    let isTensor = x.call[1].isTensor
    let number = name == "aten::xlogy" ? ".Scalar_Other" : ".other_scalar"
    let tensor = name == "aten::xlogy" ? ".Tensor" : ""
    return try change.applying(name + (isTensor ? tensor : number), x.call[1])
  }

  /// Where the factor is 0 and the logarithm has a pole or no value, nothing changes.
  private static func masked(
    _ x: Operands, pole: Double, _ product: Formula
  ) throws -> Formula {
    let isZero = try x[0] .== 0
    guard let number = x.call[1].number else {
      return try product.masked(isZero .& (x[1] .<= pole))
    }
    return number > pole ? product : try product.masked(isZero)
  }

  /// `logaddexp(Tensor self, Tensor other) -> Tensor`
  static let logaddexp = OperatorDefinition.binary(
    "aten::logaddexp", decomposition: { call, e in try sum(call, e, base2: false) },
    with: .logAddExp,
    derivative: .elementwise(
      { x, _ in try 1 / ((x[1] - x[0]).exp() + 1) }, { x, _ in try 1 / ((x[0] - x[1]).exp() + 1) }))

  /// `logaddexp2(Tensor self, Tensor other) -> Tensor`
  static let logaddexp2 = OperatorDefinition.binary(
    "aten::logaddexp2", decomposition: { call, e in try sum(call, e, base2: true) },
    with: .logAddExp2,
    derivative: .elementwise(
      { x, _ in try 1 / ((x[1] - x[0]).exp2() + 1) },
      { x, _ in try 1 / ((x[0] - x[1]).exp2() + 1) }))

  /// Adds numbers of which logarithms are given, the larger one apart.
  private static func sum(_ call: OperatorCall, _ e: any Emitter, base2: Bool) throws -> IValue {
    let dtype = try call[0].dtype
    guard dtype.isFloatingPoint, try call[1].dtype == dtype else {
      throw FXError(
        .operatorUnsupported, "\(call.schema.qualifiedName) of these can't be decomposed")
    }
    let (a, b) = (try e.widened(call[0]), try e.widened(call[1]))
    let isFirst = try e.call("aten::ge.Tensor", a, b)
    let most = try e.call("aten::where.self", isFirst, a, b)
    let least = try e.call("aten::where.self", isFirst, b, a)
    let distance = try e.call("aten::sub.Tensor", least, most)
    let power = try e.call(base2 ? "aten::exp2" : "aten::exp", distance)
    var more = try e.call("aten::log1p", power)
    if base2 { more = try e.call("aten::mul.Tensor", more, .float(1 / 0.693147180559945309417)) }
    let result = try e.call("aten::add.Tensor", most, more)
    let isSame = try e.call("aten::eq.Tensor", a, b)
    let isInfinite = try e.call("aten::logical_and", e.call("aten::isinf", a), isSame)
    return try e.converted(e.call("aten::where.self", isInfinite, a, result), to: dtype)
  }

  /// `ldexp.Tensor(Tensor self, Tensor other) -> Tensor`
  static let ldexp = OperatorDefinition("aten::ldexp.Tensor") { call, e in
    let scale = try e.call("aten::pow.Scalar", 2.0, call[1])
    return try e.call("aten::mul.Tensor", call[0], scale)
  }
  .overlapping(OverlapRule(out: .only([0])))
  .kept()
}

extension Emitter {
  /// Multiplies the first operand with a logarithm of the second, so that 0 stays 0.
  fileprivate func scaledLogarithm(_ call: OperatorCall, _ logarithm: String) throws -> IValue {
    var (x, y) = (call[0], call[1])
    if !x.isTensor { x = try self.call("aten::scalar_tensor", x) }
    if !y.isTensor { y = try self.call("aten::scalar_tensor", y) }
    let isZero = try self.call("aten::eq.Scalar", x, 0)
    let isNaN = try self.call("aten::isnan", y)
    let product = try self.call("aten::mul.Tensor", x, self.call(logarithm, y))
    let zero = try self.call("aten::scalar_tensor", 0, keywords: [("dtype", .dtype(product.dtype))])
    let nan = try self.call(
      "aten::scalar_tensor", .float(.nan), keywords: [("dtype", .dtype(product.dtype))])
    let result = try self.call("aten::where.self", isZero, zero, product)
    return try self.call("aten::where.self", isNaN, nan, result)
  }
}

extension IValue {
  /// Whether the value is a complex tensor or number.
  fileprivate var isComplexValue: Bool {
    get throws {
      if case .complex = self { return true }
      return isTensor ? try dtype.isComplex : false
    }
  }
}
