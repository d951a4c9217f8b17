import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Connectionist temporal classification.
enum SequenceLosses {
  static let all: [OperatorDefinition] = [forward, loss]

  /// `_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int
  /// blank=0, bool zero_infinity=False) -> (Tensor, Tensor)`
  static let forward = OperatorDefinition(
    "aten::_ctc_loss", "aten::_ctc_loss.Tensor", shape: ShapeRules.sequenceLoss
  ) { call in
    let (inputs, targets) = (try lengths(call, 2), try lengths(call, 3))
    let result = try SequenceLoss.run(
      call.tensor(0), targets: call.tensor(1), inputLengths: inputs, targetLengths: targets,
      blank: call.int(4))
    return .tuple([.tensor(result.losses), .tensor(result.alpha)])
  }

  /// `ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths,
  /// int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor`
  static let loss = OperatorDefinition("aten::ctc_loss.IntList", "aten::ctc_loss.Tensor") {
    call, e in
    let isBatch = try call[0].rank == 3
    let logarithms = try isBatch ? call[0] : e.call("aten::unsqueeze", call[0], 1)
    let overload = call[2].isTensor ? ".Tensor" : ""
    let found = try e.call(
      "aten::_ctc_loss" + overload, logarithms, call[1], call[2], call[3], call[4], call[6])
    guard var losses = found.elements?.first else { throw call.error("there is no loss") }
    if try call.bool(6) {
      let isInfinite = try e.call("aten::eq.Scalar", losses, .float(.infinity))
      losses = try e.call("aten::where.ScalarSelf", isInfinite, 0, losses)
    }
    switch try LossReduction(call, 5) {
    case .none: return try isBatch ? losses : e.call("aten::squeeze.dim", losses, 0)
    case .sum: return try e.call("aten::sum", losses)
    case .mean:
      var counts = call[3]
      if !counts.isTensor {
        let parts = try call.ints(3).map { Swift.max($0, 1) }
        let values = try parts.map { try e.call("aten::scalar_tensor", .int($0)) }
        counts = try e.call("aten::stack", .list(values))
      } else if try counts.rank == 0 {
        counts = try e.call("aten::unsqueeze", counts, 0)
      }
      let lengths = try e.call("aten::clamp_min", e.converted(counts, to: losses.dtype), 1)
      return try e.call("aten::mean", e.call("aten::div.Tensor", losses, lengths))
    }
  }
  .autocast(.single)

  private static func lengths(_ call: OperatorCall, _ position: Int) throws -> [Int] {
    guard case .tensor(let tensor) = call[position] else { return try call.ints(position) }
    return try tensor.elements(as: Int64.self).map { Int($0) }
  }
}
