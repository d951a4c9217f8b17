import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Elementary functions, signs and rounding.
enum PointwiseMath {
  static let all: [OperatorDefinition] = [
    abs, neg, sign, sgn, ceil, floor, trunc, round, roundDecimals, frac, exp, exp2, expm1, log,
    log2, log10, log1p, sqrt, rsqrt, reciprocal, sin, cos, tan, asin, acos, atan, sinh, cosh,
    tanh, asinh, acosh, atanh, sinc, deg2rad, rad2deg, isNaN, isInf, isFinite, isPosInf, isNegInf,
    isReal, signbit, nanToNum, angle, conjPhysical, conjugateCopy,
    conj,
  ]

  /// The natural logarithm of 2.
  private static let log2Factor = 0.6931471805599453

  /// Magnitudes of complex numbers are real.
  private static let magnitude = DerivativeRule.custom(
    vjp: { call, _ in
      guard let gradient = call.gradient(of: 0) else { return [.none] }
      return [try (gradient * call.argument(0).applying("aten::sgn")).value]
    },
    jvp: { call, _ in
      guard let tangent = call.tangent(of: 0) else { return [.none] }
      let product = try tangent * call.argument(0).applying("aten::sgn").conjugate()
      return [
        try product.value.dtype.isComplex ? product.applying("aten::real").value : product.value
      ]
    })

  /// Directions of complex numbers change where the number turns; real signs don't.
  private static let direction = DerivativeRule.selfAdjoint { g, x, y in
    guard try y.value.dtype.isComplex else { return try g.applying("aten::zeros_like") }
    let along = try (y.conjugate() * g).applying("aten::real")
    let turned = try (g - y * along) / x[0].abs()
    return try turned.masked(x[0] .== 0)
  }

  /// Angles of complex numbers change where the number turns; those of real ones don't.
  private static let turn = DerivativeRule.custom(
    vjp: { call, _ in
      guard let gradient = call.gradient(of: 0), try call[0].dtype.isComplex else { return [.none] }
      let x = call.argument(0)
      let turned = try gradient * (x / (x.abs() * x.abs())) * IValue.complex(0, 1)
      return [try turned.masked(x .== 0).value]
    },
    jvp: { call, _ in
      let x = call.argument(0)
      guard let tangent = call.tangent(of: 0), try x.value.dtype.isComplex else { return [.none] }
      let turned = try (tangent * x.conjugate()).applying("aten::imag") / (x.abs() * x.abs())
      return [try turned.masked(x .== 0).value]
    })

  /// The conjugate of a sum is the sum of conjugates, but not so of products with complex numbers.
  private static let conjugation = DerivativeRule.selfAdjoint { g, _, _ in try g.conjugate() }

  /// `abs(Tensor self) -> Tensor`
  static let abs = OperatorDefinition("aten::abs", shape: ShapeRules.unary(.real)) { call in
    let tensor = try call.tensor(0)
    if tensor.dtype == .bool { throw call.error("booleans have no magnitude") }
    return try call.pointwise(.magnitude, [tensor], .real)
  }
  .differentiated(by: magnitude)

  /// `neg(Tensor self) -> Tensor`
  static let neg = OperatorDefinition("aten::neg", shape: ShapeRules.unary()) { call in
    let tensor = try call.tensor(0)
    if tensor.dtype == .bool { throw call.error("booleans have no negatives; use logical_not") }
    return try call.pointwise(.negate, [tensor])
  }
  .differentiated(by: .linear { _, g in try -g })

  /// `sign(Tensor self) -> Tensor`
  static let sign = OperatorDefinition.unary(
    "aten::sign", as: .same, with: .sign,
    derivative: .zero)

  /// `sgn(Tensor self) -> Tensor`
  static let sgn = OperatorDefinition(
    "aten::sgn", shape: ShapeRules.unary(),
    decomposition: { call, e in
      guard try call[0].dtype.isComplex else { return try e.call("aten::sign", call[0]) }
      let magnitude = try e.call("aten::abs", call[0])
      let isZero = try e.call("aten::eq.Scalar", magnitude, 0)
      let direction = try e.call("aten::div.Tensor", call[0], magnitude)
      let zero = try e.call(
        "aten::scalar_tensor", 0, keywords: [("dtype", .dtype(direction.dtype))])
      return try e.call("aten::where.self", isZero, zero, direction)
    },
    kernel: { call in try call.pointwise(.sign, [call.tensor(0)]) }
  )
  .differentiated(by: direction)

  /// `ceil(Tensor self) -> Tensor`
  static let ceil = OperatorDefinition.rounding("aten::ceil", .ceil)

  /// `floor(Tensor self) -> Tensor`
  static let floor = OperatorDefinition.rounding("aten::floor", .floor)

  /// `trunc(Tensor self) -> Tensor`
  static let trunc = OperatorDefinition.rounding("aten::trunc", .trunc)

  /// `round(Tensor self) -> Tensor`
  static let round = OperatorDefinition.rounding("aten::round", .round)

  /// `round.decimals(Tensor self, *, int decimals) -> Tensor`
  static let roundDecimals = OperatorDefinition(
    "aten::round.decimals", shape: ShapeRules.unary(), derivative: .zero
  ) { call in
    let tensor = try call.tensor(0)
    let decimals = try call.int(1)
    if tensor.dtype.isIntegral(includingBool: true) {
      guard decimals == 0 else { throw call.error("integers have no decimals") }
      return .tensor(try tensor.clone())
    }
    if decimals == 0 { return try call.pointwise(.round, [tensor]) }
    return try call.pointwise(.round(decimals: decimals), [tensor])
  }
  .kept()

  /// `frac(Tensor self) -> Tensor`
  static let frac = OperatorDefinition.unary(
    "aten::frac", as: .same,
    decomposition: { call, e in
      try e.call("aten::sub.Tensor", call[0], e.call("aten::trunc", call[0]))
    }, with: .fraction
  )
  .differentiated(by: .throughDecomposition)

  /// `exp(Tensor self) -> Tensor`
  static let exp = OperatorDefinition.unary(
    "aten::exp", with: .exp,
    derivative: .elementwise { _, y in y })

  /// `exp2(Tensor self) -> Tensor`
  static let exp2 = OperatorDefinition.unary(
    "aten::exp2", with: .exp2,
    derivative: .elementwise { _, y in try y * log2Factor }
  )
  .kept()

  /// `expm1(Tensor self) -> Tensor`
  static let expm1 = OperatorDefinition.unary(
    "aten::expm1", with: .expm1,
    derivative: .elementwise { _, y in try y + 1 })

  /// `log(Tensor self) -> Tensor`
  static let log = OperatorDefinition.unary(
    "aten::log", with: .log,
    derivative: .dividing(by: { x, _ in x[0] }))

  /// `log2(Tensor self) -> Tensor`
  static let log2 = OperatorDefinition.unary(
    "aten::log2", with: .log2,
    derivative: .dividing(by: { x, _ in try x[0] * log2Factor }))

  /// `log10(Tensor self) -> Tensor`
  static let log10 = OperatorDefinition.unary(
    "aten::log10", with: .log10,
    derivative: .dividing(by: { x, _ in try x[0] * 2.302585092994046 }))

  /// `log1p(Tensor self) -> Tensor`
  static let log1p = OperatorDefinition.unary(
    "aten::log1p", with: .log1p,
    derivative: .dividing(by: { x, _ in try x[0] + 1 }))

  /// `sqrt(Tensor self) -> Tensor`
  static let sqrt = OperatorDefinition.unary(
    "aten::sqrt", with: .sqrt,
    derivative: .dividing(by: { _, y in try y * 2 }))

  /// `rsqrt(Tensor self) -> Tensor`
  static let rsqrt = OperatorDefinition.unary(
    "aten::rsqrt", with: .rsqrt,
    derivative: .elementwise { _, y in try y.power(3) * -0.5 })

  /// `reciprocal(Tensor self) -> Tensor`
  static let reciprocal = OperatorDefinition.unary(
    "aten::reciprocal", with: .reciprocal,
    derivative: .elementwise { _, y in try -(y * y) })

  /// `sin(Tensor self) -> Tensor`
  static let sin = OperatorDefinition.unary(
    "aten::sin", with: .sin,
    derivative: .elementwise { x, _ in try x[0].cos() })

  /// `cos(Tensor self) -> Tensor`
  static let cos = OperatorDefinition.unary(
    "aten::cos", with: .cos,
    derivative: .elementwise { x, _ in try -x[0].sin() })

  /// `tan(Tensor self) -> Tensor`
  static let tan = OperatorDefinition.unary(
    "aten::tan", with: .tan,
    derivative: .elementwise { _, y in try y * y + 1 })

  /// `asin(Tensor self) -> Tensor`
  static let asin = OperatorDefinition.unary(
    "aten::asin", with: .asin,
    derivative: .elementwise { x, _ in try (1 - x[0] * x[0]).rsqrt() })

  /// `acos(Tensor self) -> Tensor`
  static let acos = OperatorDefinition.unary(
    "aten::acos", with: .acos,
    derivative: .elementwise { x, _ in try -(1 - x[0] * x[0]).rsqrt() })

  /// `atan(Tensor self) -> Tensor`
  static let atan = OperatorDefinition.unary(
    "aten::atan", with: .atan,
    derivative: .dividing(by: { x, _ in try x[0] * x[0] + 1 }))

  /// `sinh(Tensor self) -> Tensor`
  static let sinh = OperatorDefinition.unary(
    "aten::sinh", with: .sinh,
    derivative: .elementwise { x, _ in try x[0].applying("aten::cosh") })

  /// `cosh(Tensor self) -> Tensor`
  static let cosh = OperatorDefinition.unary(
    "aten::cosh", with: .cosh,
    derivative: .elementwise { x, _ in try x[0].applying("aten::sinh") })

  /// `tanh(Tensor self) -> Tensor`
  static let tanh = OperatorDefinition.unary(
    "aten::tanh", with: .tanh,
    derivative: .elementwise { _, y in try 1 - y * y })

  /// `asinh(Tensor self) -> Tensor`
  static let asinh = OperatorDefinition.unary(
    "aten::asinh", with: .asinh,
    derivative: .elementwise { x, _ in try (x[0] * x[0] + 1).rsqrt() })

  /// `acosh(Tensor self) -> Tensor`
  static let acosh = OperatorDefinition.unary(
    "aten::acosh", with: .acosh,
    derivative: .elementwise { x, _ in
      try x[0].value.dtype.isComplex
        ? (x[0] + 1).rsqrt() * (x[0] - 1).rsqrt() : (x[0] * x[0] - 1).rsqrt()
    })

  /// `atanh(Tensor self) -> Tensor`
  static let atanh = OperatorDefinition.unary(
    "aten::atanh", with: .atanh,
    derivative: .dividing(by: { x, _ in try 1 - x[0] * x[0] }))

  /// `sinc(Tensor self) -> Tensor`
  static let sinc = OperatorDefinition.unary(
    "aten::sinc",
    decomposition: { call, e in
      try e.computingFloats(call[0]) { x in
        let angle = try e.call("aten::mul.Tensor", x, .float(.pi))
        let isZero = try e.call("aten::eq.Scalar", angle, 0)
        let ratio = try e.call("aten::div.Tensor", e.call("aten::sin", angle), angle)
        let one = try e.call("aten::scalar_tensor", 1, keywords: [("dtype", .dtype(ratio.dtype))])
        return try e.call("aten::where.self", isZero, one, ratio)
      }
    }, with: .sinc,
    derivative: .elementwise { x, _ in
      let angle = try x[0] * Double.pi
      let slope = try (angle * angle.cos() - angle.sin()) / (angle * x[0])
      return try slope.masked(x[0] .== 0)
    })

  /// `deg2rad(Tensor self) -> Tensor`
  static let deg2rad = OperatorDefinition.unary(
    "aten::deg2rad",
    decomposition: { call, e in
      try e.call("aten::mul.Tensor", call[0], .float(.pi / 180))
    }, with: .multiply(by: .pi / 180), derivative: .linear { _, g in try g * (Double.pi / 180) })

  /// `rad2deg(Tensor self) -> Tensor`
  static let rad2deg = OperatorDefinition.unary(
    "aten::rad2deg",
    decomposition: { call, e in
      try e.call("aten::mul.Tensor", call[0], .float(180 / .pi))
    }, with: .multiply(by: 180 / .pi), derivative: .linear { _, g in try g * (180 / Double.pi) })

  /// `isnan(Tensor self) -> Tensor`
  static let isNaN = OperatorDefinition.unary("aten::isnan", as: .bool, with: .isNaN)
    .overlapping(.allowed)

  /// `isinf(Tensor self) -> Tensor`
  static let isInf = OperatorDefinition.unary("aten::isinf", as: .bool, with: .isInfinite)
    .overlapping(.allowed)

  /// `isfinite(Tensor self) -> Tensor`
  static let isFinite = OperatorDefinition("aten::isfinite") { call, e in
    let isInfinite = try e.call("aten::isinf", call[0])
    let isNaN = try e.call("aten::isnan", call[0])
    return try e.call("aten::logical_not", e.call("aten::logical_or", isInfinite, isNaN))
  }
  .differentiated(by: .zero)

  /// `isposinf(Tensor self) -> Tensor`
  static let isPosInf = OperatorDefinition.unary(
    "aten::isposinf", as: .bool,
    decomposition: { call, e in try e.call("aten::eq.Scalar", call[0], .float(.infinity)) },
    with: .isPositiveInfinity)

  /// `isneginf(Tensor self) -> Tensor`
  static let isNegInf = OperatorDefinition.unary(
    "aten::isneginf", as: .bool,
    decomposition: { call, e in try e.call("aten::eq.Scalar", call[0], .float(-.infinity)) },
    with: .isNegativeInfinity)

  /// `isreal(Tensor self) -> Tensor`
  static let isReal = OperatorDefinition("aten::isreal") { call, e in
    if try call[0].dtype.isComplex {
      return try e.call("aten::eq.Scalar", e.call("aten::imag", call[0]), 0)
    }
    return try e.call("aten::ones_like", call[0], keywords: [("dtype", .dtype(.bool))])
  }
  .differentiated(by: .zero)

  /// `signbit(Tensor self) -> Tensor`
  static let signbit = OperatorDefinition.unary("aten::signbit", as: .bool, with: .signBit)
    .kept()

  /// `nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor`
  static let nanToNum = OperatorDefinition(
    "aten::nan_to_num", shape: ShapeRules.unary(),
    decomposition: { call, e in
      let dtype = try call[0].dtype
      if dtype.isIntegral(includingBool: true) { return try e.call("aten::clone", call[0]) }
      func number(_ value: IValue, or other: Double) throws -> IValue {
        let value = value.isNone ? .float(other) : value
        return try e.call("aten::scalar_tensor", value, keywords: [("dtype", .dtype(dtype))])
      }
      let (x, most) = (call[0], dtype.partType.largestFloat)
      let isPositive = try e.call("aten::eq.Scalar", x, .float(.infinity))
      let isNegative = try e.call("aten::eq.Scalar", x, .float(-.infinity))
      var result = try e.call(
        "aten::where.self", e.call("aten::isnan", x), number(call[1], or: 0), x)
      result = try e.call("aten::where.self", isPositive, number(call[2], or: most), result)
      return try e.call("aten::where.self", isNegative, number(call[3], or: -most), result)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      if tensor.dtype.isIntegral(includingBool: true) { return .tensor(try tensor.clone()) }
      let most = tensor.dtype.partType.largestFloat
      let function = PointwiseFunction.replaceSpecial(
        nan: try call.optionalFloat(1) ?? 0, positive: try call.optionalFloat(2) ?? most,
        negative: try call.optionalFloat(3) ?? -most)
      return try call.pointwise(function, [tensor])
    }
  )
  .differentiated(by: .selfAdjoint { g, x, _ in try g * x[0].applying("aten::isfinite") })

  /// `angle(Tensor self) -> Tensor`
  static let angle = OperatorDefinition(
    "aten::angle", shape: ShapeRules.unary(.realFloat)
  ) { call in
    // PyTorch's kernel gives complex numbers row-major results.
    let tensor = try call.tensor(0)
    let source = tensor.dtype.isComplex ? try tensor.contiguous() : tensor
    return try call.pointwise(.angle, [source], .realFloat)
  }
  .differentiated(by: turn)
  .kept()

  /// `_conj_physical(Tensor self) -> Tensor`
  static let conjPhysical = OperatorDefinition("aten::_conj_physical", shape: ShapeRules.unary()) {
    call in
    let tensor = try call.tensor(0)
    guard tensor.dtype.isComplex else { return .tensor(try tensor.clone()) }
    return try call.pointwise(.conjugate, [tensor])
  }
  .overlapping(.allowed)
  .differentiated(by: conjugation)
  .kept()
  .batched(.elementwise)

  /// `conj_physical(Tensor self) -> Tensor`; real numbers are handed on, as PyTorch does.
  static let conjugateCopy = OperatorDefinition("aten::conj_physical") { call, e in
    guard try call[0].dtype.isComplex else { return call[0] }
    return try e.call("aten::_conj_physical", call[0])
  }

  /// `conj(Tensor(a) self) -> Tensor(a)`
  static let conj = OperatorDefinition("aten::conj") { call, e in
    try e.call("aten::_conj", call[0])
  }
}

extension ScalarType {
  /// The largest finite number of a floating-point dtype.
  var largestFloat: Double {
    switch self {
    case .float16: 65_504
    case .bfloat16: 0x1.FEp127
    case .float32: Double(Float.greatestFiniteMagnitude)
    default: Double.greatestFiniteMagnitude
    }
  }
}
