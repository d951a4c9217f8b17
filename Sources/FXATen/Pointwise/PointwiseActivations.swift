import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Functions between the layers of networks.
enum PointwiseActivations {
  static let all: [OperatorDefinition] = [
    relu, sigmoid, logSigmoid, logSigmoidForward, silu, mish, gelu, hardSwish, hardSigmoid,
    hardTanh,
    relu6, elu, celu, selu, softplus, leakyReLU, threshold, softShrink, hardShrink, logit, prelu,
    preluKernel, glu,
  ]

  /// `relu(Tensor self) -> Tensor`; what is not positive has no gradient, not even an infinite one.
  static let relu = OperatorDefinition.unary(
    "aten::relu", as: .same, with: .relu,
    derivative: .selfAdjoint { g, _, y in
      try g.applying("aten::threshold_backward", y.value, 0)
    }
  )
  .overlapping(.allowed)

  /// `sigmoid(Tensor self) -> Tensor`
  static let sigmoid = OperatorDefinition.unary(
    "aten::sigmoid", with: .sigmoid,
    derivative: .elementwise { _, y in try y * (1 - y) })

  /// `log_sigmoid(Tensor self) -> Tensor`
  static let logSigmoid = OperatorDefinition(
    "aten::log_sigmoid", shape: ShapeRules.unary(),
    decomposition: { call, e in try e.computing(call[0]) { try e.logSigmoid($0) } },
    kernel: { call in
      // PyTorch's kernel walks elements in row-major order.
      try call.pointwise(.logSigmoid, [call.tensor(0).contiguous()])
    }
  )
  .differentiated(by: .elementwise { x, _ in try (-x[0]).applying("aten::sigmoid") })

  /// `log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)`
  static let logSigmoidForward = OperatorDefinition("aten::log_sigmoid_forward") { call, e in
    let dtype = IValue.dtype(try call[0].dtype)
    let decay = try e.call("aten::exp", e.call("aten::neg", e.call("aten::abs", call[0])))
    let output = try e.computing(call[0]) { try e.logSigmoid($0) }
    return .tuple([output, try e.call("aten::_to_copy", decay, keywords: [("dtype", dtype)])])
  }
  .overlapping(.allowed)

  /// `silu(Tensor self) -> Tensor`
  static let silu = OperatorDefinition.unary(
    "aten::silu", as: .same,
    decomposition: { call, e in
      try e.computing(call[0]) { try e.call("aten::mul.Tensor", $0, e.call("aten::sigmoid", $0)) }
    }, with: .silu,
    derivative: .elementwise { x, _ in
      let sigmoid = try x[0].sigmoid()
      return try sigmoid * (x[0] * (1 - sigmoid) + 1)
    })

  /// `mish(Tensor self) -> Tensor`
  static let mish = OperatorDefinition.unary(
    "aten::mish", as: .same,
    decomposition: { call, e in
      try e.computing(call[0]) { x in
        let softplus = try e.call("aten::log1p", e.call("aten::exp", x))
        return try e.call("aten::mul.Tensor", x, e.call("aten::tanh", softplus))
      }
    }, with: .mish,
    derivative: .selfAdjoint { g, x, _ in
      try g.applying("aten::mish_backward", x.call[0])
    })

  /// `gelu(Tensor self, *, str approximate="none") -> Tensor`
  static let gelu = OperatorDefinition("aten::gelu", shape: ShapeRules.unary()) { call in
    try call.pointwise(call.isTanhApproximation(1) ? .geluTanh : .gelu, [call.tensor(0)])
  }
  .differentiated(
    by: .selfAdjoint { g, x, _ in try g.applying("aten::gelu_backward", x.call[0], x.call[1]) })

  /// `hardswish(Tensor self) -> Tensor`
  static let hardSwish = OperatorDefinition.unary(
    "aten::hardswish", as: .same,
    decomposition: { call, e in
      try e.computing(call[0]) { x in
        try e.call("aten::div.Tensor", e.call("aten::mul.Tensor", x, e.hardSigmoidSum(x)), 6)
      }
    }, with: .hardSwish,
    derivative: .selfAdjoint { g, x, _ in try g.applying("aten::hardswish_backward", x.call[0]) })

  /// `hardsigmoid(Tensor self) -> Tensor`
  static let hardSigmoid = OperatorDefinition.unary(
    "aten::hardsigmoid", as: .same,
    decomposition: { call, e in
      try e.computing(call[0]) { try e.call("aten::div.Tensor", e.hardSigmoidSum($0), 6) }
    }, with: .hardSigmoid,
    derivative: .selfAdjoint { g, x, _ in try g.applying("aten::hardsigmoid_backward", x.call[0]) })

  /// `hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor`
  static let hardTanh = OperatorDefinition("aten::hardtanh", shape: ShapeRules.unary()) { call in
    let tensor = try call.tensor(0)
    var (least, most) = (try call.scalar(1), try call.scalar(2))
    if tensor.dtype == .bool { throw call.error("booleans have no range") }
    if tensor.dtype.isIntegral() {
      least = .int(Int(Int64(converting: least.double)))
      most = .int(Int(Int64(converting: most.double)))
    }
    let limits = [try OperatorCall.wrapped(least), try OperatorCall.wrapped(most)]
    return .tensor(
      try PointwiseFunction.clamp.run([tensor] + limits, in: tensor.dtype, into: call.destination))
  }
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::hardtanh_backward", x.call[0], x.call[1], x.call[2])
    })

  /// `relu6(Tensor self) -> Tensor`
  static let relu6 = OperatorDefinition("aten::relu6") { call, e in
    try e.call("aten::hardtanh", call[0], 0, 6)
  }

  /// `elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor`
  static let elu = OperatorDefinition("aten::elu", shape: ShapeRules.unary()) { call in
    let function = PointwiseFunction.elu(
      alpha: try call.float(1), scale: try call.float(2), inputScale: try call.float(3))
    return try call.pointwise(function, [call.tensor(0)])
  }
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      let call = x.call
      return try g.applying("aten::elu_backward", call[1], call[2], call[3], false, call[0])
    })

  /// `celu(Tensor self, Scalar alpha=1.0) -> Tensor`
  static let celu = OperatorDefinition("aten::celu") { call, e in
    guard let alpha = call[1].number, alpha != 0 else { throw call.error("alpha is 0") }
    return try e.call("aten::elu", call[0], call[1], 1.0, .float(1 / alpha))
  }
  .overlapping(.allowed)

  /// `selu(Tensor self) -> Tensor`
  static let selu = OperatorDefinition("aten::selu") { call, e in
    let alpha = 1.6732632423543772848170429916717
    let scale = 1.0507009873554804934193349852946
    return try e.call("aten::elu", call[0], .float(alpha), .float(scale))
  }

  /// `softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor`
  static let softplus = OperatorDefinition(
    "aten::softplus", shape: ShapeRules.unary(),
    decomposition: { call, e in
      try e.computing(call[0]) { x in
        let scaled = try e.call("aten::mul.Tensor", x, call[1])
        let logarithm = try e.call("aten::log1p", e.call("aten::exp", scaled))
        let isLinear = try e.call("aten::gt.Scalar", scaled, call[2])
        let curve = try e.call("aten::div.Tensor", logarithm, call[1])
        return try e.call("aten::where.self", isLinear, x, curve)
      }
    },
    kernel: { call in
      let function = PointwiseFunction.softplus(
        beta: try call.float(1), threshold: try call.float(2))
      return try call.pointwise(function, [call.tensor(0)])
    }
  )
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::softplus_backward", x.call[0], x.call[1], x.call[2])
    })

  /// `leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor`
  static let leakyReLU = OperatorDefinition("aten::leaky_relu", shape: ShapeRules.unary()) { call in
    try call.pointwise(.leakyReLU(slope: call.float(1)), [call.tensor(0)])
  }
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::leaky_relu_backward", x.call[0], x.call[1], false)
    })

  /// `threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor`
  static let threshold = OperatorDefinition(
    "aten::threshold", shape: ShapeRules.unary(),
    decomposition: { call, e in
      let isLow = try e.call("aten::le.Scalar", call[0], call[1])
      let dtype = IValue.dtype(try call[0].dtype)
      let value = try e.call("aten::scalar_tensor", call[2], keywords: [("dtype", dtype)])
      return try e.call("aten::where.self", isLow, value, call[0])
    },
    kernel: { call in
      let function = PointwiseFunction.threshold(try call.float(1), value: try call.float(2))
      return try call.pointwise(function, [call.tensor(0)])
    }
  )
  .overlapping(.allowed)
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::threshold_backward", x.call[0], x.call[1])
    })

  /// `softshrink(Tensor self, Scalar lambd=0.5) -> Tensor`
  static let softShrink = OperatorDefinition(
    "aten::softshrink", shape: ShapeRules.unary(),
    decomposition: { call, e in
      let distance = try e.call("aten::abs", call[0])
      let shift = try e.call("aten::mul.Tensor", e.call("aten::sign", call[0]), call[1])
      let moved = try e.call("aten::sub.Tensor", call[0], shift)
      let zero = try e.call("aten::mul.Tensor", call[0], 0)
      let isFar = try e.call("aten::gt.Scalar", distance, call[1])
      return try e.call("aten::where.self", isFar, moved, zero)
    },
    kernel: { call in
      let distance = try call.float(1)
      guard distance >= 0 else { throw call.error("the distance \(distance) is negative") }
      return try call.pointwise(.softShrink(distance), [call.tensor(0)])
    }
  )
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::softshrink_backward", x.call[0], x.call[1])
    })

  /// `hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor`
  static let hardShrink = OperatorDefinition(
    "aten::hardshrink", shape: ShapeRules.unary(),
    decomposition: { call, e in
      let isNear = try e.call("aten::le.Scalar", e.call("aten::abs", call[0]), call[1])
      let dtype = IValue.dtype(try call[0].dtype)
      let zero = try e.call("aten::scalar_tensor", 0, keywords: [("dtype", dtype)])
      return try e.call("aten::where.self", isNear, zero, call[0])
    },
    kernel: { call in try call.pointwise(.hardShrink(call.float(1)), [call.tensor(0)]) }
  )
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::hardshrink_backward", x.call[0], x.call[1])
    })

  /// `logit(Tensor self, float? eps=None) -> Tensor`
  static let logit = OperatorDefinition(
    "aten::logit", shape: ShapeRules.unary(.float),
    decomposition: { call, e in
      // PyTorch's kernel rounds each step to narrow floats.
      let dtype = try call[0].dtype
      let isWhole = dtype.isIntegral(includingBool: true)
      var x = try e.converted(call[0], to: isWhole ? .float32 : dtype)
      if let margin = call[1].number {
        func limit(_ value: Double) throws -> IValue {
          try e.call("aten::scalar_tensor", .float(value), keywords: [("dtype", .dtype(x.dtype))])
        }
        // The lower limit goes first where it is the greater one.
        let isHigh = try e.call("aten::gt.Scalar", x, .float(1 - margin))
        let limited = try e.call("aten::where.self", isHigh, limit(1 - margin), x)
        let isLow = try e.call("aten::lt.Scalar", x, .float(margin))
        x = try e.call("aten::where.self", isLow, limit(margin), limited)
      }
      let rest = try e.call("aten::rsub.Scalar", x, 1)
      return try e.call("aten::log", e.call("aten::div.Tensor", x, rest))
    },
    kernel: { call in
      try call.pointwise(.logit(margin: call.optionalFloat(1)), [call.tensor(0)], .float)
    }
  )
  .differentiated(
    by: .selfAdjoint { g, x, _ in
      try g.applying("aten::logit_backward", x.call[0], x.call[1])
    })

  /// `prelu(Tensor self, Tensor weight) -> Tensor`
  static let prelu = OperatorDefinition("aten::prelu") { call, e in
    var weight = call[1]
    let rank = try call[0].rank
    if try weight.rank == 1, rank != 1 {
      // One weight a channel, or one for all.
      var sizes = [IValue](repeating: 1, count: rank)
      if rank > 1 { sizes[1] = IValue(try weight.sizes[0]) }
      weight = try e.call("aten::view", weight, .list(sizes))
    }
    return try e.call("aten::_prelu_kernel", call[0], weight)
  }
  .overlapping(.allowed)
  .autocast(.lower)

  private static let perhapsScaled = DerivativeRule.custom(
    vjp: { call, e in
      let found = try e.call("aten::_prelu_kernel_backward", call.gradient, call[0], call[1])
      return found.elements ?? [.none, .none]
    },
    jvp: { call, e in
      let (x, weight) = (call.argument(0), call.argument(1))
      let zero = x.with(0)
      let change = call.tangent(of: 0) ?? zero
      var scaled = try call.tangent(of: 0).map { try weight * $0 }
      if let turned = try call.tangent(of: 1).map({ try $0 * x }) {
        scaled = try scaled.map { try $0 + turned } ?? turned
      }
      return [try change.where(x .>= 0, else: scaled ?? zero).value]
    })

  /// `_prelu_kernel(Tensor self, Tensor weight) -> Tensor`
  static let preluKernel = OperatorDefinition.binary(
    "aten::_prelu_kernel",
    decomposition: { call, e in
      let isPositive = try e.call("aten::gt.Scalar", call[0], 0)
      let scaled = try e.call("aten::mul.Tensor", call[1], call[0])
      return try e.call("aten::where.self", isPositive, call[0], scaled)
    }, with: .prelu, derivative: perhapsScaled)

  /// `glu(Tensor self, int dim=-1) -> Tensor`
  static let glu = OperatorDefinition("aten::glu") { call, e in
    try e.computing(call[0]) { x in
      let (first, second) = try e.halves(of: x, call.axis(1, of: x))
      return try e.call("aten::mul.Tensor", first, e.call("aten::sigmoid", second))
    }
  }
  .batched(.dimensions([1]))
}

extension OperatorCall {
  /// Whether an argument asks for the approximation of `gelu` by a hyperbolic tangent.
  func isTanhApproximation(_ index: Int) throws -> Bool {
    switch try optionalString(index) {
    case nil, "none": return false
    case "tanh": return true
    case let name?: throw error("there is no approximation '\(name)'")
    }
  }
}

extension Emitter {
  fileprivate func logSigmoid(_ x: IValue) throws -> IValue {
    let decay = try call("aten::exp", call("aten::neg", call("aten::abs", x)))
    let least = try call("aten::clamp", x, nil, 0)
    return try call("aten::sub.Tensor", least, call("aten::log1p", decay))
  }

  /// Returns `min(max(x + 3, 0), 6)`.
  fileprivate func hardSigmoidSum(_ x: IValue) throws -> IValue {
    try call("aten::clamp", call("aten::add.Tensor", x, 3), 0, 6)
  }

  /// Divides a tensor in two along a dimension.
  func halves(of x: IValue, _ axis: Int) throws -> (IValue, IValue) {
    let size = try x.size(axis)
    if let number = size.int, try number % 2 != 0 || x.rank == 0 {
      throw FXError(.operatorDomain, "the size \(number) of the dimension \(axis) is odd")
    }
    let half = IValue(try size.floorDivided(by: 2))
    let first = try self.call("aten::slice.Tensor", x, .int(axis), 0, half)
    let second = try self.call("aten::slice.Tensor", x, .int(axis), half, IValue(size))
    return (first, second)
  }
}

extension IValue {
  /// The real number that the value is; nil for others.
  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}
