import FXCore
import FXOperators
import FXTensor

/// Losses that ask for a distance between what belongs together and what does not.
enum MarginLosses {
  static let all: [OperatorDefinition] = [
    hingeEmbedding, marginRanking, cosineEmbedding, tripletMargin, multiMargin, multilabelMargin,
    multilabelMarginForward,
  ]

  /// `hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor`
  static let hingeEmbedding = OperatorDefinition.formula("aten::hinge_embedding_loss") { x in
    let gap = try (x[2] - x[0]).atLeast(0)
    let apart = try gap.where(x[1] .!= 1, else: 0)
    let together = try x[0].where(x[1] .!= -1, else: 0)
    return try x.reduced(apart + together, 3)
  }
  .autocast(.single)

  /// `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int
  /// reduction=1) -> Tensor`
  static let marginRanking = OperatorDefinition.formula("aten::margin_ranking_loss") { x in
    let product = try -x[2] * (x[0] - x[1])
    return try x.reduced((product + x[3]).atLeast(0), 4)
  }
  .autocast(.single)

  /// `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int
  /// reduction=1) -> Tensor`
  static let cosineEmbedding = OperatorDefinition.formula("aten::cosine_embedding_loss") { x in
    let (left, right, target) = (x[0], x[1], x[2])
    let axis = try target.value.rank
    let product = try (left * right).sum(over: [axis])
    let first = try (left * left).sum(over: [axis]) + 1e-12
    let second = try (right * right).sum(over: [axis]) + 1e-12
    let cosine = try product / (first * second).sqrt()
    let isPair = try target .== 1
    let together = try (1 - cosine).where(isPair, else: 0)
    let gap = try (cosine - x[3]).atLeast(0)
    let apart = try gap.where(target .== -1, else: 0)
    return try x.reduced(together + apart, 4)
  }
  .autocast(.single)

  /// `triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float
  /// p=2., float eps=1e-06, bool swap=False, int reduction=1) -> Tensor`
  static let tripletMargin = OperatorDefinition.formula("aten::triplet_margin_loss") { x in
    func distance(_ left: Formula, _ right: Formula) throws -> Formula {
      try left.applying("aten::pairwise_distance", right.value, x.call[4], x.call[5])
    }
    let near = try distance(x[0], x[1])
    var far = try distance(x[0], x[2])
    if try x.call.bool(6) { far = try far.minimum(distance(x[1], x[2])) }
    return try x.reduced((near + x[3] - far).atLeast(0), 7)
  }
  .autocast(.single)

  /// `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None,
  /// int reduction=1) -> Tensor`
  static let multiMargin = OperatorDefinition.formula("aten::multi_margin_loss") { x in
    let isMatrix = try x.call[0].rank == 2
    let wide = try x[0].widened()
    let input = try isMatrix ? wide : wide.reshape([1, -1])
    let target = try x[1].reshape([-1, 1])
    let own = try input.gather(1, target)
    var losses = try (input - own + x[3]).atLeast(0)
    if try x.call.scalar(2).double == 2 { losses = try losses * losses }
    if let weight = x.optional(4) {
      let flat = try x[1].reshape([-1])
      let weights = try weight.applying("aten::index_select", 0, flat.value)
      losses = try losses * weights.unsqueeze(1).widened()
    }
    let count = IValue(try input.value.size(1))
    let classes = try x[0].with(count).applying("aten::arange")
    losses = try losses.where(classes .!= target, else: 0)
    let samples = try losses.sum(over: [1]) / count
    let rounded = try samples.converted(to: x.call[0].dtype)
    let reduction = try LossReduction(x.call, 5)
    if reduction == .none, try x.call[1].rank == 0 { return try rounded.squeeze(0) }
    return try reduction.apply(rounded)
  }
  .autocast(.single)

  /// `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let multilabelMargin = OperatorDefinition.formula("aten::multilabel_margin_loss") { x in
    try multilabel(x).loss
  }
  .autocast(.single)

  /// `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output,
  /// Tensor is_target)`
  static let multilabelMarginForward = OperatorDefinition("aten::multilabel_margin_loss_forward") {
    call, e in
    let result = try multilabel(Operands(call, e))
    return .tuple([result.loss.value, result.isTarget.value])
  }
  .autocast(.single)

  /// Labels of a sample end at the first -1.
  private static func multilabel(_ x: Operands) throws -> (loss: Formula, isTarget: Formula) {
    let dtype = try x.call[0].dtype
    let input = try x[0].widened().applying("aten::atleast_2d")
    let target = try x[1].applying("aten::atleast_2d")
    let count = IValue(try input.value.size(1))
    let places = try x[0].with(count).applying("aten::arange")
    let isEnd = try target .< 0
    let endings = try places.where(isEnd, else: count)
    let end = try endings.applying("aten::amin", [1], true)
    let isLabel = try places .< end
    let labels = try target.where(isLabel, else: 0)
    let own = try input.gather(1, labels).unsqueeze(2)
    // Samples, labels, classes.
    let rows = try input.unsqueeze(1)
    let known = try target.where(isLabel, else: -1)
    let matches = try known.unsqueeze(2) .== places
    let isTarget = try matches.applying("aten::any.dim", 1)
    let gaps = try (rows - own + 1).atLeast(0)
    let isOther = try (.!isTarget).unsqueeze(1)
    let isCounted = try isLabel.unsqueeze(2) .& isOther
    let samples = try gaps.where(isCounted, else: 0).sum(over: [1, 2]) / count
    let reduction = try LossReduction(x.call, 2)
    var loss = try reduction.apply(samples.converted(to: dtype))
    if reduction == .none, try x.call[0].rank < 2 { loss = try loss.squeeze(0) }
    let mask = try isTarget.converted(to: dtype)
    return (loss, try mask.reshape(x.call[1].sizes))
  }
}
