import FXCore
import FXOperators
import FXTensor

/// A linear layer and the cross entropy of what comes out (`linear_cross_entropy`), which PyTorch
/// computes part by part to save memory.
enum LinearCrossEntropy {
  static let all: [OperatorDefinition] = [chunked, chunkedLosses]

  /// `_linear_cross_entropy_batch_chunked(Tensor input, Tensor linear_weight, Tensor target, Tensor?
  /// linear_bias, Tensor? weight, str reduction, SymInt ignore_index, float label_smoothing, SymInt
  /// batch_chunk_size, str acc_policy, ScalarType acc_dtype, bool allow_retain_graph, bool
  /// compute_input_grad, bool compute_linear_weight_grad, bool compute_linear_bias_grad) -> (Tensor,
  /// Tensor, Tensor, Tensor)`
  static let chunked = OperatorDefinition("torch_nn::_linear_cross_entropy_batch_chunked") {
    call, e in
    let reduction: LossReduction = try call.optionalString(5) == "sum" ? .sum : .mean
    let logits = try logits(call, e)
    let loss = try e.call(
      "aten::cross_entropy_loss", logits, target(call, e), weight(call, e),
      .int(reduction.rawValue), call[6], call[7])
    let dtype = try call[0].dtype
    var parts = [try e.converted(loss, to: dtype)]
    let isWanted = try (12...14).map { try call.bool($0) }
    let slope = try isWanted.contains(true) ? slope(call, e, logits, reduction) : .none
    let gradients: [() throws -> IValue] = [
      { try e.call("aten::mm", slope, e.widened(call[1])) },
      { try e.call("aten::mm", e.call("aten::t", slope), e.widened(call[0])) },
      { try e.call("aten::sum.dim_IntList", slope, [0]) },
    ]
    for (place, gradient) in gradients.enumerated() {
      if isWanted[place] {
        parts.append(try e.converted(gradient(), to: dtype))
      } else {
        parts.append(try e.call("aten::new_zeros", call[0], place < 2 ? [0, 0] : [0]))
      }
    }
    return .tuple(parts)
  }

  /// `_linear_cross_entropy_batch_chunked_no_reduction(Tensor input, Tensor linear_weight, Tensor
  /// target, Tensor? linear_bias, Tensor? weight, SymInt ignore_index, SymInt batch_chunk_size, str
  /// acc_policy, ScalarType acc_dtype) -> Tensor`
  static let chunkedLosses = OperatorDefinition(
    "torch_nn::_linear_cross_entropy_batch_chunked_no_reduction"
  ) { call, e in
    let losses = try e.call(
      "aten::cross_entropy_loss", logits(call, e), target(call, e), weight(call, e), 0, call[5])
    return try e.converted(losses, to: call[0].dtype)
  }

  private static func logits(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let bias = try call[3].isNone ? .none : e.widened(call[3])
    return try e.call("aten::linear", e.widened(call[0]), e.widened(call[1]), bias)
  }

  private static func target(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    try call[2].dtype.isFloatingPoint ? e.widened(call[2]) : call[2]
  }

  private static func weight(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    try call[4].isNone ? .none : e.converted(call[4], to: call[0].dtype.computeType)
  }

  /// Returns the gradient of the loss by the logits.
  private static func slope(
    _ call: OperatorCall, _ e: any Emitter, _ logits: IValue, _ reduction: LossReduction
  ) throws -> IValue {
    guard try call.float(7) == 0 else {
      throw call.error("gradients of smoothed labels are not there")
    }
    let logits = Formula(logits, e)
    let target = logits.with(try target(call, e))
    let weight = try weight(call, e)
    let areProbabilities = try target.value.dtype.isFloatingPoint
    var shares = target
    var divisor = logits.with(IValue(try logits.value.size(0)))
    if !areProbabilities {
      let isCounted = try (target .!= call[6]).unsqueeze(1)
      let count = IValue(try logits.value.size(1))
      let classes = try logits.with(count).applying("aten::arange")
      let isOwn = try classes .== target.unsqueeze(1)
      shares = try (isOwn .& isCounted).converted(to: logits.value.dtype)
    }
    if !weight.isNone { shares = try shares * weight }
    if !areProbabilities { divisor = try shares.sum() }
    let softmax = try logits.applying("aten::_softmax", 1, false)
    let slope = try softmax * shares.sum(over: [1], keeps: true) - shares
    return try (reduction == .mean ? slope / divisor : slope).value
  }
}
