import FXCore
import FXOperators
import FXTensor

/// Losses of classes by the logarithms of their probabilities.
enum ClassificationLosses {
  static let all: [OperatorDefinition] =
    [nllForward, nll2dForward, nllAnyShape, crossEntropy]
    + ["aten::nll_loss", "aten::nll_loss2d"].map { name in
      OperatorDefinition(name) { call, e in
        let found = try e.apply(name + "_forward", call.arguments)
        guard let loss = found.elements?.first else { throw call.error("there is no loss") }
        return loss
      }
      .autocast(.single)
    }

  /// `nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt
  /// ignore_index) -> (Tensor output, Tensor total_weight)`
  static let nllForward = OperatorDefinition("aten::nll_loss_forward") { call, e in
    let rank = try call[0].rank
    guard rank == 1 || rank == 2 else { throw call.error("the input has 1 or 2 dimensions") }
    return try forward(call, e, axis: rank - 1)
  }

  /// `nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt
  /// ignore_index) -> (Tensor output, Tensor total_weight)`
  static let nll2dForward = OperatorDefinition("aten::nll_loss2d_forward") { call, e in
    guard try call[0].rank == 4 else { throw call.error("the input has 4 dimensions") }
    return try forward(call, e, axis: 1)
  }

  private static func forward(
    _ call: OperatorCall, _ e: any Emitter, axis: Int
  ) throws -> IValue {
    let x = Operands(call, e)
    var input = x[0]
    let sizes = try input.value.sizes
    var expected = sizes
    expected.remove(at: axis)
    let given = try call[1].sizes
    // One sample may have its class in a vector of one element.
    let isLone = sizes.count == 1 && given == [1]
    guard isLone || given.count == expected.count, isLone || mayBeEqual(given, expected) else {
      throw call.error("the target's shape is not that of the input without classes")
    }
    let target = try isLone ? x[1].squeeze(0) : x[1]
    let isCounted = try target .!= x[4]
    let safe = try target.where(isCounted, else: 0).unsqueeze(axis)
    var weights: Formula?
    if let weight = x.optional(2) {
      let shaped = try weight.view(shape(call, axis))
      input = try input * shaped
      let all = try shaped.applying("aten::expand", .sizes(sizes))
      weights = try all.gather(axis, safe).squeeze(axis).where(isCounted, else: 0)
    }
    let negated = try -input.gather(axis, safe).squeeze(axis)
    let losses = try negated.where(isCounted, else: 0)
    let reduction = try LossReduction(call, 3)
    if reduction == .none, sizes.count > 1 {
      return .tuple([losses.value, try e.call("aten::new_zeros", input.value, [])])
    }
    let total = try (weights ?? isCounted).sum().converted(to: input.value.dtype)
    if reduction == .none { return .tuple([losses.value, total.value]) }
    let sum = try losses.sum()
    return .tuple([try (reduction == .mean ? sum / total : sum).value, total.value])
  }

  /// Tells whether sizes are equal as far as they are numbers.
  private static func mayBeEqual(_ left: [SymbolicSize], _ right: [SymbolicSize]) -> Bool {
    zip(left, right).allSatisfy { $0 == $1 || $0.int == nil || $1.int == nil }
  }

  /// `nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt
  /// ignore_index=-100) -> Tensor`
  static let nllAnyShape = OperatorDefinition("aten::nll_loss_nd") { call, e in
    let rank = try call[0].rank
    var arguments = call.arguments
    guard rank == 3 || rank > 4 else {
      guard rank > 0 else { throw call.error("the input has no dimensions") }
      return try e.apply(rank == 4 ? "aten::nll_loss2d" : "aten::nll_loss", arguments)
    }
    let sizes = try call[0].sizes
    let shape = [sizes[0]] + sizes[2...]
    let area = try SymbolicSize.product(sizes[2...])
    let given = try call[1].sizes
    guard given.count == shape.count, mayBeEqual(given, shape) else {
      throw call.error("the target's shape is not that of the input without classes")
    }
    arguments[0] = try e.call("aten::reshape", call[0], .sizes([sizes[0], sizes[1], 1, area]))
    arguments[1] = try e.call("aten::reshape", call[1], .sizes([sizes[0], 1, area]))
    let losses = try e.apply("aten::nll_loss2d", arguments)
    guard try LossReduction(call, 3) == .none else { return losses }
    return try e.call("aten::view", losses, .sizes(shape))
  }
  .autocast(.transparent)

  /// `cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt
  /// ignore_index=-100, float label_smoothing=0.) -> Tensor`
  static let crossEntropy = OperatorDefinition.formula("aten::cross_entropy_loss") { x in
    let call = x.call
    let axis = try call[0].rank == 1 ? 0 : 1
    guard try call[0].rank > 0 else { throw call.error("the input has no dimensions") }
    let smoothing = try call.float(5)
    let logarithms = try x[0].applying("aten::log_softmax.int", .int(axis))
    let areProbabilities = try call[1].dtype.isFloatingPoint && call[0].sizes == call[1].sizes
    if areProbabilities { return try soft(x, logarithms, axis, smoothing) }
    let loss = try logarithms.applying("aten::nll_loss_nd", call[1], call[2], call[3], call[4])
    return smoothing == 0 ? loss : try smoothed(x, logarithms, loss, axis, smoothing)
  }
  .autocast(.single)

  /// The loss of targets that are probabilities.
  private static func soft(
    _ x: Operands, _ logarithms: Formula, _ axis: Int, _ smoothing: Double
  ) throws -> Formula {
    let sizes = try x.call[0].sizes
    let classes = sizes[axis]
    var target = x[1]
    if smoothing > 0 {
      let share = smoothing / Double(try classes.requireStatic())
      target = try target * (1 - smoothing) + share
    }
    var products = try logarithms * target
    if let weight = x.optional(2) { products = try products * weight.view(shape(x.call, axis)) }
    switch try LossReduction(x.call, 3) {
    case .none: return try -products.sum(over: [axis])
    case .sum: return try -products.sum()
    case .mean:
      let count = try SymbolicSize.product(sizes).floorDivided(by: classes)
      return try -products.sum() / IValue(count)
    }
  }

  /// Mixes a loss with that of targets that are the same for all classes.
  private static func smoothed(
    _ x: Operands, _ logarithms: Formula, _ loss: Formula, _ axis: Int, _ smoothing: Double
  ) throws -> Formula {
    let isCounted = try x[1] .!= x[4]
    let weight = x.optional(2)
    let weighted = try weight.map { try logarithms * $0.view(shape(x.call, axis)) } ?? logarithms
    var even = try (-weighted.sum(over: [axis])).where(isCounted, else: 0)
    switch try LossReduction(x.call, 3) {
    case .none: break
    case .sum: even = try even.sum()
    case .mean:
      let total: Formula
      if let weight {
        let flat = try x[1].where(isCounted, else: 0).reshape([-1])
        let picked = try weight.applying("aten::index_select", 0, flat.value)
        let mask = try isCounted.reshape([-1])
        total = try picked.where(mask, else: 0).sum()
      } else {
        total = try isCounted.sum()
      }
      even = try even.sum() / total
    }
    let share = smoothing / Double(try x.call[0].sizes[axis].requireStatic())
    return try loss * (1 - smoothing) + even * share
  }

  /// The shape of weights of classes, which stand along one dimension.
  private static func shape(_ call: OperatorCall, _ axis: Int) throws -> [SymbolicSize] {
    var shape = try call[0].sizes.map { _ in SymbolicSize(integerLiteral: 1) }
    shape[axis] = try call[0].sizes[axis]
    return shape
  }
}
