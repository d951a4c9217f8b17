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
    formula: { _, grad, y in try grad * (y * (1 - y)).physicalConjugate() })

  /// `tanh_backward(Tensor grad_output, Tensor output) -> Tensor`
  static let tanh = OperatorDefinition.gradient(
    "aten::tanh_backward", with: { _ in .tanhGradient },
    formula: { _, grad, y in try grad * (1 - y * y).physicalConjugate() })

  /// `log_sigmoid_backward(Tensor grad_output, Tensor self, Tensor buffer) -> Tensor`
  static let logSigmoid = OperatorDefinition.gradient(
    "aten::log_sigmoid_backward", with: { _ in .logSigmoidGradient },
    formula: { _, grad, x in try grad * (-x).sigmoid() })

  /// `silu_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let silu = OperatorDefinition.gradient(
    "aten::silu_backward", with: { _ in .siluGradient },
    formula: { _, grad, x in
      let sigmoid = try x.sigmoid()
      let slope = try sigmoid * (x * (1 - sigmoid) + 1)
      return try grad * slope.physicalConjugate()
    })

  /// `mish_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let mish = OperatorDefinition.gradient(
    "aten::mish_backward", with: { _ in .mishGradient },
    formula: { _, grad, x in
      let tangent = try x.exp().log1p().tanh()
      let rest = try 1 - tangent * tangent
      let inner = try x * x.sigmoid() * rest
      return try grad * (tangent + inner)
    })

  /// `gelu_backward(Tensor grad_output, Tensor self, *, str approximate="none") -> Tensor`
  static let gelu = OperatorDefinition.gradient(
    "aten::gelu_backward",
    with: { try $0.isTanhApproximation(2) ? .geluTanhGradient : .geluGradient },
    formula: { call, grad, x in
      try grad * (call.isTanhApproximation(2) ? tanhApproximationSlope(x) : geluSlope(x))
    })

  /// The normal distribution and the product with its density.
  private static func geluSlope(_ x: Formula) throws -> Formula {
    let scaled = try x * 0.5.squareRoot()
    let distribution = try (scaled.erf() + 1) * 0.5
    let exponent = try x * x * -0.5
    let density = try exponent.exp() * (1 / (2 * Double.pi).squareRoot())
    return try distribution + x * density
  }

  private static func tanhApproximationSlope(_ x: Formula) throws -> Formula {
    let scale = (2 / Double.pi).squareRoot()
    let square = try x * x
    let cube = try square * x
    let tangent = try ((x + cube * 0.044715) * scale).tanh()
    let half = try (tangent + 1) * 0.5
    let rest = try 1 - tangent * tangent
    let slope = try square * (3 * 0.044715) + 1
    let inner = try x * 0.5 * rest * (slope * scale)
    return try half + inner
  }

  /// `hardswish_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let hardSwish = OperatorDefinition.gradient(
    "aten::hardswish_backward", with: { _ in .hardSwishGradient },
    formula: { _, grad, x in
      let middle = try grad * (x / 3 + 0.5)
      let upper = try middle.where(x .< 3, else: grad)
      let isLow = try x .<= -3
      return try grad.constant(0.0).where(isLow, else: upper)
    }
  )
  .overlapping(.allowed)

  /// `hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor`
  static let hardSigmoid = OperatorDefinition.gradient(
    "aten::hardsigmoid_backward", with: { _ in .hardSigmoidGradient },
    formula: { _, grad, x in
      let isWithin = try (x .> -3.0) .& (x .< 3.0)
      return try (grad * (1.0 / 6)).where(isWithin, else: grad.constant(0.0))
    })

  /// `hardtanh_backward(Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val) -> Tensor`
  static let hardTanh = OperatorDefinition.gradient(
    "aten::hardtanh_backward", with: { .hardTanhGradient(try $0.float(2), try $0.float(3)) },
    formula: { call, grad, x in
      let isOutside = try (x .<= call[2]) .| (x .>= call[3])
      return try grad.constant(0.0).where(isOutside, else: grad)
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
    formula: { call, grad, x in
      let scale = try call.float(2)
      let negative = try call.float(1) * scale
      let slope =
        try call.bool(4)
        ? (x + negative) * call[3] : (x * call[3]).exp() * call[3] * negative
      let isNegative = try x .<= 0
      return try (grad * slope).where(isNegative, else: grad * scale)
    })

  /// `softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor`
  static let softplus = OperatorDefinition.gradient(
    "aten::softplus_backward",
    with: { .softplusGradient(beta: try $0.float(2), threshold: try $0.float(3)) },
    formula: { call, grad, x in
      let scaled = try x * call[2]
      let curve = try grad * scaled.sigmoid()
      return try grad.where(scaled .> call[3], else: curve)
    })

  /// `leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope, bool
  /// self_is_result) -> Tensor`
  static let leakyReLU = OperatorDefinition.gradient(
    "aten::leaky_relu_backward", with: { .leakyReLUGradient(slope: try $0.float(2)) },
    formula: { call, grad, x in try grad.where(x .> 0, else: grad * call[2]) })

  /// `threshold_backward(Tensor grad_output, Tensor self, Scalar threshold) -> Tensor`
  static let threshold = OperatorDefinition.gradient(
    "aten::threshold_backward", with: { .thresholdGradient(try $0.float(2)) },
    formula: { call, grad, x in
      let isLow = try x .<= call[2]
      return try grad.constant(0.0).where(isLow, else: grad)
    })

  /// `softshrink_backward(Tensor grad_output, Tensor self, Scalar lambd) -> Tensor`
  static let softShrink = shrink("aten::softshrink_backward")

  /// `hardshrink_backward(Tensor grad_out, Tensor self, Scalar lambd) -> Tensor`
  static let hardShrink = shrink("aten::hardshrink_backward")

  private static func shrink(_ name: String) -> OperatorDefinition {
    .gradient(
      name, with: { .shrinkGradient(try $0.float(2)) },
      formula: { call, grad, x in
        let isNear = try x.abs() .<= call[2]
        return try grad.constant(0.0).where(isNear, else: grad)
      })
  }

  /// `logit_backward(Tensor grad_output, Tensor self, float? eps=None) -> Tensor`
  static let logit = OperatorDefinition.gradient(
    "aten::logit_backward", with: { .logitGradient(margin: try $0.optionalFloat(2)) },
    formula: { call, grad, x in
      let margin = try call.optionalFloat(2)
      let least = margin ?? 0
      let slope = try grad / (x * (1 - x))
      let isWithin = try (x .>= least) .& (x .<= 1 - least)
      let outside = margin == nil ? Double.nan : 0
      return try slope.where(isWithin, else: slope.constant(outside))
    })

  /// `_prelu_kernel_backward(Tensor grad_output, Tensor self, Tensor weight) -> (Tensor, Tensor)`
  static let prelu = OperatorDefinition("aten::_prelu_kernel_backward") { call, e in
    let x = Operands(call, e)
    let isPositive = try x[1] .> 0
    let inner = try x[0].where(isPositive, else: x[2] * x[0])
    let outer = try x[0].constant(0.0).where(isPositive, else: x[1] * x[0])
    return .tuple([inner.value, outer.value])
  }

  /// `glu_backward(Tensor grad_output, Tensor self, int dim) -> Tensor`
  static let glu = OperatorDefinition("aten::glu_backward") { call, e in
    try e.computing([call[0], call[1]]) { values in
      let axis = try call.axis(2, of: values[1])
      let halves = try e.halves(of: values[1], axis)
      let grad = Formula(values[0], e, numbers: .operands)
      let sigmoid = try grad.with(halves.1).sigmoid()
      let inner = try sigmoid * grad
      let slope = try (1 - sigmoid) * halves.0 * sigmoid
      return try e.call("aten::cat", [inner.value, (slope * grad).value], .int(axis))
    }
  }

  /// `rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar
  /// upper, bool training, bool self_is_result) -> Tensor`
  static let rrelu = OperatorDefinition.formula("aten::rrelu_with_noise_backward") { x in
    let (lower, upper) = (try x.call.float(3), try x.call.float(4))
    if try x.call.bool(5), upper - lower > 1e-6 { return try x[2] * x[0] }
    return try x[0].applying(
      "aten::leaky_relu_backward", x.call[1], .float((lower + upper) / 2), x.call[6])
  }
  .overlapping(.allowed)
}

extension OperatorDefinition {
  /// Makes the gradient of the argument of a call from that of the result.
  fileprivate typealias GradientRule =
    @Sendable (_ call: OperatorCall, _ grad: Formula, _ x: Formula) throws -> Formula

  /// Defines a derivative: of a gradient, the first argument, and of the argument at a position.
  fileprivate static func gradient(
    _ name: String, of position: Int = 1,
    with function: @escaping @Sendable (OperatorCall) throws -> PointwiseFunction,
    formula: @escaping GradientRule
  ) -> OperatorDefinition {
    OperatorDefinition(
      name, shape: ShapeRules.pointwise([0, position]),
      decomposition: { call, e in
        try e.computing([call[0], call[position]]) { values in
          let operands = values.map { Formula($0, e, numbers: .operands) }
          return try formula(call, operands[0], operands[1]).value
        }
      },
      kernel: { call in
        try call.pointwise(function(call), [call.tensor(0), call.tensor(position)])
      }
    )
    .differentiated(by: .throughDecomposition)
  }
}
