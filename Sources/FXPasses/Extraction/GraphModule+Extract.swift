import FXCore
import FXExport
import FXGraph

extension GraphModule {
  /// Returns the piece between nodes as a module of its own; this one is not changed.
  ///
  /// See `ExportedProgram.extract(from:to:onWarning:)`, of which this is the part without a signature.
  ///
  /// - Parameter onWarning: is told of inputs that share memory which the piece writes.
  /// - Throws: `extract.unknownNode`, `extract.unreachable`, `extract.noResult`.
  public func extract(
    from starts: [String], to results: [String], onWarning: (Finding) -> Void = { _ in }
  ) throws -> GraphModule {
    let plan = try extractionPlan(from: starts, to: results, passesUnknown: true) { _ in false }
    plan.findings().forEach(onWarning)
    let builder = try ExtractionBuilder(plan, of: self)
    let parts = builder.results.map { $0.parts }
    let values = parts.map { $0.count == 1 ? $0[0] : .tuple($0) }
    builder.module.graph.end.output(values.count == 1 ? values[0] : .tuple(values))
    return builder.module
  }

  /// Plans the piece between nodes that are given by name.
  func extractionPlan(
    from starts: [String], to results: [String], tokens: [Node] = [],
    passesUnknown: Bool = false, isLifted: @escaping (Node) -> Bool
  ) throws -> ExtractionPlan {
    var seen: Set<NodeID> = []
    var nodes: [Node] = []
    for name in results {
      let node = try node(calledByName: name)
      // The output stands for all that it returns.
      let named = node.kind == .output ? node.inputs : [node]
      nodes += named.filter { seen.insert($0.id).inserted }
    }
    return try ExtractionPlan(
      graph, from: starts.map { try node(calledByName: $0) }, to: nodes, tokens: tokens,
      passesUnknown: passesUnknown, isLifted: isLifted)
  }
}
