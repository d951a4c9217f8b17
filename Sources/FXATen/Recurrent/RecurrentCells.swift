import FXCore
import FXKernels
import FXOperators

/// One step of recurrent cells, written with other operators.
struct RecurrentCells {
  let e: any Emitter
  let kind: RecurrentKind

  /// Computes the next state from what the input gives the gates, and the state.
  ///
  /// - Parameter weights: those of the state: the matrix, its bias or `None`, the projection or
  ///   `None`.
  func step(
    _ gates: IValue, _ hidden: IValue, _ cell: IValue?, weight: IValue, bias: IValue,
    projection: IValue = .none
  ) throws -> (hidden: IValue, cell: IValue?) {
    let own = try e.call("aten::linear", hidden, weight, bias)
    switch kind {
    case .tanh: return (try e.call("aten::tanh", add(gates, own)), nil)
    case .relu: return (try e.call("aten::relu", add(gates, own)), nil)
    case .gru: return (try gru(gates, own, hidden), nil)
    case .lstm:
      guard let cell else { throw FXError(.operatorDomain, "an LSTM has a cell's state") }
      let result = try lstm(add(gates, own), cell)
      if projection.isNone { return result }
      return (try e.call("aten::linear", result.hidden, projection), result.cell)
    }
  }

  private func lstm(_ gates: IValue, _ cell: IValue) throws -> (hidden: IValue, cell: IValue?) {
    let parts = try chunks(gates, 4)
    let input = try e.call("aten::sigmoid", parts[0])
    let forget = try e.call("aten::sigmoid", parts[1])
    let fresh = try e.call("aten::tanh", parts[2])
    let output = try e.call("aten::sigmoid", parts[3])
    let kept = try e.call("aten::mul.Tensor", forget, cell)
    let memory = try add(kept, e.call("aten::mul.Tensor", input, fresh))
    return (try e.call("aten::mul.Tensor", output, e.call("aten::tanh", memory)), memory)
  }

  private func gru(_ gates: IValue, _ own: IValue, _ hidden: IValue) throws -> IValue {
    let (mine, theirs) = (try chunks(gates, 3), try chunks(own, 3))
    let reset = try e.call("aten::sigmoid", add(theirs[0], mine[0]))
    let update = try e.call("aten::sigmoid", add(theirs[1], mine[1]))
    let fresh = try e.call(
      "aten::tanh", add(mine[2], e.call("aten::mul.Tensor", theirs[2], reset)))
    let difference = try e.call("aten::sub.Tensor", hidden, fresh)
    return try add(e.call("aten::mul.Tensor", difference, update), fresh)
  }

  private func add(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call("aten::add.Tensor", left, right)
  }

  private func chunks(_ gates: IValue, _ count: Int) throws -> [IValue] {
    let parts = try e.call("aten::chunk", gates, .int(count), -1).elements ?? []
    guard parts.count == count else {
      throw FXError(.operatorDomain, "the weights are not those of \(count) gates")
    }
    return parts
  }
}
