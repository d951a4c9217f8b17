import FXKit

/// The editing operations on a graph of calls, in the same sequence as `fx_operations` of
/// `pytorch.py`. The graph is a chain in which each call uses the two results before it.
struct GraphOperations {
  let count: Int

  func run(_ measurement: inout Measurement) throws {
    let graph = measurement.time("build") { build() }
    // Worklists hold ids: handles would be retained and released.
    let calls = graph.nodes.dropLast().dropFirst().map(\.id)
    _ = measurement.time("iterate") { edgeEnds(of: graph) }
    let findings = measurement.time("lint") { graph.lint() }
    guard findings.isEmpty else { throw findings[0] }

    let copy = measurement.time("deep copy") { graph.copy() }
    let apart = measurement.time("deep copy, own context") {
      graph.copy(in: GraphContext())
    }
    try expect(copy.count == graph.count && apart.count == graph.count, "copies lack nodes")

    let inserted = measurement.time("insert") {
      calls.map { call in
        let node = graph[call]
        return graph.inserting(after: node).callFunction(Self.negation, [.node(node)]).id
      }
    }
    measurement.time("replace all uses") {
      for (call, new) in zip(calls, inserted) {
        graph.replaceAllUses(of: graph[call], with: graph[new]) { $0.id != new }
      }
    }
    try expect(graph[inserted[0]].userCount == 2, "the uses were not replaced")
    for (call, new) in zip(calls, inserted) {
      graph.replaceAllUses(of: graph[new], with: graph[call])
    }
    try measurement.time("erase") {
      for new in inserted { try graph.erase(graph[new]) }
    }
    try expect(graph.count == count, "nodes were not erased")

    // The chain is cut off from what is returned, all of it.
    graph.setOutput(.node(graph.placeholders[0]))
    let library = OperatorLibrary(context: graph.context)
    measurement.time("dead code") {
      // torch.fx checks the graph before it looks for dead code.
      _ = graph.lint()
      graph.eliminateDeadCode(isImpure: { library.isImpure($0) })
    }
    try expect(graph.count == 2, "dead code was left")
  }

  private static let addition = "torch.ops.aten.add.Tensor"
  private static let negation = "torch.ops.aten.neg.default"

  private func build() -> Graph {
    let graph = Graph()
    var before = graph.end.placeholder("x")
    var last = before
    for _ in 0..<(count - 2) {
      let call = graph.end.callFunction(Self.addition, [.node(last), .node(before)])
      (before, last) = (last, call)
    }
    graph.end.output(.node(last))
    return graph
  }

  private func edgeEnds(of graph: Graph) -> Int {
    var total = 0
    for node in graph.nodes {
      total += node.userCount
      node.forEachInput { _ in total += 1 }
    }
    return total
  }

  private func expect(_ condition: Bool, _ complaint: String) throws {
    if !condition { throw BenchmarkError(description: complaint) }
  }
}
