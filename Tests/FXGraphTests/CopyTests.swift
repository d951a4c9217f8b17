import FXCore
import FXGraph
import Testing

@Suite struct CopyTests {
  @Test func appendsNodesOfAnotherGraph() throws {
    let source = Graph()
    let x = source.end.placeholder("x")
    let a = source.end.callFunction("_operator.neg", [.node(x)])
    source.end.output(.tuple([.node(a), .node(x), 1]))
    let target = Graph()
    let y = target.end.placeholder("y")
    var mapping = [x.id: y]
    let result = try target.appendNodes(of: source, mapping: &mapping)
    let copy = try #require(mapping[a.id])
    #expect(result == .tuple([.node(copy), .node(y), 1]))
    #expect(copy.inputs == [y])
    #expect(target.nodes.map(\.name) == ["y", "neg"])
    #expect(target.lint().isEmpty)
  }

  @Test func refusesNodesOutOfOrder() {
    let source = Graph()
    let x = source.end.placeholder("x")
    let a = source.end.callFunction("_operator.neg", [.node(x)])
    let b = source.end.callFunction("_operator.neg", [.node(a)])
    source.move(b, before: a)
    var mapping: [NodeID: Node] = [:]
    let target = Graph()
    #expect {
      try target.appendNodes(of: source, mapping: &mapping)
    } throws: {
      ($0 as? FXError)?.code == .useBeforeDefinition && ($0 as? FXError)?.place.node == b.name
    }
  }

  @Test func longPathsMakeNoDeepTree() {
    let module = Module()
    let path = Array(repeating: "a", count: 200_000).joined(separator: ".")
    #expect(module.add(.object("o"), at: path))
    guard case .object("o")? = module.member(at: path) else {
      Issue.record("the member is not found again")
      return
    }
    #expect(module.memberPaths.count < 200)
    #expect(module.remove(at: path))
  }
}
