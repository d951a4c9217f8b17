import FXCore
import FXTensor

/// Names what a recurrent cell computes.
public enum RecurrentKind: Hashable, Sendable {
  case tanh
  case relu
  case lstm
  case gru

  /// How many gates a cell has.
  public var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }
}

/// One direction of one layer of a recurrent network.
public struct RecurrentLayer {
  let kind: RecurrentKind
  let isReversed: Bool
  let inputWeight: Tensor
  let hiddenWeight: Tensor
  let inputBias: Tensor?
  let hiddenBias: Tensor?
  let projection: Tensor?
  /// The dtype to which states are rounded at each step.
  let rounding: ScalarType?

  /// Describes a layer by its weights: those of the input, of the state, two biases or none, and
  /// for an LSTM the projection of the state or none.
  ///
  /// - Throws: `tensor.shape`.
  public init(
    _ kind: RecurrentKind, weights: [Tensor], hasBiases: Bool, isReversed: Bool = false,
    rounding: ScalarType? = nil
  ) throws {
    let count = hasBiases ? 4 : 2
    guard weights.count == count || (kind == .lstm && weights.count == count + 1) else {
      throw FXError(
        .tensorShape, "a recurrent layer has \(count) weights, and not \(weights.count)")
    }
    self.kind = kind
    self.isReversed = isReversed
    self.rounding = rounding
    inputWeight = try weights[0].contiguous()
    hiddenWeight = try weights[1].contiguous()
    inputBias = hasBiases ? try weights[2].contiguous() : nil
    hiddenBias = hasBiases ? try weights[3].contiguous() : nil
    projection = weights.count > count ? try weights[count].contiguous() : nil
  }

  /// The size of the cell.
  var size: Int { hiddenWeight.sizes[0] / kind.gateCount }

  /// Runs over the rows of packed data: for each step as many rows as it has sequences.
  ///
  /// - Parameters:
  ///   - batchSizes: the number of sequences at each step, which does not grow.
  ///   - hidden: the state at the start of each sequence.
  ///   - cell: the cell's state, for an LSTM.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public func callAsFunction(
    _ data: Tensor, batchSizes: [Int], hidden: Tensor, cell: Tensor?
  ) throws -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
    try check(data, batchSizes, hidden, cell)
    let gates = try Tensor.empty([data.sizes[0], hiddenWeight.sizes[0]], data.dtype)
    try gates.fill(0)
    if let inputBias { try gates.copy(from: inputBias) }
    if kind != .gru, let hiddenBias {
      // A product with a column of ones adds the second bias to all rows.
      let ones = try Tensor.full([data.sizes[0], 1], 1, data.dtype)
      try MatrixProduct.multiply(ones, hiddenBias.unsqueeze(0), into: gates, beta: 1)
    }
    if let rounding { try gates.copy(from: gates.converted(to: rounding)) }
    try MatrixProduct.multiply(data, inputWeight.t(), into: gates, beta: 1)
    let output = try Tensor.empty([data.sizes[0], hidden.sizes[1]], data.dtype)
    let state = try hidden.clone(format: .contiguous)
    let memory = try cell?.clone(format: .contiguous)
    switch data.dtype {
    case .float32: try run(gates, batchSizes, output, state, memory, Float.self)
    case .float64: try run(gates, batchSizes, output, state, memory, Double.self)
    default: throw noKernel(for: data.dtype)
    }
    return (output, state, memory)
  }

  private func check(
    _ data: Tensor, _ batchSizes: [Int], _ hidden: Tensor, _ cell: Tensor?
  ) throws(FXError) {
    let gates = hiddenWeight.sizes[0]
    let rows = batchSizes.reduce(0, +)
    let isFit =
      data.rank == 2 && data.sizes[0] == rows && hidden.rank == 2 && inputWeight.rank == 2
      && inputWeight.sizes == [gates, data.sizes[1]] && hiddenWeight.rank == 2
      && hiddenWeight.sizes[1] == hidden.sizes[1] && gates == size * kind.gateCount
      && zip(batchSizes, batchSizes.dropFirst()).allSatisfy { $0 >= $1 }
      && batchSizes.allSatisfy { $0 >= 0 && $0 <= hidden.sizes[0] }
      && [inputBias, hiddenBias].allSatisfy { $0.map { $0.sizes == [gates] } ?? true }
      && hidden.sizes[1] == (projection?.sizes[0] ?? size)
      && (projection.map { $0.sizes == [hidden.sizes[1], size] } ?? true)
      && (kind == .lstm) == (cell != nil)
      && (cell.map { $0.sizes == [hidden.sizes[0], size] } ?? true)
    guard isFit else {
      throw FXError(
        .tensorShape,
        "the weights of a recurrent layer do not fit its input \(Geometry.text(data.sizes)) and "
          + "state \(Geometry.text(hidden.sizes))")
    }
    let all = [data, hidden, inputWeight, hiddenWeight, inputBias, hiddenBias, projection, cell]
    guard all.allSatisfy({ $0.map { $0.dtype == data.dtype } ?? true }) else {
      throw FXError(.tensorDType, "the operands of a recurrent layer are of several dtypes")
    }
  }

  private func run<Element: GateOpMath>(
    _ gates: Tensor, _ batchSizes: [Int], _ output: Tensor, _ state: Tensor, _ memory: Tensor?,
    _: Element.Type
  ) throws {
    let rows = batchSizes.first ?? 0
    let sums = try Tensor.empty([kind == .gru ? rows : 0, gates.sizes[1]], gates.dtype)
    let wide = try Tensor.empty([projection == nil ? 0 : rows, size], gates.dtype)
    let steps = RecurrentSteps<Element>(
      layer: self, gates: try gates.mutablePointer(Element.self),
      output: try output.mutablePointer(Element.self),
      state: try state.mutablePointer(Element.self),
      memory: try memory?.mutablePointer(Element.self),
      hiddenGates: try sums.mutablePointer(Element.self),
      unprojected: try wide.mutablePointer(Element.self),
      hiddenBias: try hiddenBias?.pointer(Element.self),
      weight: hiddenWeight.matrixLayout.transposed,
      projection: projection?.matrixLayout.transposed, width: state.sizes[1],
      product: try GEMM(gates.dtype), addition: try GEMM(gates.dtype, beta: 1))
    var starts: [Int] = []
    var start = 0
    for count in batchSizes {
      starts.append(start)
      start += count
    }
    let order = isReversed ? Array(batchSizes.indices.reversed()) : Array(batchSizes.indices)
    withExtendedLifetime((sums, wide)) {
      for step in order { steps.run(first: starts[step], count: batchSizes[step]) }
    }
  }
}
