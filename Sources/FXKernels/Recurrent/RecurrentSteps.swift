import FXTensor

/// The steps of a recurrent layer on memory.
struct RecurrentSteps<Element: GateOpMath>: @unchecked Sendable {
  let layer: RecurrentLayer
  /// What the input gives the gates, for all rows of the data.
  let gates: UnsafeMutablePointer<Element>
  let output: UnsafeMutablePointer<Element>
  /// The state of each sequence.
  let state: UnsafeMutablePointer<Element>
  /// The cell's state of each sequence.
  let memory: UnsafeMutablePointer<Element>?
  /// What the state gives the gates, of a GRU.
  let hiddenGates: UnsafeMutablePointer<Element>
  /// The states before a projection.
  let unprojected: UnsafeMutablePointer<Element>
  let hiddenBias: UnsafePointer<Element>?
  let weight: MatrixLayout
  let projection: MatrixLayout?
  /// The size of a state.
  let width: Int
  let product: GEMM
  let addition: GEMM

  private var size: Int { layer.size }
  private var gateSize: Int { layer.kind.gateCount * size }

  /// Computes a step of the first sequences, whose data start at a row.
  func run(first: Int, count: Int) {
    if count == 0 { return }
    let states = MatrixLayout(state, rows: count, columns: width)
    let own = gates + first * gateSize
    if layer.kind == .gru {
      for row in 0..<count {
        let target = hiddenGates + row * gateSize
        if let hiddenBias {
          target.update(from: hiddenBias, count: gateSize)
        } else {
          target.update(repeating: 0, count: gateSize)
        }
      }
      multiply(addition, states, weight, hiddenGates)
    } else {
      multiply(addition, states, weight, own)
    }
    let grain = max(Parallel.grain / (gateSize * 8), 1)
    Parallel.ranges(of: count, grain: grain) { rows in
      for row in rows { update(row, own + row * gateSize) }
    }
    if let projection {
      multiply(
        product, MatrixLayout(unprojected, rows: count, columns: size), projection, state)
    }
    (output + first * width).update(from: state, count: count * width)
  }

  private func multiply(
    _ gemm: GEMM, _ left: MatrixLayout, _ right: MatrixLayout,
    _ result: UnsafeMutablePointer<Element>
  ) {
    MatrixBatch(
      gemm: gemm, left: left, right: right,
      result: MatrixLayout(result, rows: left.rows, columns: right.columns)
    ).run()
  }

  /// Computes the state of a sequence from its gates.
  private func update(_ row: Int, _ gates: UnsafeMutablePointer<Element>) {
    let state = state + row * width
    switch layer.kind {
    case .tanh:
      Element.tangent(gates, size)
      state.update(from: gates, count: size)
    case .relu:
      for index in 0..<size {
        let value = gates[index]
        state[index] = value < 0 ? 0 : value
      }
    case .gru: updateGRU(row, gates, state)
    case .lstm:
      if let memory {
        let target = projection == nil ? state : unprojected + row * size
        updateLSTM(gates, memory + row * size, target)
      }
    }
  }

  /// `c := f c + i g`, `h := o tanh(c)`; the gates come as i, f, g, o.
  private func updateLSTM(
    _ gates: UnsafeMutablePointer<Element>, _ cell: UnsafeMutablePointer<Element>,
    _ state: UnsafeMutablePointer<Element>
  ) {
    Element.sigmoid(gates, 2 * size)
    Element.tangent(gates + 2 * size, size)
    Element.sigmoid(gates + 3 * size, size)
    let (forget, input, last) = (gates + size, gates + 2 * size, gates + 3 * size)
    for index in 0..<size {
      cell[index] = forget[index] * cell[index] + gates[index] * input[index]
      state[index] = cell[index]
    }
    Element.tangent(state, size)
    for index in 0..<size { state[index] *= last[index] }
    guard layer.rounding == .bfloat16 else { return }
    for index in 0..<size {
      state[index] = BFloat16(converting: state[index]).opMath.converted(to: Element.self)
      cell[index] = BFloat16(converting: cell[index]).opMath.converted(to: Element.self)
    }
  }

  /// `n := tanh(in + r hn)`, `h := (h - n) z + n`; the gates come as r, z, n.
  private func updateGRU(
    _ row: Int, _ gates: UnsafeMutablePointer<Element>, _ state: UnsafeMutablePointer<Element>
  ) {
    let own = hiddenGates + row * gateSize
    for index in 0..<2 * size { gates[index] += own[index] }
    Element.sigmoid(gates, 2 * size)
    let (update, fresh) = (gates + size, gates + 2 * size)
    for index in 0..<size { fresh[index] += gates[index] * own[2 * size + index] }
    Element.tangent(fresh, size)
    for index in 0..<size {
      state[index] = (state[index] - fresh[index]) * update[index] + fresh[index]
    }
  }
}
