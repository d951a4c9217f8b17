import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Recurrent networks and their cells: `lstm`, `gru`, `rnn_tanh`, `rnn_relu`.
enum RecurrentOperators {
  static let all: [OperatorDefinition] =
    kinds.flatMap { [network($0, $1), packed($0, $1)] }
    + kinds.filter { $1 != .lstm }.map { cell($0, $1) } + [lstmCell, mkldnn, pack, unpack]

  private static let kinds: [(String, RecurrentKind)] = [
    ("lstm", .lstm), ("gru", .gru), ("rnn_tanh", .tanh), ("rnn_relu", .relu),
  ]

  /// `lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float
  /// dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)`; the
  /// others have one state
  private static func network(_ name: String, _ kind: RecurrentKind) -> OperatorDefinition {
    OperatorDefinition(
      "aten::\(name).input",
      decomposition: { call, e in try composed(RecurrentArguments(call, kind), e) },
      kernel: { call in
        let arguments = try RecurrentArguments(call, kind)
        let input = try call.tensor(0)
        // PyTorch leaves bfloat16 to oneDNN where that has the network.
        let usesLibrary = kind == .lstm && input.dtype == .bfloat16 && !arguments.isProjected
        guard input.dtype == .float32 || input.dtype == .float64 || usesLibrary else {
          return try composed(arguments, call.emitter)
        }
        let steps = try arguments.isBatchFirst ? input.transpose(0, 1) : input
        let sizes = [Int](repeating: steps.sizes[1], count: steps.sizes[0])
        let rows = try steps.contiguous().reshape([steps.sizes[0] * steps.sizes[1], steps.sizes[2]])
        let result = try run(
          arguments, rows.converted(to: input.dtype.computeType), sizes, call,
          rounding: usesLibrary ? input.dtype : nil)
        guard case .tensor(let output) = result.output else { throw call.wrong(0, "a tensor") }
        let shaped = try output.view([sizes.count, steps.sizes[1], output.sizes[1]])
        let ordered = try arguments.isBatchFirst ? shaped.transpose(0, 1) : shaped
        return try arguments.results(.tensor(ordered), result.hidden, result.cell)
          .narrowed(to: input.dtype, call.emitter)
      }
    )
    .autocast(
      kind == .lstm ? .lower : .transparent,
      // PyTorch leaves it to oneDNN, whose operator is lowered, where that has the network.
      unless: RecurrentArguments.isProjected)
  }

  /// `lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int
  /// num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)`; the
  /// others have one state
  private static func packed(_ name: String, _ kind: RecurrentKind) -> OperatorDefinition {
    OperatorDefinition("aten::\(name).data", shape: ShapeRules.packedNetwork(isLSTM: kind == .lstm))
    { call in
      let arguments = try RecurrentArguments(call, kind)
      let data = try call.tensor(0)
      let sizes = try call.tensor(1).elements(as: Int64.self).map { Int($0) }
      let wide = try data.converted(to: data.dtype.computeType)
      let result = try run(arguments, wide, sizes, call)
      return try arguments.results(result.output, result.hidden, result.cell)
        .narrowed(to: data.dtype, call.emitter)
    }
    .autocast(.transparent)
  }

  /// Runs the layers on packed data.
  private static func run(
    _ arguments: RecurrentArguments, _ data: Tensor, _ sizes: [Int], _ call: OperatorCall,
    rounding: ScalarType? = nil
  ) throws -> (output: IValue, hidden: IValue, cell: IValue?) {
    try arguments.run(.tensor(data), call.emitter) { index, input, hidden, cell in
      func tensor(_ value: IValue) throws -> Tensor {
        guard case .tensor(let tensor) = value else { throw call.wrong(0, "a tensor") }
        return try tensor.converted(to: data.dtype)
      }
      let layer = try RecurrentLayer(
        arguments.kind, weights: arguments.weights[index].map(tensor),
        hasBiases: arguments.hasBiases, isReversed: index % arguments.directions == 1,
        rounding: rounding)
      let result = try layer(
        tensor(input), batchSizes: sizes, hidden: tensor(hidden), cell: cell.map(tensor))
      return (.tensor(result.output), .tensor(result.hidden), result.cell.map { .tensor($0) })
    }
  }

  /// Writes a network on a batch as the steps of its cells.
  private static func composed(
    _ arguments: RecurrentArguments, _ e: any Emitter
  ) throws -> IValue {
    let input =
      try arguments.isBatchFirst
      ? e.call("aten::transpose.int", arguments.input, 0, 1) : arguments.input
    let cells = RecurrentCells(e: e, kind: arguments.kind)
    let result = try arguments.run(input, e) { index, input, hidden, cell in
      let weights = arguments.weights[index]
      let hasBiases = arguments.hasBiases
      let gates = try e.call("aten::linear", input, weights[0], hasBiases ? weights[2] : .none)
      var steps = try e.call("aten::unbind.int", gates, 0).elements ?? []
      let isReversed = index % arguments.directions == 1
      if isReversed { steps.reverse() }
      var (hidden, cell) = (hidden, cell)
      var outputs: [IValue] = []
      for step in steps {
        (hidden, cell) = try cells.step(
          step, hidden, cell, weight: weights[1], bias: hasBiases ? weights[3] : .none,
          projection: weights.count > (hasBiases ? 4 : 2) ? weights[weights.count - 1] : .none)
        outputs.append(hidden)
      }
      if isReversed { outputs.reverse() }
      return (try e.call("aten::stack", .list(outputs)), hidden, cell)
    }
    let output =
      try arguments.isBatchFirst
      ? e.call("aten::transpose.int", result.output, 0, 1) : result.output
    return arguments.results(output, result.hidden, result.cell)
  }

  /// `gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor?
  /// b_hh=None) -> Tensor`
  private static func cell(_ name: String, _ kind: RecurrentKind) -> OperatorDefinition {
    OperatorDefinition("aten::\(name)_cell") { call, e in
      let gates = try e.call("aten::linear", call[0], call[2], call[4])
      return try RecurrentCells(e: e, kind: kind)
        .step(gates, call[1], nil, weight: call[3], bias: call[5]).hidden
    }
    .autocast(.transparent)
  }

  /// `lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor?
  /// b_hh=None) -> (Tensor, Tensor)`
  static let lstmCell = OperatorDefinition("aten::lstm_cell") { call, e in
    guard let states = call[1].elements, states.count == 2 else {
      throw call.wrong(1, "two tensors")
    }
    let gates = try e.call("aten::linear", call[0], call[2], call[4])
    let result = try RecurrentCells(e: e, kind: .lstm)
      .step(gates, states[0], states[1], weight: call[3], bias: call[5])
    return .tuple([result.hidden, result.cell ?? .none])
  }
  .autocast(.transparent)

  /// `mkldnn_rnn_layer(Tensor input, Tensor weight0, Tensor weight1, Tensor weight2, Tensor weight3,
  /// Tensor hx_, Tensor cx_, bool reverse, int[] batch_sizes, int mode, int hidden_size, int
  /// num_layers, bool has_biases, bool bidirectional, bool batch_first, bool train) -> (Tensor,
  /// Tensor, Tensor, Tensor)`
  static let mkldnn = OperatorDefinition("aten::mkldnn_rnn_layer", shape: ShapeRules.recurrentLayer)
  { call in
    guard try call.int(9) == 2 else { throw call.error("only LSTMs are there") }
    let input = try call.tensor(0, rank: 3)
    let (hidden, cell) = (try call.tensor(5), try call.tensor(6))
    let wide = input.dtype.computeType
    let hasBiases = try call.bool(12)
    let layer = try RecurrentLayer(
      .lstm, weights: (1...(hasBiases ? 4 : 2)).map { try call.tensor($0).converted(to: wide) },
      hasBiases: hasBiases, isReversed: call.bool(7),
      rounding: input.dtype == .bfloat16 ? .bfloat16 : nil)
    let rows = try input.converted(to: wide).reshape([-1, input.sizes[2]])
    let result = try layer(
      rows, batchSizes: [Int](repeating: input.sizes[1], count: input.sizes[0]),
      hidden: hidden.converted(to: wide).reshape([input.sizes[1], -1]),
      cell: cell.converted(to: wide).reshape([input.sizes[1], -1]))
    let output = try result.output.view([input.sizes[0], input.sizes[1], -1])
    return .tuple([
      .tensor(try output.converted(to: input.dtype)),
      .tensor(try result.hidden.reshape(hidden.sizes).converted(to: input.dtype)),
      .optional(try result.cell?.reshape(cell.sizes).converted(to: input.dtype)),
      .tensor(try .empty([0], .uint8)),
    ])
  }
  .autocast(.lower)

  /// `_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)`
  static let pack = OperatorDefinition("aten::_pack_padded_sequence", shape: ShapeRules.packed) {
    call in
    let input = try call.bool(2) ? call.tensor(0).transpose(0, 1) : call.tensor(0)
    let lengths = try call.tensor(1).elements(as: Int64.self).map { Int($0) }
    guard input.rank >= 2, lengths.count == input.sizes[1], let longest = lengths.first,
      lengths.allSatisfy({ $0 > 0 && $0 <= input.sizes[0] }),
      zip(lengths, lengths.dropFirst()).allSatisfy({ $0 >= $1 })
    else { throw call.error("the lengths are not those of the sequences, the longest first") }
    let sizes = (0..<longest).map { step in lengths.filter { $0 > step }.count }
    let result = try Tensor.empty(
      [sizes.reduce(0, +)] + input.sizes.dropFirst(2), input.dtype, device: input.device)
    var start = 0
    for (step, count) in sizes.enumerated() {
      try result.narrow(0, start: start, length: count)
        .copy(from: input.select(0, step).narrow(0, start: 0, length: count))
      start += count
    }
    return .tuple([.tensor(result), .tensor(try .of(sizes))])
  }

  /// `_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value,
  /// int total_length) -> (Tensor, Tensor)`
  static let unpack = OperatorDefinition("aten::_pad_packed_sequence", shape: ShapeRules.padded) {
    call in
    let data = try call.tensor(0)
    let sizes = try call.tensor(1).elements(as: Int64.self).map { Int($0) }
    guard data.rank > 0, let widest = sizes.first, sizes.reduce(0, +) == data.sizes[0],
      zip(sizes, sizes.dropFirst()).allSatisfy({ $0 >= $1 && $1 >= 0 })
    else { throw call.error("the batch sizes are not those of the data") }
    let length = try call.int(4)
    guard length <= 0 || length >= sizes.count else {
      throw call.error("the sequences are longer than \(length)")
    }
    let steps = length > 0 ? length : sizes.count
    let result = try Tensor.full(
      [steps, widest] + data.sizes.dropFirst(), call.scalar(3), data.dtype, device: data.device)
    var start = 0
    for (step, count) in sizes.enumerated() {
      try result.select(0, step).narrow(0, start: 0, length: count)
        .copy(from: data.narrow(0, start: start, length: count))
      start += count
    }
    let lengths = (0..<widest).map { sequence in sizes.filter { $0 > sequence }.count }
    let output = try call.bool(2) ? result.transpose(0, 1) : result
    return .tuple([.tensor(output), .tensor(try .of(lengths))])
  }
}

extension IValue {
  /// Returns a tuple of tensors that are converted to a dtype.
  fileprivate func narrowed(to dtype: ScalarType, _ e: any Emitter) throws -> IValue {
    .tuple(try (elements ?? []).map { try e.converted($0, to: dtype) })
  }
}
