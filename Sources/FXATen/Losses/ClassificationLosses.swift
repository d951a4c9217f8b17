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
    let f = LossFormula(e)
    var input = call[0]
    var expected = try input.sizes
    expected.remove(at: axis)
    let given = try call[1].sizes
    // One sample may have its class in a vector of one element.
    let isLone = try input.rank == 1 && given == [1]
    guard isLone || given.count == expected.count, isLone || mayBeEqual(given, expected) else {
      throw call.error("the target's shape is not that of the input without classes")
    }
    let target = try isLone ? e.call("aten::squeeze.dim", call[1], 0) : call[1]
    let isCounted = try e.call("aten::ne.Scalar", target, call[4])
    let safe = try e.call("aten::unsqueeze", f.masked(isCounted, target), .int(axis))
    var weights: IValue?
    if !call[2].isNone {
      var shape = try input.sizes.map { _ in SymbolicSize(integerLiteral: 1) }
      shape[axis] = try input.sizes[axis]
      let shaped = try e.call("aten::view", call[2], .sizes(shape))
      input = try f.mul(input, shaped)
      let all = try e.call("aten::expand", shaped, .sizes(input.sizes))
      let picked = try e.call("aten::gather", all, .int(axis), safe)
      weights = try f.masked(isCounted, e.call("aten::squeeze.dim", picked, .int(axis)))
    }
    let picked = try e.call("aten::gather", input, .int(axis), safe)
    let negated = try f.apply("neg", e.call("aten::squeeze.dim", picked, .int(axis)))
    let losses = try f.masked(isCounted, negated)
    let reduction = try LossReduction(call, 3)
    if reduction == .none, try input.rank > 1 {
      return .tuple([losses, try e.call("aten::new_zeros", input, [])])
    }
    let total = try e.converted(
      e.call("aten::sum", weights ?? isCounted), to: input.dtype)
    if reduction == .none { return .tuple([losses, total]) }
    let sum = try e.call("aten::sum", losses)
    return .tuple([reduction == .mean ? try f.div(sum, total) : sum, total])
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
  static let crossEntropy = OperatorDefinition("aten::cross_entropy_loss") { call, e in
    let axis = try call[0].rank == 1 ? 0 : 1
    guard try call[0].rank > 0 else { throw call.error("the input has no dimensions") }
    let smoothing = try call.float(5)
    let logarithms = try e.call("aten::log_softmax.int", call[0], .int(axis))
    let areProbabilities = try call[1].dtype.isFloatingPoint && call[0].sizes == call[1].sizes
    if areProbabilities { return try soft(call, e, logarithms, axis, smoothing) }
    let loss = try e.call(
      "aten::nll_loss_nd", logarithms, call[1], call[2], call[3], call[4])
    if smoothing == 0 { return loss }
    return try smoothed(call, e, logarithms, loss, axis, smoothing)
  }
  .autocast(.single)

  /// The loss of targets that are probabilities.
  private static func soft(
    _ call: OperatorCall, _ e: any Emitter, _ logarithms: IValue, _ axis: Int, _ smoothing: Double
  ) throws -> IValue {
    let f = LossFormula(e)
    let sizes = try call[0].sizes
    let classes = sizes[axis]
    var target = call[1]
    if smoothing > 0 {
      let share = smoothing / Double(try classes.known())
      target = try f.add(f.mul(target, .float(1 - smoothing)), .float(share))
    }
    var products = try f.mul(logarithms, target)
    if !call[2].isNone { products = try f.mul(products, weights(call, e, axis)) }
    switch try LossReduction(call, 3) {
    case .none: return try f.apply("neg", f.sum(products, [axis]))
    case .sum: return try f.apply("neg", f.apply("sum", products))
    case .mean:
      let count = try SymbolicSize.product(sizes).floorDivided(by: classes)
      return try f.div(f.apply("neg", f.apply("sum", products)), IValue(count))
    }
  }

  /// Mixes a loss with that of targets that are the same for all classes.
  private static func smoothed(
    _ call: OperatorCall, _ e: any Emitter, _ logarithms: IValue, _ loss: IValue, _ axis: Int,
    _ smoothing: Double
  ) throws -> IValue {
    let f = LossFormula(e)
    let isCounted = try e.call("aten::ne.Scalar", call[1], call[4])
    let weighted = try call[2].isNone ? logarithms : f.mul(logarithms, weights(call, e, axis))
    let all = try f.apply("neg", f.sum(weighted, [axis]))
    var even = try f.masked(isCounted, all)
    switch try LossReduction(call, 3) {
    case .none: break
    case .sum: even = try f.apply("sum", even)
    case .mean:
      let total: IValue
      if call[2].isNone {
        total = try f.apply("sum", isCounted)
      } else {
        let flat = try e.call("aten::reshape", f.masked(isCounted, call[1]), [-1])
        let picked = try e.call("aten::index_select", call[2], 0, flat)
        let mask = try e.call("aten::reshape", isCounted, [-1])
        total = try f.apply("sum", f.masked(mask, picked))
      }
      even = try f.div(f.apply("sum", even), total)
    }
    let share = smoothing / Double(try call[0].sizes[axis].known())
    return try f.add(f.mul(loss, .float(1 - smoothing)), f.mul(even, .float(share)))
  }

  /// Returns the weights of classes in the shape of the input's classes.
  private static func weights(
    _ call: OperatorCall, _ e: any Emitter, _ axis: Int
  ) throws -> IValue {
    var shape = try call[0].sizes.map { _ in SymbolicSize(integerLiteral: 1) }
    shape[axis] = try call[0].sizes[axis]
    return try e.call("aten::view", call[2], .sizes(shape))
  }
}
