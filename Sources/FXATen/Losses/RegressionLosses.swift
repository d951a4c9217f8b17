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
  static let l1 = OperatorDefinition("aten::l1_loss") { call, e in
    let f = LossFormula(e)
    let losses = try f.apply("abs", f.sub(call[0], call[1]))
    return try LossReduction(call, 2).apply(losses, e)
  }
  .autocast(.single)

  /// `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let mse = OperatorDefinition("aten::mse_loss") { call, e in
    try elementwise(call, e, reduction: 2) { f, input, target in
      let distance = try f.sub(input, target)
      return try f.mul(distance, distance)
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor`
  static let smoothL1 = OperatorDefinition("aten::smooth_l1_loss") { call, e in
    let beta = try call.float(3)
    guard beta >= 0 else { throw call.error("beta is negative") }
    if beta == 0 { return try e.call("aten::l1_loss", call[0], call[1], call[2]) }
    return try elementwise(call, e, reduction: 2) { f, input, target in
      let distance = try f.apply("abs", f.sub(input, target))
      let near = try f.mul(f.mul(distance, distance), .float(0.5 / beta))
      let far = try f.sub(distance, .float(0.5 * beta))
      let isNear = try e.call("aten::lt.Scalar", distance, .float(beta))
      return try e.call("aten::where.self", isNear, near, far)
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor`
  static let huber = OperatorDefinition("aten::huber_loss") { call, e in
    let delta = try call.float(3)
    guard delta > 0 else { throw call.error("delta is not positive") }
    return try elementwise(call, e, reduction: 2) { f, input, target in
      let distance = try f.apply("abs", f.sub(input, target))
      let near = try f.mul(f.mul(distance, distance), 0.5)
      let far = try f.mul(f.sub(distance, .float(0.5 * delta)), .float(delta))
      let isNear = try e.call("aten::le.Scalar", distance, .float(delta))
      return try e.call("aten::where.self", isNear, near, far)
    }
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor`
  static let klDiv = OperatorDefinition("aten::kl_div") { call, e in
    let f = LossFormula(e)
    let (input, target) = (call[0], call[1])
    guard try !input.dtype.isIntegral(includingBool: true) else {
      throw call.error("integers are not logarithms of probabilities")
    }
    let losses =
      try call.bool(3)
      ? f.mul(f.apply("exp", target), f.sub(target, input))
      : f.sub(e.call("aten::xlogy.Tensor", target, target), f.mul(target, input))
    return try LossReduction(call, 2).apply(losses, e)
  }
  .autocast(.single)

  /// `poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int
  /// reduction) -> Tensor`
  static let poisson = OperatorDefinition("aten::poisson_nll_loss") { call, e in
    let f = LossFormula(e)
    let (input, target) = (call[0], call[1])
    var losses =
      try call.bool(2)
      ? f.sub(f.apply("exp", input), f.mul(target, input))
      : f.sub(input, f.mul(target, f.apply("log", f.add(input, call[4]))))
    if try call.bool(3) {
      // Stirling's approximation of the logarithm of the factorial.
      let growth = try f.sub(f.mul(target, f.apply("log", target)), target)
      let rest = try f.mul(f.apply("log", f.mul(target, .float(2 * Double.pi))), 0.5)
      let isLarge = try e.call("aten::gt.Scalar", target, 1)
      losses = try f.add(losses, f.masked(isLarge, f.add(growth, rest)))
    }
    return try LossReduction(call, 5).apply(losses, e)
  }
  .autocast(.single)

  /// `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let softMargin = OperatorDefinition("aten::soft_margin_loss") { call, e in
    let f = LossFormula(e)
    let product = try f.mul(f.apply("neg", call[0]), call[1])
    let losses = try f.apply("log1p", f.apply("exp", product))
    return try LossReduction(call, 2).apply(losses, e)
  }
  .overlapping(.elementwise)
  .autocast(.single)

  /// `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) ->
  /// Tensor`
  static let binaryCrossEntropy = OperatorDefinition("aten::binary_cross_entropy") { call, e in
    let f = LossFormula(e)
    let (input, target) = (call[0], call[1])
    // PyTorch rounds each step to the dtype.
    let low = try f.atLeast(-100, f.apply("log1p", f.apply("neg", input)))
    let high = try f.atLeast(-100, f.apply("log", input))
    let losses = try f.sub(f.mul(f.sub(target, 1), low), f.mul(target, high))
    let weighted = try call[2].isNone ? losses : f.mul(losses, call[2])
    return try LossReduction(call, 3).apply(weighted, e)
  }
  .autocast(.single)

  /// `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor?
  /// pos_weight=None, int reduction=1) -> Tensor`
  static let binaryCrossEntropyWithLogits = OperatorDefinition(
    "aten::binary_cross_entropy_with_logits"
  ) { call, e in
    let f = LossFormula(e)
    let (input, target) = (call[0], call[1])
    var logarithm = try f.apply("log_sigmoid", input)
    if !call[3].isNone {
      let factor = try f.add(f.mul(f.sub(call[3], 1), target), 1)
      logarithm = try f.mul(factor, logarithm)
    }
    var losses = try f.sub(f.mul(f.sub(1, target), input), logarithm)
    if !call[2].isNone { losses = try f.mul(losses, call[2]) }
    return try LossReduction(call, 4).apply(losses, e)
  }
  .autocast(.single)

  /// Computes losses of elements at once, as kernels do: narrow floats are rounded at the end.
  private static func elementwise(
    _ call: OperatorCall, _ e: any Emitter, reduction: Int,
    _ body: (LossFormula, IValue, IValue) throws -> IValue
  ) throws -> IValue {
    var promotion = TypePromotion()
    for operand in call.arguments[0...1] {
      try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
    }
    let losses = try wide(e, call[0], call[1], promotion.result(), body)
    return try LossReduction(call, reduction).apply(losses, e)
  }

  private static func wide(
    _ e: any Emitter, _ input: IValue, _ target: IValue, _ dtype: ScalarType,
    _ body: (LossFormula, IValue, IValue) throws -> IValue
  ) throws -> IValue {
    let wide = dtype.computeType
    guard wide != dtype else { return try body(LossFormula(e), input, target) }
    let losses = try body(
      LossFormula(e), e.converted(input, to: wide), e.converted(target, to: wide))
    return try e.converted(losses, to: dtype)
  }
}
