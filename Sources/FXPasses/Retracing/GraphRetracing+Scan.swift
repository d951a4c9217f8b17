import FXCore
import FXGraph
import FXOperators
import FXRuntime

/// Scans by an associative function, which become a few calls on halves of what is scanned.
extension GraphRetracing {
  /// Takes a call of `associative_scan` apart.
  ///
  /// - Returns: whether it did.
  func visitScan(_ node: Node) throws -> Bool {
    guard node.target == "torch.ops.higher_order.associative_scan" else { return false }
    let arguments = node.args.map { value(of: $0) ?? .none }
    guard arguments.count >= 2, case .module(let graph) = arguments[0],
      let inputs = arguments[1].elements
    else { return false }
    let additional = arguments.count > 2 ? arguments[2].elements ?? [] : []
    do {
      let trial = TrialEmitter(library: pass.library, symbols: pass.symbols)
      _ = try scan(inputs, by: graph, additional, trial)
    } catch let error as FXError {
      pass.left.note(node, because: error.message)
      return false
    }
    results[node.id] = .tuple(try scan(inputs, by: graph, additional, emitter))
    _ = try recorder.settle(.none, as: nil)
    replaced.append(node)
    pass.decomposedCount += 1
    return true
  }

  /// Scans along the first dimension: neighbours are combined, these results scanned, and the ones
  /// between found from them (`generic_associative_scan`).
  private func scan(
    _ parts: [IValue], by graph: GraphModule, _ additional: [IValue], _ e: any WritingEmitter
  ) throws -> [IValue] {
    guard let first = parts.first else { return [] }
    let count = try first.size(0).requireStatic()
    if count < 2 { return parts }
    func sliced(_ parts: [IValue], _ start: Int, _ end: Int, _ step: Int) throws -> [IValue] {
      try parts.map {
        try e.call("aten::slice.Tensor", $0, 0, .int(start), .int(end), .int(step))
      }
    }
    func combined(_ a: [IValue], _ b: [IValue]) throws -> [IValue] {
      guard let size = try a.first?.size(0) else { return [] }
      let batch = BatchingEmitter(e, size: size, randomness: "error")
      let faces = try (a + b).map { try batch.hide($0, axis: 0) }
      let results = try batch.evaluate(graph, faces + additional)
      return try (results.elements ?? [results]).map { try batch.show($0, axis: 0) }
    }
    let pairs = try combined(sliced(parts, 0, count - 1, 2), sliced(parts, 1, count, 2))
    let odd = try scan(pairs, by: graph, additional, e)
    var even = try sliced(parts, 0, 1, 1)
    if count > 2 {
      let before = count % 2 == 0 ? try sliced(odd, 0, count / 2 - 1, 1) : odd
      let between = try combined(before, sliced(parts, 2, count, 2))
      even = try zip(even, between).map { try e.call("aten::cat", [$0, $1]) }
    }
    return try zip(even, odd).map { even, odd in
      try interleaved(even, odd, count, e)
    }
  }

  /// Puts rows of two tensors together in turns; the first may have one more.
  private func interleaved(
    _ even: IValue, _ odd: IValue, _ count: Int, _ e: any WritingEmitter
  ) throws -> IValue {
    let half = count / 2
    let paired = try e.call("aten::slice.Tensor", even, 0, 0, .int(half))
    let stacked = try e.call("aten::stack", [paired, odd], 1)
    let sizes = try [SymbolicSize.int(2 * half)] + even.sizes.dropFirst()
    let rows = try e.call("aten::reshape", stacked, .sizes(sizes))
    if count % 2 == 0 { return rows }
    let last = try e.call("aten::slice.Tensor", even, 0, .int(half), .int(half + 1))
    return try e.call("aten::cat", [rows, last])
  }
}
