import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Sums, products and quotients of tensors.
enum PointwiseArithmetic {
  static let all: [OperatorDefinition] = [
    add, subtract, rsub, multiply, divide, divideMode, floorDivide, remainder, fmod, addcmul,
    addcdiv, lerp, positive, hypot, atan2, copysign, nextafter, heaviside, gcd, lcm,
  ]

  /// `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
  static let add = OperatorDefinition(
    "aten::add.Tensor", "aten::add.Scalar", shape: ShapeRules.binary()
  ) { call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    let scale = try call.scale(2, operands)
    return try call.sum(operands, scale: scale)
  }
  .overlapping(.elementwise(but: "aten::add.Scalar"))
  .differentiated(by: .linear(in: [0: { _, g in g }, 1: { call, g in try g.scaled(by: call[2]) }]))

  /// `sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
  static let subtract = OperatorDefinition(
    "aten::sub.Tensor", "aten::sub.Scalar", shape: ShapeRules.binary()
  ) { call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    let scale = try call.scale(2, operands)
    if operands.contains(where: { $0.dtype == .bool && !$0.isWrappedNumber }),
      try call.commonType(operands) == .bool
    {
      throw call.error("booleans have no difference; use bitwise_xor or logical_not")
    }
    if case .int(1) = scale { return try call.pointwise(.subtract, operands) }
    return try call.sum(operands, scale: scale.negated)
  }
  .overlapping(.elementwise(but: "aten::sub.Scalar"))
  .differentiated(
    by: .linear(in: [0: { _, g in g }, 1: { call, g in try -g.scaled(by: call[2]) }]))

  /// `rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
  static let rsub = OperatorDefinition("aten::rsub.Tensor", "aten::rsub.Scalar") { call, e in
    try e.call("aten::sub.Tensor", call[1], call[0], keywords: [("alpha", call[2])])
  }
  .overlapping(.allowed)

  /// `mul.Tensor(Tensor self, Tensor other) -> Tensor`
  static let multiply = OperatorDefinition.binary(
    "aten::mul.Tensor", "aten::mul.Scalar", keepsNumbers: true, with: .multiply
  )
  .overlapping(.elementwise(but: "aten::mul.Scalar"))
  .differentiated(
    by: .bilinear(
      { call, g in try g * g.with(call[1]).conjugate() },
      { call, g in try g * g.with(call[0]).conjugate() }))

  /// The divisor may be a number.
  private static let quotient = DerivativeRule.custom(
    vjp: { call, _ in try quotientGradients(call) }, jvp: { call, _ in try quotientTangents(call) })

  private static func quotientGradients(_ call: DifferentiatedCall) throws -> [IValue] {
    guard let gradient = call.gradient(of: 0) else { return [.none, .none] }
    let divisor = try call.argument(1).conjugate()
    var found: [IValue] = [.none, .none]
    if call.wanted[0] { found[0] = try (gradient / divisor).value }
    if call.wanted[1] {
      found[1] = try (-gradient * (call.result().conjugate() / divisor)).value
    }
    return found
  }

  private static func quotientTangents(_ call: PushedCall) throws -> [IValue] {
    var total = call.tangent(of: 0)
    if let tangent = call.tangent(of: 1) {
      let change = try tangent * call.result()
      total = try total.map { try $0 - change } ?? -change
    }
    return [try total.map { try ($0 / call.argument(1)).value } ?? .none]
  }

  /// The remainder of a division moves with the dividend, and with the divisor by the whole quotient.
  private static func remainder(rounding mode: String) -> DerivativeRule {
    .selfAdjoint(in: [
      0: { g, _, _ in g },
      1: { g, x, _ in try -g * x[0].applying("aten::div.Tensor_mode", x.call[1], .string(mode)) },
    ])
  }

  /// `div.Tensor(Tensor self, Tensor other) -> Tensor`
  static let divide = OperatorDefinition.binary(
    "aten::div.Tensor", "aten::div.Scalar", as: .float, keepsNumbers: true, with: .divide
  )
  .overlapping(.elementwise(but: "aten::div.Scalar"))
  .differentiated(by: quotient)

  /// `div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
  static let divideMode = OperatorDefinition(
    "aten::div.Tensor_mode", "aten::div.Scalar_mode",
    shape: { call in
      try ShapeRules.binary(call.optionalString(2) == nil ? .float : .same)(call)
    },
    kernel: { call in
      let operands = [try call.tensor(0), try call.tensor(1)]
      switch try call.optionalString(2) {
      case nil: return try call.pointwise(.divide, operands, .float, keepsNumbers: true)
      case "trunc":
        try call.checkDivisor(operands)
        return try call.pointwise(.divideTruncating, operands)
      case "floor":
        try call.checkDivisor(operands)
        return try call.pointwise(.divideFloor, operands)
      case let mode?: throw call.error("there is no rounding mode '\(mode)'")
      }
    }
  )
  .overlapping(.elementwise(but: "aten::div.Scalar_mode"))
  .differentiated(
    by: .custom(
      vjp: { call, _ in
        guard call[2].isNone else { return call.wanted.map { _ in .none } }
        return try quotientGradients(call) + [.none]
      }, jvp: { call, _ in call.call[2].isNone ? try quotientTangents(call) : [.none] }))

  /// `floor_divide(Tensor self, Tensor other) -> Tensor`
  static let floorDivide = OperatorDefinition("aten::floor_divide", "aten::floor_divide.Scalar") {
    call, e in
    let overload = call[1].isTensor ? "aten::div.Tensor_mode" : "aten::div.Scalar_mode"
    return try e.call(overload, call[0], call[1], keywords: [("rounding_mode", "floor")])
  }

  /// `remainder.Tensor(Tensor self, Tensor other) -> Tensor`
  static let remainder = OperatorDefinition(
    "aten::remainder.Tensor", "aten::remainder.Scalar", "aten::remainder.Scalar_Tensor",
    shape: ShapeRules.binary()
  ) { call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    try call.checkDivisor(operands)
    return try call.pointwise(.remainder, operands)
  }
  .differentiated(by: remainder(rounding: "floor"))

  /// `fmod.Tensor(Tensor self, Tensor other) -> Tensor`
  static let fmod = OperatorDefinition(
    "aten::fmod.Tensor", "aten::fmod.Scalar", shape: ShapeRules.binary()
  ) { call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    try call.checkDivisor(operands)
    return try call.pointwise(.fmod, operands)
  }
  .differentiated(by: remainder(rounding: "trunc"))

  /// `addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`
  static let addcmul = OperatorDefinition(
    "aten::addcmul", shape: ShapeRules.pointwise([0, 1, 2]),
    decomposition: { call, e in
      let product = try e.call("aten::mul.Tensor", call[1], call[2])
      let scaled = try e.scaled(product, by: call[3])
      return try e.call("aten::add.Tensor", call[0], scaled)
    },
    kernel: { call in
      let operands = [try call.tensor(0), try call.tensor(1), try call.tensor(2)]
      return try call.pointwise(.addProduct(scale: call.scalar(3)), operands, keepsNumbers: true)
    }
  )
  .differentiated(by: .throughDecomposition)

  /// `addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`
  static let addcdiv = OperatorDefinition(
    "aten::addcdiv", shape: ShapeRules.pointwise([0, 1, 2]),
    decomposition: { call, e in
      let quotient = try e.call("aten::div.Tensor", call[1], call[2])
      let scaled = try e.scaled(quotient, by: call[3])
      return try e.call("aten::add.Tensor", call[0], scaled)
    },
    kernel: { call in
      let operands = [try call.tensor(0), try call.tensor(1), try call.tensor(2)]
      return try call.pointwise(.addQuotient(scale: call.scalar(3)), operands, keepsNumbers: true)
    }
  )
  .differentiated(by: .throughDecomposition)

  /// `lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`
  static let lerp = OperatorDefinition(
    "aten::lerp.Tensor", "aten::lerp.Scalar", shape: ShapeRules.pointwise([0, 1]),
    decomposition: { call, e in
      let (start, end) = (try e.widened(call[0]), try e.widened(call[1]))
      let difference = try e.call("aten::sub.Tensor", end, start)
      // From the nearer of both ends, as kernels go.
      func step(_ weight: IValue, isFromStart: Bool) throws -> IValue {
        if isFromStart {
          return try e.call(
            "aten::add.Tensor", start, e.call("aten::mul.Tensor", difference, weight))
        }
        let rest =
          try weight.number.map { .float(1 - $0) } ?? e.call("aten::rsub.Scalar", weight, 1)
        return try e.call("aten::sub.Tensor", end, e.call("aten::mul.Tensor", difference, rest))
      }
      if let number = call[2].number {
        let result = try step(call[2], isFromStart: abs(number) < 0.5)
        return try e.converted(result, to: call[0].dtype)
      }
      let weight = call[2].isTensor ? try e.widened(call[2]) : call[2]
      guard weight.isTensor else {
        return try e.converted(step(weight, isFromStart: true), to: call[0].dtype)
      }
      let isNear = try e.call("aten::lt.Scalar", e.call("aten::abs", weight), 0.5)
      let result = try e.call(
        "aten::where.self", isNear, step(weight, isFromStart: true),
        step(weight, isFromStart: false))
      return try e.converted(result, to: call[0].dtype)
    },
    kernel: { call in
      let operands = [try call.tensor(0), try call.tensor(1), try call.tensor(2)]
      return try call.pointwise(.interpolate, operands, keepsNumbers: true)
    }
  )
  .differentiated(
    by: .elementwise(in: [
      0: { x, _ in try x.call[2].number.map { x[2].with(.float(1 - $0)) } ?? 1 - x[2] },
      1: { x, _ in x[2] },
      2: { x, _ in try x[1] - x[0] },
    ])
  )
  .batched(.elementwise)

  /// `positive(Tensor(a) self) -> Tensor(a)`
  static let positive = OperatorDefinition("aten::positive", shape: ShapeRules.alias) { call, _ in
    call[0]
  }

  /// `hypot(Tensor self, Tensor other) -> Tensor`
  static let hypot = OperatorDefinition.binary(
    "aten::hypot", with: .hypot,
    derivative: .elementwise({ x, y in try x[0] / y }, { x, y in try x[1] / y })
  )
  .kept()

  /// `atan2(Tensor self, Tensor other) -> Tensor`
  static let atan2 = OperatorDefinition.binary("aten::atan2", as: .float, with: .atan2)
    .differentiated(
      by: .elementwise(
        { x, _ in try turn(x[1], in: x) }, { x, _ in try turn(-x[0], in: x) }))

  /// The slope of an angle, which has none at the origin.
  private static func turn(_ across: Formula, in x: Operands) throws -> Formula {
    let square = try x[0] * x[0] + x[1] * x[1]
    return try (across / square).masked(square .== 0)
  }

  /// `copysign.Tensor(Tensor self, Tensor other) -> Tensor`
  static let copysign = OperatorDefinition.binary(
    "aten::copysign.Tensor", "aten::copysign.Scalar", as: .float, with: .copySign,
    derivative: .elementwise { x, y in
      let ratio = try y / x[0]
      return try ratio.masked(x[0] .== 0)
    }
  )
  .kept()

  /// `nextafter(Tensor self, Tensor other) -> Tensor`
  static let nextafter = OperatorDefinition("aten::nextafter", shape: ShapeRules.binary()) {
    call in
    let operands = [try call.tensor(0), try call.tensor(1)]
    let common = try call.commonType(operands)
    return .tensor(try PointwiseFunction.nextAfter.run(operands, in: common))
  }
  .differentiated(by: .selfAdjoint { g, x, _ in try g.where(x[0] .!= x[1], else: 0) })
  .kept()

  /// `heaviside(Tensor self, Tensor values) -> Tensor`
  static let heaviside = OperatorDefinition.binary(
    "aten::heaviside",
    decomposition: { call, e in
      let dtype = IValue.dtype(try call[0].dtype)
      let isZero = try e.call("aten::eq.Scalar", call[0], 0)
      let isNegative = try e.call("aten::lt.Scalar", call[0], 0)
      let isNaN = try e.call("aten::isnan", call[0])
      let isLow = try e.call("aten::logical_or", isNegative, isNaN)
      let isHigh = try e.call("aten::logical_not", isLow)
      let step = try e.call("aten::_to_copy", isHigh, keywords: [("dtype", dtype)])
      return try e.call("aten::where.self", isZero, call[1], step)
    }, with: .heaviside, derivative: .notDifferentiable("PyTorch has no derivative of it"))

  /// `gcd(Tensor self, Tensor other) -> Tensor`
  static let gcd = OperatorDefinition.binary(
    "aten::gcd", with: .gcd, derivative: .zero
  )
  .kept()

  /// `lcm(Tensor self, Tensor other) -> Tensor`
  static let lcm = OperatorDefinition.binary(
    "aten::lcm", with: .lcm, derivative: .zero
  )
  .kept()
}

extension OperatorCall {
  /// Returns the factor of a sum, in the dtype of the sum, which has to suit it.
  fileprivate func scale(_ index: Int, _ operands: [Tensor]) throws -> Scalar {
    let scale = try scalar(index)
    if case .int(1) = scale { return scale }
    let common = try commonType(operands)
    switch scale {
    case .float where common.isIntegral(includingBool: true),
      .complex where !common.isComplex, .bool where common != .bool:
      throw error("alpha \(scale) does not suit a sum of \(common.name)")
    default: break
    }
    guard common.computeType == .float32, common != .float32 else { return scale }
    return try Tensor.of([scale.double], []).converted(to: common).item()
  }

  /// Returns the sum of a tensor and of a scaled one.
  fileprivate func sum(_ operands: [Tensor], scale: Scalar) throws -> IValue {
    let common = try commonType(operands)
    // Short rows of narrow floats are summed one by one in PyTorch, and products rounded before.
    guard common.computeType == .float32, common != .float32, scale.double != 1,
      operands.allSatisfy({ $0.elementCount < 64 })
    else { return try pointwise(.add(scale: scale), operands) }
    let factor = try Tensor.of([scale.double], []).converted(to: common)
    let product = try PointwiseFunction.multiply.run(
      [operands[1].converted(to: common), factor], in: common)
    return .tensor(
      try PointwiseFunction.add.run([operands[0], product], in: common, into: destination))
  }

  /// Checks that integers are not divided by zero.
  fileprivate func checkDivisor(_ operands: [Tensor]) throws {
    guard try commonType(operands).isIntegral(includingBool: true) else { return }
    if try operands[1].elements(as: Int64.self).contains(0) {
      throw error("an integer is divided by zero")
    }
  }
}

extension Emitter {
  /// Multiplies by a number unless it is 1.
  func scaled(_ value: IValue, by factor: IValue) throws -> IValue {
    if case .int(1) = factor { return value }
    return try call("aten::mul.Tensor", value, factor)
  }
}

extension Scalar {
  /// The number with the other sign; an unsigned one wraps around.
  fileprivate var negated: Scalar {
    switch self {
    case .bool(let value): .int(value ? -1 : 0)
    case .int(let value): .int(0 &- value)
    case .unsigned(let value): .int(Int(truncatingIfNeeded: 0 &- value))
    case .float(let value): .float(-value)
    case .complex(let real, let imaginary): .complex(-real, -imaginary)
    }
  }
}
