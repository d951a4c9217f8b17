import FXCore
import FXKernels
import FXOperators
import FXTensor

/// The arguments of a recurrent operator, whichever form it has.
///
/// The forms with a batch are `lstm.input(input, hx, params, has_biases, num_layers, dropout, train,
/// bidirectional, batch_first)`; those of packed data have `batch_sizes` after the input, and no
/// `batch_first`.
struct RecurrentArguments {
  let kind: RecurrentKind
  let input: IValue
  /// The number of sequences at each step, of packed data.
  let batchSizes: IValue?
  let hidden: IValue
  let cell: IValue?
  let layerCount: Int
  let dropout: Double
  let isTraining: Bool
  let isBidirectional: Bool
  let isBatchFirst: Bool
  let hasBiases: Bool
  /// The weights of each layer and direction.
  let weights: [[IValue]]

  /// The directions of a layer.
  var directions: Int { isBidirectional ? 2 : 1 }

  /// Whether states of an LSTM are projected to another size.
  var isProjected: Bool { (weights.first?.count ?? 0) > (hasBiases ? 4 : 2) }

  /// Tells of the arguments of `lstm.input` whether states are projected.
  @Sendable static func isProjected(_ arguments: [IValue]) -> Bool {
    guard arguments.count > 7, let weights = arguments[2].elements,
      case .int(let layers) = arguments[4],
      case .bool(let hasBiases) = arguments[3], case .bool(let isBidirectional) = arguments[7]
    else { return true }
    return weights.count != layers * (isBidirectional ? 2 : 1) * (hasBiases ? 4 : 2)
  }

  init(_ call: OperatorCall, _ kind: RecurrentKind) throws {
    self.kind = kind
    input = call[0]
    batchSizes = call.index(of: "batch_sizes").map { call[$0] }
    let first = batchSizes == nil ? 1 : 2
    if kind == .lstm {
      guard let states = call[first].elements, states.count == 2 else {
        throw call.wrong(first, "two tensors")
      }
      (hidden, cell) = (states[0], states[1])
    } else {
      (hidden, cell) = (call[first], nil)
    }
    guard let parameters = call[first + 1].elements else {
      throw call.wrong(first + 1, "a list of tensors")
    }
    hasBiases = try call.bool(first + 2)
    layerCount = try call.int(first + 3)
    dropout = try call.float(first + 4)
    isTraining = try call.bool(first + 5)
    isBidirectional = try call.bool(first + 6)
    isBatchFirst = try batchSizes == nil && call.bool(first + 7)
    let count = layerCount * (isBidirectional ? 2 : 1)
    guard layerCount > 0, parameters.count % count == 0 else {
      throw call.error("\(parameters.count) weights are not those of \(layerCount) layers")
    }
    let each = parameters.count / count
    guard each >= (hasBiases ? 4 : 2) else { throw call.error("weights are missing") }
    weights = (0..<count).map { Array(parameters[$0 * each..<($0 + 1) * each]) }
    let rank = batchSizes == nil ? 3 : 2
    guard try input.rank == rank, try hidden.rank == 3, try cell.map({ try $0.rank == 3 }) ?? true
    else { throw call.error("the input or the state has another number of dimensions") }
    for state in [hidden, cell].compactMap({ $0 }) where try state.size(0) != .int(count) {
      throw call.error("the state is not that of \(layerCount) layers")
    }
  }

  /// Runs layer after layer, each with the result of the one before as its input.
  ///
  /// - Parameters:
  ///   - direction: computes a direction of a layer: its number, the input, and the states.
  ///   - e: what the parts between are called with.
  /// - Returns: the output of the last layer, and the last states of all.
  func run(
    _ input: IValue, _ e: any Emitter,
    _ direction: (Int, IValue, IValue, IValue?) throws -> (IValue, IValue, IValue?)
  ) throws -> (output: IValue, hidden: IValue, cell: IValue?) {
    var input = input
    var hiddens: [IValue] = []
    var cells: [IValue] = []
    for layer in 0..<layerCount {
      var outputs: [IValue] = []
      for index in layer * directions..<(layer + 1) * directions {
        let state = try e.call("aten::select.int", hidden, 0, .int(index))
        let memory = try cell.map { try e.call("aten::select.int", $0, 0, .int(index)) }
        let result = try direction(index, input, state, memory)
        outputs.append(result.0)
        hiddens.append(result.1)
        if let memory = result.2 { cells.append(memory) }
      }
      input = outputs.count == 1 ? outputs[0] : try e.call("aten::cat", .list(outputs), -1)
      if isTraining, dropout > 0, layer < layerCount - 1 {
        input = try e.call("aten::dropout", input, .float(dropout), true)
      }
    }
    let states = try e.call("aten::stack", .list(hiddens))
    if cells.isEmpty { return (input, states, nil) }
    return (input, states, try e.call("aten::stack", .list(cells)))
  }

  /// Returns the results of the operator.
  func results(_ output: IValue, _ hidden: IValue, _ cell: IValue?) -> IValue {
    .tuple([output, hidden] + (cell.map { [$0] } ?? []))
  }
}
