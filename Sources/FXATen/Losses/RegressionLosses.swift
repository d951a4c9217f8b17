import FXCore
import FXOperators
import FXTensor

/// Losses of the distance between a prediction and its target.
enum RegressionLosses {
  static let all: [OperatorDefinition] = [
    l1, mse, smoothL1, huber, klDiv, poisson, softMargin, binaryCrossEntropy,
    binaryCrossEntropyWithLogits,
  ]

  /// `l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let l1 = OperatorDefinition.formula("aten::l1_loss") { x in
    try x.reduced((x[0] - x[1]).abs(), 2)
  }
  .autocast(.single)

  /// `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let mse = OperatorDefinition.formula("aten::mse_loss") { x in
    try elementwise(x, reduction: 2) { input, target in
      let distance = try input - target
      return try distance * distance
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor`
  static let smoothL1 = OperatorDefinition.formula("aten::smooth_l1_loss") { x in
    let beta = try x.call.float(3)
    guard beta >= 0 else { throw x.call.error("beta is negative") }
    if beta == 0 { return try x[0].applying("aten::l1_loss", x.call[1], x.call[2]) }
    return try elementwise(x, reduction: 2) { input, target in
      let distance = try (input - target).abs()
      let near = try distance * distance * (0.5 / beta)
      let far = try distance - 0.5 * beta
      return try near.where(distance .< beta, else: far)
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor`
  static let huber = OperatorDefinition.formula("aten::huber_loss") { x in
    let delta = try x.call.float(3)
    guard delta > 0 else { throw x.call.error("delta is not positive") }
    return try elementwise(x, reduction: 2) { input, target in
      let distance = try (input - target).abs()
      let near = try distance * distance * 0.5
      let far = try (distance - 0.5 * delta) * delta
      return try near.where(distance .<= delta, else: far)
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor`
  static let klDiv = OperatorDefinition.formula("aten::kl_div") { x in
    let (input, target) = (x[0], x[1])
    guard try !input.value.dtype.isIntegral(includingBool: true) else {
      throw x.call.error("integers are not logarithms of probabilities")
    }
    let losses =
      try x.call.bool(3)
      ? target.exp() * (target - input)
      : target.applying("aten::xlogy.Tensor", target.value) - target * input
    return try x.reduced(losses, 2)
  }
  .autocast(.single)

  /// `poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int
  /// reduction) -> Tensor`
  static let poisson = OperatorDefinition.formula("aten::poisson_nll_loss") { x in
    let (input, target) = (x[0], x[1])
    var losses =
      try x.call.bool(2)
      ? input.exp() - target * input
      : input - target * (input + x[4]).log()
    if try x.call.bool(3) {
      // Stirling's approximation of the logarithm of the factorial.
      let growth = try target * target.log() - target
      let rest = try (target * (2 * Double.pi)).log() * 0.5
      let isLarge = try target .> 1
      losses = try losses + (growth + rest).where(isLarge, else: 0)
    }
    return try x.reduced(losses, 5)
  }
  .autocast(.single)

  /// `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let softMargin = OperatorDefinition.formula("aten::soft_margin_loss") { x in
    try x.reduced((-x[0] * x[1]).exp().log1p(), 2)
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) ->
  /// Tensor`
  static let binaryCrossEntropy = OperatorDefinition.formula("aten::binary_cross_entropy") { x in
    let (input, target) = (x[0], x[1])
    // PyTorch rounds each step to the dtype.
    let low = try (-input).log1p().atLeast(-100)
    let high = try input.log().atLeast(-100)
    let losses = try (target - 1) * low - target * high
    return try x.reduced(x.optional(2).map { try losses * $0 } ?? losses, 3)
  }
  .autocast(.single)

  /// `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor?
  /// pos_weight=None, int reduction=1) -> Tensor`
  static let binaryCrossEntropyWithLogits = OperatorDefinition.formula(
    "aten::binary_cross_entropy_with_logits"
  ) { x in
    let (input, target) = (x[0], x[1])
    var logarithm = try input.applying("aten::log_sigmoid")
    if let weight = x.optional(3) { logarithm = try ((weight - 1) * target + 1) * logarithm }
    let losses = try (1 - target) * input - logarithm
    return try x.reduced(x.optional(2).map { try losses * $0 } ?? losses, 4)
  }
  .autocast(.single)

  /// Computes losses of elements at once, as kernels do: narrow floats are rounded at the end.
  private static func elementwise(
    _ x: Operands, reduction: Int, _ body: (Formula, Formula) throws -> Formula
  ) throws -> Formula {
    var promotion = TypePromotion()
    for operand in x.call.arguments[0...1] {
      try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
    }
    let dtype = try promotion.result()
    let wide = dtype.computeType
    guard wide != dtype else { return try x.reduced(body(x[0], x[1]), reduction) }
    let losses = try body(x[0].converted(to: wide), x[1].converted(to: wide))
    return try x.reduced(losses.converted(to: dtype), reduction)
  }
}
