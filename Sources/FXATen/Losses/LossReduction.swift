import FXCore
import FXOperators
import FXTensor

/// What is made of the losses of all elements (`at::Reduction`).
enum LossReduction: Int {
  case none, mean, sum

  /// Reads the argument at a position.
  ///
  /// - Throws: `operator.domain` for a number that stands for no reduction.
  init(_ call: OperatorCall, _ position: Int) throws {
    guard let reduction = LossReduction(rawValue: try call.int(position)) else {
      throw call.error("there is no such reduction of losses")
    }
    self = reduction
  }

  /// Reduces losses.
  func apply(_ losses: Formula) throws -> Formula {
    switch self {
    case .none: losses
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    }
  }
}

extension Operands {
  /// Reduces losses as the argument at a position says.
  func reduced(_ losses: Formula, _ position: Int) throws -> Formula {
    try LossReduction(call, position).apply(losses)
  }
}
