import FXCore
import FXGraph
import Testing

@Suite struct LintTests {
  private func codes(_ build: (Graph) -> Void) -> [FXError.Code] {
    let graph = Graph()
    build(graph)
    return graph.lint().map(\.code)
  }

  @Test func findsMisplacedNodes() {
    #expect(
      codes {
        let x = $0.end.placeholder("x")
        let y = $0.end.callFunction("torch.relu", [.node(x)])
        $0.end.placeholder("late")
        $0.end.output(.node(y))
        $0.end.callFunction("torch.relu", [.node(x)])
      } == [.misplacedPlaceholder, .misplacedOutput])
  }

  @Test func findsWrongArguments() {
    #expect(codes { $0.end.makeNode(.getAttr, target: "w", args: [1]) } == [.wrongArguments])
    #expect(codes { $0.end.makeNode(.callMethod, target: "relu") } == [.wrongArguments])
    #expect(codes { $0.end.makeNode(.output, target: "output") } == [.wrongArguments])
    #expect(
      codes { $0.end.makeNode(.placeholder, target: "x", args: [1, 2]) } == [.wrongArguments])
  }

  @Test func findsMissingMembers() {
    let graph = Graph()
    graph.end.getAttr("w")
    graph.end.callModule("w", name: "called")
    graph.end.callModule("gone")
    let module = GraphModule(graph)
    module["w"] = .tensor(TensorMeta(dtype: .float32, sizes: [1]), isParameter: true)
    let errors = graph.lint()
    #expect(errors.map(\.code) == [.notAModule, .missingAttribute])
    #expect(errors.map(\.place.node) == ["called", "gone"])
    #expect { try graph.check() } throws: { ($0 as? FXError)?.code == .notAModule }
  }

  @Test func findsEdgesThatDisagreeWithArguments() {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let node = graph.end.callFunction("f", [1, .node(x)])
    let mentions = graph.storage.pointee.mentions
    mentions[0] -= 1
    #expect(graph.lint().map(\.code) == [.usersMismatch])
    mentions[0] += 1
    #expect(graph.lint().isEmpty)
    graph.storage.pointee.nodes[node.id.rawValue].args.count = 1
    #expect(graph.lint().map(\.code) == [.usersMismatch])
    #expect(graph.lint().map(\.place.node) == ["f"])
  }

  @Test func findsEmptyTargets() {
    #expect(codes { $0.end.makeNode(.callFunction, target: "", name: "f") } == [.emptyName])
  }

  @Test func deletesUnusedSubmodules() {
    let graph = Graph()
    let module = GraphModule(graph)
    let leaf = Module(className: "torch.nn.Linear")
    #expect(module.add(.module(leaf), at: "layers.0"))
    #expect(module.add(.module(Module()), at: "layers.1"))
    #expect(module.add(.module(GraphModule(Graph(context: graph.context))), at: "unused"))
    leaf["weight"] = .tensor(TensorMeta(dtype: .float32, sizes: [1]), isParameter: true)
    #expect(!module.add(.object("1"), at: "layers.0.weight.more"))
    graph.end.callModule("layers.0", [.node(graph.end.placeholder("x"))])
    #expect(Set(module.deleteAllUnusedSubmodules()) == ["layers.1", "unused"])
    #expect(module.freeMemberName("layers") == "layers_1")
  }
}
