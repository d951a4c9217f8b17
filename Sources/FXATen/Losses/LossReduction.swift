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
  func apply(_ losses: IValue, _ e: any Emitter) throws -> IValue {
    switch self {
    case .none: losses
    case .mean: try e.call("aten::mean", losses)
    case .sum: try e.call("aten::sum", losses)
    }
  }
}

/// The calls of which losses consist, so that formulas read as such.
struct LossFormula {
  let e: any Emitter

  init(_ emitter: any Emitter) { e = emitter }

  func add(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call(right.isTensor ? "aten::add.Tensor" : "aten::add.Scalar", left, right)
  }

  func sub(_ left: IValue, _ right: IValue) throws -> IValue {
    if !left.isTensor { return try e.call("aten::rsub.Scalar", right, left) }
    return try e.call(right.isTensor ? "aten::sub.Tensor" : "aten::sub.Scalar", left, right)
  }

  func mul(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call(right.isTensor ? "aten::mul.Tensor" : "aten::mul.Scalar", left, right)
  }

  func div(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call(right.isTensor ? "aten::div.Tensor" : "aten::div.Scalar", left, right)
  }

  func apply(_ name: String, _ tensor: IValue) throws -> IValue {
    try e.call("aten::" + name, tensor)
  }

  /// Returns the number where it is not less than a bound.
  func atLeast(_ bound: IValue, _ tensor: IValue) throws -> IValue {
    try e.call("aten::clamp_min", tensor, bound)
  }

  /// Returns the elements where a condition holds, and 0 elsewhere.
  func masked(_ condition: IValue, _ tensor: IValue) throws -> IValue {
    try e.call("aten::where.ScalarOther", condition, tensor, 0)
  }

  func sum(_ tensor: IValue, _ axes: [Int], keeps: Bool = false) throws -> IValue {
    try e.call("aten::sum.dim_IntList", tensor, .ints(axes), .bool(keeps))
  }
}
