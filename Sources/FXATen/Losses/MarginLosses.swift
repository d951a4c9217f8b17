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
  static let hingeEmbedding = OperatorDefinition("aten::hinge_embedding_loss") { call, e in
    let f = LossFormula(e)
    let gap = try f.atLeast(0, f.sub(call[2], call[0]))
    let apart = try f.masked(e.call("aten::ne.Scalar", call[1], 1), gap)
    let together = try f.masked(e.call("aten::ne.Scalar", call[1], -1), call[0])
    return try LossReduction(call, 3).apply(f.add(apart, together), e)
  }
  .autocast(.single)

  /// `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int
  /// reduction=1) -> Tensor`
  static let marginRanking = OperatorDefinition("aten::margin_ranking_loss") { call, e in
    let f = LossFormula(e)
    let product = try f.mul(f.apply("neg", call[2]), f.sub(call[0], call[1]))
    return try LossReduction(call, 4).apply(f.atLeast(0, f.add(product, call[3])), e)
  }
  .autocast(.single)

  /// `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int
  /// reduction=1) -> Tensor`
  static let cosineEmbedding = OperatorDefinition("aten::cosine_embedding_loss") { call, e in
    let f = LossFormula(e)
    let axis = try call[2].rank
    let (left, right) = (call[0], call[1])
    let product = try f.sum(f.mul(left, right), [axis])
    let first = try f.add(f.sum(f.mul(left, left), [axis]), 1e-12)
    let second = try f.add(f.sum(f.mul(right, right), [axis]), 1e-12)
    let cosine = try f.div(product, f.apply("sqrt", f.mul(first, second)))
    let together = try f.masked(e.call("aten::eq.Scalar", call[2], 1), f.sub(1, cosine))
    let gap = try f.atLeast(0, f.sub(cosine, call[3]))
    let apart = try f.masked(e.call("aten::eq.Scalar", call[2], -1), gap)
    return try LossReduction(call, 4).apply(f.add(together, apart), e)
  }
  .autocast(.single)

  /// `triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float
  /// p=2., float eps=1e-06, bool swap=False, int reduction=1) -> Tensor`
  static let tripletMargin = OperatorDefinition("aten::triplet_margin_loss") { call, e in
    let f = LossFormula(e)
    func distance(_ left: IValue, _ right: IValue) throws -> IValue {
      try e.call("aten::pairwise_distance", left, right, call[4], call[5])
    }
    let near = try distance(call[0], call[1])
    var far = try distance(call[0], call[2])
    if try call.bool(6) {
      far = try e.call("aten::minimum", far, distance(call[1], call[2]))
    }
    let losses = try f.atLeast(0, f.sub(f.add(near, call[3]), far))
    return try LossReduction(call, 7).apply(losses, e)
  }
  .autocast(.single)

  /// `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None,
  /// int reduction=1) -> Tensor`
  static let multiMargin = OperatorDefinition("aten::multi_margin_loss") { call, e in
    let f = LossFormula(e)
    let isMatrix = try call[0].rank == 2
    let dtype = try call[0].dtype
    let wide = try e.widened(call[0])
    let input = try isMatrix ? wide : e.call("aten::reshape", wide, [1, -1])
    let target = try e.call("aten::reshape", call[1], [-1, 1])
    let own = try e.call("aten::gather", input, 1, target)
    var losses = try f.atLeast(0, f.add(f.sub(input, own), call[3]))
    if try call.scalar(2).double == 2 { losses = try f.mul(losses, losses) }
    if !call[4].isNone {
      let flat = try e.call("aten::reshape", call[1], [-1])
      let weights = try e.call("aten::index_select", call[4], 0, flat)
      losses = try f.mul(losses, e.widened(e.call("aten::unsqueeze", weights, 1)))
    }
    let count = try input.size(1)
    let classes = try e.call("aten::arange", IValue(count))
    losses = try f.masked(e.call("aten::ne.Tensor", classes, target), losses)
    let samples = try f.div(f.sum(losses, [1]), IValue(count))
    let rounded = try e.converted(samples, to: dtype)
    let reduction = try LossReduction(call, 5)
    if reduction == .none, try call[1].rank == 0 {
      return try e.call("aten::squeeze.dim", rounded, 0)
    }
    return try reduction.apply(rounded, e)
  }
  .autocast(.single)

  /// `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
  static let multilabelMargin = OperatorDefinition("aten::multilabel_margin_loss") { call, e in
    try multilabel(call, e).loss
  }
  .autocast(.single)

  /// `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output,
  /// Tensor is_target)`
  static let multilabelMarginForward = OperatorDefinition("aten::multilabel_margin_loss_forward") {
    call, e in
    let result = try multilabel(call, e)
    return .tuple([result.loss, result.isTarget])
  }
  .autocast(.single)

  /// Labels of a sample end at the first -1.
  private static func multilabel(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> (loss: IValue, isTarget: IValue) {
    let f = LossFormula(e)
    let dtype = try call[0].dtype
    let input = try e.call("aten::atleast_2d", e.widened(call[0]))
    let target = try e.call("aten::atleast_2d", call[1])
    let count = try input.size(1)
    let places = try e.call("aten::arange", IValue(count))
    let isEnd = try e.call("aten::lt.Scalar", target, 0)
    let endings = try e.call("aten::where.ScalarOther", isEnd, places, IValue(count))
    let end = try e.call("aten::amin", endings, [1], true)
    let isLabel = try e.call("aten::lt.Tensor", places, end)
    let labels = try f.masked(isLabel, target)
    let own = try e.call("aten::unsqueeze", e.call("aten::gather", input, 1, labels), 2)
    // Samples, labels, classes.
    let rows = try e.call("aten::unsqueeze", input, 1)
    let known = try e.call("aten::where.ScalarOther", isLabel, target, -1)
    let matches = try e.call("aten::eq.Tensor", e.call("aten::unsqueeze", known, 2), places)
    let isTarget = try e.call("aten::any.dim", matches, 1)
    let gaps = try f.atLeast(0, f.add(f.sub(rows, own), 1))
    let isOther = try e.call("aten::unsqueeze", e.call("aten::logical_not", isTarget), 1)
    let counts = try e.call(
      "aten::logical_and", e.call("aten::unsqueeze", isLabel, 2), isOther)
    let samples = try f.div(f.sum(f.masked(counts, gaps), [1, 2]), IValue(count))
    let reduction = try LossReduction(call, 2)
    var loss = try reduction.apply(e.converted(samples, to: dtype), e)
    if reduction == .none, try call[0].rank < 2 { loss = try e.call("aten::squeeze.dim", loss, 0) }
    let mask = try e.converted(isTarget, to: dtype)
    return (loss, try e.call("aten::reshape", mask, .sizes(call[1].sizes)))
  }
}
