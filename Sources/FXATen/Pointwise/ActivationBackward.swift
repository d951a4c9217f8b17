import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Derivatives of activations (`gelu_backward`): the first argument is the gradient of the result.
enum ActivationBackward {
  static let all: [OperatorDefinition] = [
    sigmoid, tanh, logSigmoid, silu, mish, gelu, hardSwish, hardSigmoid, hardTanh, elu, softplus,
    leakyReLU, threshold, softShrink, hardShrink, logit, prelu, glu, rrelu,
  ]

  /// `sigmoid_backward(Tensor grad_output, Tensor output) -> Tensor`
  static let sigmoid = OperatorDefinition.gradient(
    "aten::sigmoid_backward", with: { _ in .sigmoidGradient },
    decomposition: { call, grad, y, e in
      let slope = try e.times(y, e.minus(1, y))
      return try e.times(grad, e.conjugate(slope))
    })

  /// `tanh_backward(Tensor grad_output, Tensor output) -> Tensor`
  static let tanh = OperatorDefinition.gradient(
    "aten::tanh_backward", with: { _ in .tanhGradient },
    decomposition: { call, grad, y, e in
      try e.times(grad, e.conjugate(e.minus(1, e.times(y, y))))
    })

  /// `log_sigmoid_backward(Tensor grad_output, Tensor self, Tensor buffer) -> Tensor`
  static let logSigmoid = OperatorDefinition.gradient(
    "aten::log_sigmoid_backward", with: { _ in .logSigmoidGradient },
    decomposition: { call, grad, x, e in
      try e.times(grad, e.call("aten::sigmoid", e.call("aten::neg", x)))
    })

  /// `silu_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let silu = OperatorDefinition.gradient(
    "aten::silu_backward", with: { _ in .siluGradient },
    decomposition: { call, grad, x, e in
      let sigmoid = try e.call("aten::sigmoid", x)
      let inner = try e.times(x, e.minus(1, sigmoid))
      let slope = try e.times(sigmoid, e.call("aten::add.Tensor", inner, 1))
      return try e.times(grad, e.conjugate(slope))
    })

  /// `mish_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let mish = OperatorDefinition.gradient(
    "aten::mish_backward", with: { _ in .mishGradient },
    decomposition: { call, grad, x, e in
      let softplus = try e.call("aten::log1p", e.call("aten::exp", x))
      let tangent = try e.call("aten::tanh", softplus)
      let rest = try e.minus(1, e.times(tangent, tangent))
      let inner = try e.times(e.times(x, e.call("aten::sigmoid", x)), rest)
      return try e.times(grad, e.call("aten::add.Tensor", tangent, inner))
    })

  /// `gelu_backward(Tensor grad_output, Tensor self, *, str approximate="none") -> Tensor`
  static let gelu = OperatorDefinition.gradient(
    "aten::gelu_backward",
    with: { try $0.isTanhApproximation(2) ? .geluTanhGradient : .geluGradient },
    decomposition: { call, grad, x, e in
      if try call.isTanhApproximation(2) { return try e.geluTanhGradient(grad, x) }
      let scaled = try e.times(x, .float(0.5.squareRoot()))
      let sum = try e.call("aten::add.Tensor", e.call("aten::erf", scaled), 1)
      let distribution = try e.times(sum, 0.5)
      let exponent = try e.times(e.times(x, x), -0.5)
      let density = try e.times(
        e.call("aten::exp", exponent), .float(1 / (2 * Double.pi).squareRoot()))
      let slope = try e.call("aten::add.Tensor", distribution, e.times(x, density))
      return try e.times(grad, slope)
    })

  /// `hardswish_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let hardSwish = OperatorDefinition.gradient(
    "aten::hardswish_backward", with: { _ in .hardSwishGradient },
    decomposition: { call, grad, x, e in
      let line = try e.call("aten::add.Tensor", e.call("aten::div.Tensor", x, 3), 0.5)
      let middle = try e.times(grad, line)
      let upper = try e.choose(e.call("aten::lt.Scalar", x, 3), middle, grad)
      return try e.choose(e.call("aten::le.Scalar", x, -3), e.number(0, like: grad), upper)
    }
  )
  .overlapping(.allowed)

  /// `hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let hardSigmoid = OperatorDefinition.gradient(
    "aten::hardsigmoid_backward", with: { _ in .hardSigmoidGradient },
    decomposition: { call, grad, x, e in
      let isAbove = try e.call("aten::gt.Scalar", x, -3.0)
      let isWithin = try e.call("aten::logical_and", isAbove, e.call("aten::lt.Scalar", x, 3.0))
      return try e.choose(isWithin, e.times(grad, .float(1.0 / 6)), e.number(0, like: grad))
    })

  /// `hardtanh_backward(Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val) -> Tensor`
  static let hardTanh = OperatorDefinition.gradient(
    "aten::hardtanh_backward", with: { .hardTanhGradient(try $0.float(2), try $0.float(3)) },
    decomposition: { call, grad, x, e in
      let isBelow = try e.call("aten::le.Scalar", x, call[2])
      let isOutside = try e.call("aten::logical_or", isBelow, e.call("aten::ge.Scalar", x, call[3]))
      return try e.choose(isOutside, e.number(0, like: grad), grad)
    })

  /// `elu_backward(Tensor grad_output, Scalar alpha, Scalar scale, Scalar input_scale, bool
  /// is_result, Tensor self_or_result) -> Tensor`
  static let elu = OperatorDefinition.gradient(
    "aten::elu_backward", of: 5,
    with: { call in
      .eluGradient(
        alpha: try call.float(1), scale: try call.float(2), inputScale: try call.float(3),
        isResult: try call.bool(4))
    },
    decomposition: { call, grad, x, e in
      let (alpha, scale) = (try call.float(1), try call.float(2))
      let negative = alpha * scale
      var slope: IValue
      if try call.bool(4) {
        slope = try e.times(e.call("aten::add.Tensor", x, .float(negative)), call[3])
      } else {
        slope = try e.times(e.call("aten::exp", e.times(x, call[3])), call[3])
        slope = try e.times(slope, .float(negative))
      }
      let isNegative = try e.call("aten::le.Scalar", x, 0)
      return try e.choose(isNegative, e.times(grad, slope), e.times(grad, .float(scale)))
    })

  /// `softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor`
  static let softplus = OperatorDefinition.gradient(
    "aten::softplus_backward",
    with: { .softplusGradient(beta: try $0.float(2), threshold: try $0.float(3)) },
    decomposition: { call, grad, x, e in
      let scaled = try e.times(x, call[2])
      let curve = try e.times(grad, e.call("aten::sigmoid", scaled))
      return try e.choose(e.call("aten::gt.Scalar", scaled, call[3]), grad, curve)
    })

  /// `leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope, bool
  /// self_is_result) -> Tensor`
  static let leakyReLU = OperatorDefinition.gradient(
    "aten::leaky_relu_backward", with: { .leakyReLUGradient(slope: try $0.float(2)) },
    decomposition: { call, grad, x, e in
      try e.choose(e.call("aten::gt.Scalar", x, 0), grad, e.times(grad, call[2]))
    })

  /// `threshold_backward(Tensor grad_output, Tensor self, Scalar threshold) -> Tensor`
  static let threshold = OperatorDefinition.gradient(
    "aten::threshold_backward", with: { .thresholdGradient(try $0.float(2)) },
    decomposition: { call, grad, x, e in
      try e.choose(e.call("aten::le.Scalar", x, call[2]), e.number(0, like: grad), grad)
    })

  /// `softshrink_backward(Tensor grad_output, Tensor self, Scalar lambd) -> Tensor`
  static let softShrink = shrink("aten::softshrink_backward")

  /// `hardshrink_backward(Tensor grad_out, Tensor self, Scalar lambd) -> Tensor`
  static let hardShrink = shrink("aten::hardshrink_backward")

  private static func shrink(_ name: String) -> OperatorDefinition {
    .gradient(
      name, with: { .shrinkGradient(try $0.float(2)) },
      decomposition: { call, grad, x, e in
        let isNear = try e.call("aten::le.Scalar", e.call("aten::abs", x), call[2])
        return try e.choose(isNear, e.number(0, like: grad), grad)
      })
  }

  /// `logit_backward(Tensor grad_output, Tensor self, float? eps=None) -> Tensor`
  static let logit = OperatorDefinition.gradient(
    "aten::logit_backward", with: { .logitGradient(margin: try $0.optionalFloat(2)) },
    decomposition: { call, grad, x, e in
      let margin = try call.optionalFloat(2)
      let slope = try e.call("aten::div.Tensor", grad, e.times(x, e.minus(1, x)))
      let isAbove = try e.call("aten::ge.Scalar", x, .float(margin ?? 0))
      let isBelow = try e.call("aten::le.Scalar", x, .float(1 - (margin ?? 0)))
      let isWithin = try e.call("aten::logical_and", isAbove, isBelow)
      return try e.choose(isWithin, slope, e.number(margin == nil ? .nan : 0, like: slope))
    })

  /// `_prelu_kernel_backward(Tensor grad_output, Tensor self, Tensor weight) -> (Tensor, Tensor)`
  static let prelu = OperatorDefinition("aten::_prelu_kernel_backward") { call, e in
    let isPositive = try e.call("aten::gt.Scalar", call[1], 0)
    let inner = try e.choose(isPositive, call[0], e.times(call[2], call[0]))
    let outer = try e.choose(isPositive, e.number(0, like: call[0]), e.times(call[1], call[0]))
    return .tuple([inner, outer])
  }

  /// `glu_backward(Tensor grad_output, Tensor self, int dim) -> Tensor`
  static let glu = OperatorDefinition("aten::glu_backward") { call, e in
    try e.computing([call[0], call[1]]) { values in
      let axis = try call.axis(2, of: values[1])
      let (first, second) = try e.halves(of: values[1], axis)
      let sigmoid = try e.call("aten::sigmoid", second)
      let inner = try e.times(sigmoid, values[0])
      let slope = try e.times(e.times(e.minus(1, sigmoid), first), sigmoid)
      return try e.call("aten::cat", [inner, e.times(slope, values[0])], .int(axis))
    }
  }

  /// `rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar
  /// upper, bool training, bool self_is_result) -> Tensor`
  static let rrelu = OperatorDefinition("aten::rrelu_with_noise_backward") { call, e in
    let (lower, upper) = (try call.float(3), try call.float(4))
    if try call.bool(5), upper - lower > 1e-6 { return try e.times(call[2], call[0]) }
    return try e.call(
      "aten::leaky_relu_backward", call[0], call[1], .float((lower + upper) / 2), call[6])
  }
  .overlapping(.allowed)
}

extension OperatorDefinition {
  /// Defines a derivative: of a gradient, the first argument, and of the argument at a position.
  fileprivate static func gradient(
    _ name: String, of position: Int = 1,
    with function: @escaping @Sendable (OperatorCall) throws -> PointwiseFunction,
    decomposition:
      @escaping @Sendable (OperatorCall, IValue, IValue, any Emitter) throws -> IValue
  ) -> OperatorDefinition {
    OperatorDefinition(
      name, shape: ShapeRules.pointwise([0, position]),
      decomposition: { call, e in
        try e.computing([call[0], call[position]]) { values in
          try decomposition(call, values[0], values[1], e)
        }
      },
      kernel: { call in
        try call.pointwise(function(call), [call.tensor(0), call.tensor(position)])
      })
  }
}

extension Emitter {
  fileprivate func times(_ x: IValue, _ y: IValue) throws -> IValue {
    try call("aten::mul.Tensor", x, y)
  }

  fileprivate func minus(_ x: IValue, _ y: IValue) throws -> IValue {
    try call("aten::sub.Tensor", x, y)
  }

  fileprivate func choose(_ condition: IValue, _ x: IValue, _ y: IValue) throws -> IValue {
    try call("aten::where.self", condition, x, y)
  }

  fileprivate func number(_ value: Double, like model: IValue) throws -> IValue {
    try call("aten::scalar_tensor", .float(value), keywords: [("dtype", .dtype(model.dtype))])
  }

  fileprivate func conjugate(_ x: IValue) throws -> IValue {
    try x.dtype.isComplex ? call("aten::_conj_physical", x) : x
  }

  fileprivate func geluTanhGradient(_ grad: IValue, _ x: IValue) throws -> IValue {
    let scale = (2 / Double.pi).squareRoot()
    let square = try times(x, x)
    let cube = try times(square, x)
    let sum = try call("aten::add.Tensor", x, times(cube, 0.044715))
    let tangent = try call("aten::tanh", times(sum, .float(scale)))
    let half = try times(call("aten::add.Tensor", tangent, 1), 0.5)
    let rest = try minus(1, times(tangent, tangent))
    let slope = try call("aten::add.Tensor", times(square, .float(3 * 0.044715)), 1)
    let inner = try times(times(times(x, 0.5), rest), times(slope, .float(scale)))
    return try times(grad, call("aten::add.Tensor", half, inner))
  }
}
