import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Special functions of one tensor.
enum SpecialFunctions {
  static let all: [OperatorDefinition] = [
    erf, erfc, erfinv, lgamma, digamma, i0, erfcx, ndtri, i0e, i1, i1e, airyAi, besselJ0, besselJ1,
    besselY0, besselY1, modifiedBesselK0, modifiedBesselK1, scaledModifiedBesselK0,
    scaledModifiedBesselK1, sphericalBesselJ0, ndtr, logNDTR, entr, polygamma, polygammaInPlace,
    mvlgamma,
  ]

  /// The slope of the error function at 0.
  private static let twoOverRootPi = 2 / Double.pi.squareRoot()

  /// A slope that is a half at 0, where its formula has a pole.
  private static func nearHalf(
    _ x: Formula, _ slope: (_ safe: Formula) throws -> Formula
  ) throws -> Formula {
    let isNear = try x.abs() .<= (x.value.dtype.computeType == .float32 ? 0x1p-23 : 0x1p-52)
    let safe = try x.with(1.0).where(isNear, else: x)
    return try x.with(0.5).where(isNear, else: slope(safe))
  }

  /// `erf(Tensor self) -> Tensor`
  static let erf = OperatorDefinition.unary(
    "aten::erf", with: .erf,
    derivative: .elementwise { x, _ in try (-(x[0] * x[0])).exp() * twoOverRootPi })

  /// `erfc(Tensor self) -> Tensor`
  static let erfc = OperatorDefinition.unary(
    "aten::erfc", with: .erfc,
    derivative: .elementwise { x, _ in try (-(x[0] * x[0])).exp() * -twoOverRootPi }
  )
  .kept()

  /// `erfinv(Tensor self) -> Tensor`
  static let erfinv = OperatorDefinition.unary(
    "aten::erfinv", with: .erfinv,
    derivative: .elementwise { _, y in try (y * y).exp() / twoOverRootPi }
  )
  .kept()

  /// `lgamma(Tensor self) -> Tensor`
  static let lgamma = OperatorDefinition.unary(
    "aten::lgamma", with: .lgamma,
    derivative: .elementwise { x, _ in try x[0].applying("aten::digamma") }
  )
  .kept()

  /// `digamma(Tensor self) -> Tensor`
  static let digamma = OperatorDefinition.unary(
    "aten::digamma", with: .digamma,
    derivative: .elementwise { x, _ in try x[0].with(1).applying("aten::polygamma", x[0].value) }
  )
  .kept()

  /// `i0(Tensor self) -> Tensor`
  static let i0 = OperatorDefinition.unary(
    "aten::i0", "aten::special_modified_bessel_i0", with: .besselI0,
    derivative: .elementwise { x, _ in try x[0].applying("aten::special_i1") }
  )
  .kept()

  /// `special_erfcx(Tensor self) -> Tensor`
  static let erfcx = OperatorDefinition.unary(
    "aten::special_erfcx", with: .erfcx,
    derivative: .elementwise { x, y in try x[0] * y * 2 - twoOverRootPi }
  )
  .kept()

  /// `special_ndtri(Tensor self) -> Tensor`
  static let ndtri = OperatorDefinition.unary(
    "aten::special_ndtri", with: .ndtri,
    derivative: .elementwise { _, y in try (y * y * 0.5).exp() * (2 * Double.pi).squareRoot() }
  )
  .kept()

  /// `special_i0e(Tensor self) -> Tensor`
  static let i0e = OperatorDefinition.unary(
    "aten::special_i0e", with: .scaledBesselI0,
    derivative: .elementwise { x, y in try x[0].applying("aten::special_i1e") - x[0].sgn() * y }
  )
  .kept()

  /// `special_i1(Tensor self) -> Tensor`
  static let i1 = OperatorDefinition.unary(
    "aten::special_i1", "aten::special_modified_bessel_i1", with: .besselI1,
    derivative: .elementwise { x, y in
      try nearHalf(x[0]) { try x[0].applying("aten::i0") - y / $0 }
    }
  )
  .kept()

  /// `special_i1e(Tensor self) -> Tensor`
  static let i1e = OperatorDefinition.unary(
    "aten::special_i1e", with: .scaledBesselI1,
    derivative: .elementwise { x, y in
      try nearHalf(x[0]) { x in
        try x.applying("aten::special_i0e") - y * (x.sgn() + 1 / x)
      }
    }
  )
  .kept()

  /// `special_airy_ai(Tensor self) -> Tensor`
  static let airyAi = OperatorDefinition.unary(
    "aten::special_airy_ai", with: .airy,
    derivative: .zero
  )
  .kept()

  /// `special_bessel_j0(Tensor self) -> Tensor`
  static let besselJ0 = OperatorDefinition.unary(
    "aten::special_bessel_j0", with: .besselJ0,
    derivative: .elementwise { x, _ in try -x[0].applying("aten::special_bessel_j1") }
  )
  .kept()

  /// `special_bessel_j1(Tensor self) -> Tensor`
  static let besselJ1 = OperatorDefinition.unary(
    "aten::special_bessel_j1", with: .besselJ1,
    derivative: .elementwise { x, y in
      try nearHalf(x[0]) { try x[0].applying("aten::special_bessel_j0") - y / $0 }
    }
  )
  .kept()

  /// `special_bessel_y0(Tensor self) -> Tensor`
  static let besselY0 = OperatorDefinition.unary(
    "aten::special_bessel_y0", with: .besselY0,
    derivative: .elementwise { x, _ in try -x[0].applying("aten::special_bessel_y1") }
  )
  .kept()

  /// `special_bessel_y1(Tensor self) -> Tensor`
  static let besselY1 = OperatorDefinition.unary(
    "aten::special_bessel_y1", with: .besselY1,
    derivative: .elementwise { x, y in
      // At 0 both terms are infinite, and the second one is larger.
      try x[0].applying("aten::special_bessel_y0").masked(x[0] .== 0) - y / x[0]
    }
  )
  .kept()

  /// `special_modified_bessel_k0(Tensor self) -> Tensor`
  static let modifiedBesselK0 = OperatorDefinition.unary(
    "aten::special_modified_bessel_k0", with: .besselK0,
    derivative: .elementwise { x, _ in try -x[0].applying("aten::special_modified_bessel_k1") }
  )
  .kept()

  /// `special_modified_bessel_k1(Tensor self) -> Tensor`
  static let modifiedBesselK1 = OperatorDefinition.unary(
    "aten::special_modified_bessel_k1", with: .besselK1,
    derivative: .elementwise { x, y in
      try -(x[0].applying("aten::special_modified_bessel_k0") + y / x[0])
    }
  )
  .kept()

  /// `special_scaled_modified_bessel_k0(Tensor self) -> Tensor`
  static let scaledModifiedBesselK0 = OperatorDefinition.unary(
    "aten::special_scaled_modified_bessel_k0", with: .scaledBesselK0,
    derivative: .zero
  )
  .kept()

  /// `special_scaled_modified_bessel_k1(Tensor self) -> Tensor`
  static let scaledModifiedBesselK1 = OperatorDefinition.unary(
    "aten::special_scaled_modified_bessel_k1", with: .scaledBesselK1,
    derivative: .zero
  )
  .kept()

  /// `special_spherical_bessel_j0(Tensor self) -> Tensor`
  static let sphericalBesselJ0 = OperatorDefinition.unary(
    "aten::special_spherical_bessel_j0", with: .sphericalBesselJ0,
    derivative: .zero
  )
  .kept()

  /// `special_ndtr(Tensor self) -> Tensor`
  static let ndtr = OperatorDefinition.unary(
    "aten::special_ndtr",
    decomposition: { call, e in
      let scaled = try e.call("aten::mul.Tensor", call[0], .float(0.5.squareRoot()))
      let sum = try e.call("aten::add.Tensor", e.call("aten::erf", scaled), 1)
      return try e.call("aten::mul.Tensor", sum, 0.5)
    }, with: .ndtr,
    derivative: .elementwise { x, _ in
      try (x[0] * x[0] * -0.5).exp() / (2 * Double.pi).squareRoot()
    })

  /// `special_log_ndtr(Tensor self) -> Tensor`
  static let logNDTR = OperatorDefinition.unary(
    "aten::special_log_ndtr",
    decomposition: { call, e in
      let t = try e.call("aten::mul.Tensor", call[0], .float(0.5.squareRoot()))
      let scaled = try e.call("aten::special_erfcx", e.call("aten::neg", t))
      let half = try e.call("aten::div.Tensor", scaled, 2)
      let square = try e.call("aten::mul.Tensor", t, t)
      let far = try e.call("aten::sub.Tensor", e.call("aten::log", half), square)
      let rest = try e.call("aten::div.Tensor", e.call("aten::erfc", t), -2)
      let near = try e.call("aten::log1p", rest)
      return try e.call("aten::where.self", e.call("aten::lt.Scalar", call[0], -1), far, near)
    }, with: .logNDTR,
    derivative: .elementwise { x, y in
      try (-(y + x[0] * x[0] * 0.5)).exp() / (2 * Double.pi).squareRoot()
    })

  /// `special_entr(Tensor self) -> Tensor`
  static let entr = OperatorDefinition.unary(
    "aten::special_entr",
    decomposition: { call, e in
      try e.computingFloats(call[0]) { x in
        let negative = try e.call("aten::neg", x)
        let product = try e.call("aten::mul.Tensor", negative, e.call("aten::log", x))
        let options: [(name: String, value: IValue)] = [("dtype", .dtype(try product.dtype))]
        let zero = try e.apply("aten::scalar_tensor", [0], options)
        let least = try e.apply("aten::scalar_tensor", [.float(-.infinity)], options)
        let isZero = try e.call("aten::eq.Scalar", x, 0)
        let isPositive = try e.call("aten::gt.Scalar", x, 0)
        let isNaN = try e.call("aten::isnan", x)
        let other = try e.call("aten::where.self", isZero, zero, least)
        let isProduct = try e.call("aten::logical_or", isPositive, isNaN)
        return try e.call("aten::where.self", isProduct, product, other)
      }
    }, with: .entropy,
    derivative: .elementwise { x, _ in try -(x[0].log() + 1) })

  /// `polygamma(int n, Tensor self) -> Tensor`
  static let polygamma = OperatorDefinition(
    "aten::polygamma", shape: ShapeRules.pointwise([1], .float)
  ) { call in
    let order = try call.int(0)
    guard order >= 0 else { throw call.error("the order \(order) is negative") }
    return try call.pointwise(.polygamma(order), [call.tensor(1)], .float)
  }
  .differentiated(
    by: .elementwise(in: [
      1: { x, _ in
        let order = IValue.int(try x.call.int(0) + 1)
        return try x[1].with(order).applying("aten::polygamma", x[1].value)
      }
    ])
  )
  .kept()

  /// `polygamma_(Tensor(a!) self, int n) -> Tensor(a!)`, whose arguments are the other way round.
  static let polygammaInPlace = OperatorDefinition(
    "aten::polygamma_", shape: { $0[0] },
    kernel: { call in
      let result = try call.emitter.call("aten::polygamma", call[1], call[0])
      return try call.emitter.call("aten::copy_", call[0], result)
    })

  /// `mvlgamma(Tensor self, int p) -> Tensor`
  static let mvlgamma = OperatorDefinition("aten::mvlgamma") { call, e in
    guard case .int(let p) = call[1], p >= 1 else { throw call.wrong(1, "a positive int") }
    var x = call[0]
    if try x.dtype.isIntegral(includingBool: true) {
      x = try e.call("aten::_to_copy", x, keywords: [("dtype", .dtype(.float32))])
    }
    let first = 0.5 - Double(p) / 2
    let steps = try e.call(
      "aten::arange.start_step", .float(first), 0.5, 0.5,
      keywords: [("dtype", .dtype(x.dtype)), ("device", .device(x.device))])
    let places = try e.call("aten::add.Tensor", e.call("aten::unsqueeze", x, -1), steps)
    let sum = try e.call("aten::sum.dim_IntList", e.call("aten::lgamma", places), [-1])
    let constant = Double(p * (p - 1)) * 1.144729885849400174143427351353058712 / 4
    return try e.call("aten::add.Tensor", sum, .float(constant))
  }
  .overlapping(.allowed)
}
