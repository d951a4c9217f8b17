import FXCore
import FXGraph
import Testing

/// Edits of graphs; the orders of users are what torch.fx 2.15 has after the same edits.
@Suite struct EditingTests {
  struct Sample {
    let graph = Graph()
    let x: Node, y: Node, a: Node, b: Node, c: Node, d: Node, output: Node

    init() {
      let build = graph.end
      x = build.placeholder("x")
      y = build.placeholder("y")
      a = build.callFunction("_operator.add", [.node(x), .node(x)])
      b = build.callFunction("_operator.mul", [.node(x), .node(a)])
      c = build.callFunction("_operator.sub", [.node(b), .node(x)])
      d = build.callFunction("_operator.neg", [.node(x)])
      output = build.output(.tuple([.node(a), .node(b), .node(c), .node(d)]))
    }

    func users(_ node: Node) -> String { node.users.map(\.name).joined(separator: " ") }
  }

  @Test func keepsUsersInTheOrderOfTorchFX() {
    let s = Sample()
    #expect(s.users(s.x) == "add mul sub neg")
    s.b.replaceInput(s.x, with: s.y)
    #expect([s.users(s.x), s.users(s.y), s.users(s.a)] == ["add sub neg", "mul", "output mul"])
    s.b.replaceInput(s.y, with: s.x)
    #expect([s.users(s.x), s.users(s.y), s.users(s.a)] == ["add sub neg mul", "", "output mul"])
    #expect(s.x.replaceAllUses(with: s.y) == 4)
    #expect(s.y.users.suffix(4).map(\.name) == ["add", "sub", "neg", "mul"])
    #expect(
      [s.users(s.y), s.users(s.a), s.users(s.b)] == ["add sub neg mul", "output mul", "output sub"])
    s.a.args = [.node(s.y), .node(s.x)]
    #expect([s.users(s.y), s.users(s.x)] == ["sub neg mul add", "add"])
    s.y.replaceAllUses(with: s.x) { $0 != s.d }
    #expect([s.users(s.x), s.users(s.y)] == ["sub mul add", "neg"])
    #expect(
      s.graph.listing.hasSuffix(
        """
            %add : [num_users=2] = call_function[target=operator.add](args = (%x, %x), kwargs = {})
            %mul : [num_users=2] = call_function[target=operator.mul](args = (%x, %add), kwargs = {})
            %sub : [num_users=1] = call_function[target=operator.sub](args = (%mul, %x), kwargs = {})
            %neg : [num_users=1] = call_function[target=operator.neg](args = (%y,), kwargs = {})
            return (add, mul, sub, neg)
        """))
    #expect(s.graph.lint().isEmpty)
  }

  /// A node that mentions three others in four places, one of 81 ways, and has a rival for each.
  private struct Mentions {
    let graph = Graph()
    let inputs: [Node]

    init(_ code: Int) {
      let build = graph.end
      let inputs = ["x", "y", "z"].map { build.placeholder($0) }
      self.inputs = inputs
      let places = [1, 3, 9, 27].map { Argument.node(inputs[code / $0 % 3]) }
      let first = inputs.map { build.callFunction("torch.relu", [.node($0)]) }
      let all = build.callFunction(
        "f", [places[0], .list([1, .tuple([places[1]])])],
        kwargs: [
          NamedArgument("k", .slice(start: places[2], stop: .none, step: .none)),
          NamedArgument("l", places[3]),
        ])
      let last = inputs.map { build.callFunction("torch.relu", [.node($0)]) }
      build.output(.list((first + [all] + last).map { .node($0) }))
    }

    /// What `replaceAllUses` does, by setting the arguments anew.
    func setUses(of old: Node, to new: Node) {
      let replaced = { (node: Node) in Argument.node(node == old ? new : node) }
      for user in old.users {
        user.args = user.args.map { $0.mapNodes(replaced) }
        user.kwargs = user.kwargs.map { NamedArgument($0.name, $0.value.mapNodes(replaced)) }
      }
    }

    var state: [String] {
      [graph.listing] + graph.nodes.map { $0.users.map(\.name).joined(separator: " ") }
        + graph.nodes.map { $0.inputs.map(\.name).joined(separator: " ") }
    }
  }

  @Test(arguments: 0..<81) func replacesUsesAsIfArgumentsWereSetAnew(code: Int) {
    for (old, new, third) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
      let (replaced, expected) = (Mentions(code), Mentions(code))
      for (old, new) in [(old, new), (third, old), (new, third), (old, new)] {
        replaced.inputs[old].replaceAllUses(with: replaced.inputs[new])
        expected.setUses(of: expected.inputs[old], to: expected.inputs[new])
        #expect(replaced.state == expected.state)
        #expect(replaced.graph.lint().isEmpty)
      }
    }
  }

  @Test func erasesOnlyUnusedNodes() throws {
    let s = Sample()
    #expect { try s.a.erase() } throws: { ($0 as? FXError)?.code == .hasUsers }
    s.graph.setOutput(.node(s.c))
    try s.d.erase()
    #expect(s.d.isErased)
    #expect(s.graph.count == 6)
    #expect(s.users(s.x) == "add mul sub")
    #expect(s.graph.node(named: "neg") == nil)
    #expect(s.graph.lint().isEmpty)
  }

  @Test func insertsInOrder() {
    let s = Sample()
    let before = s.graph.inserting(before: s.b)
    before.callFunction("torch.relu", [.node(s.a)], name: "first")
    before.callFunction("torch.relu", [.node(s.a)], name: "second")
    let after = s.graph.inserting(after: s.b)
    after.callFunction("torch.relu", [.node(s.b)], name: "third")
    after.callFunction("torch.relu", [.node(s.b)], name: "fourth")
    s.graph.move(s.d, before: s.a)
    #expect(
      s.graph.nodes.map(\.name)
        == ["x", "y", "neg", "add", "first", "second", "mul", "third", "fourth", "sub", "output"])
    #expect(
      s.graph.nodes.reversed().map(\.name).first == "output")
    #expect(s.graph.lint().isEmpty)
  }

  @Test func eliminatesDeadCode() {
    let s = Sample()
    s.graph.setOutput(.node(s.d))
    let kept = s.graph.end.callFunction("torch.ops.aten.add_.Tensor", [.node(s.x), 1])
    s.graph.move(kept, before: s.output)
    #expect(s.graph.eliminateDeadCode { $0 == kept } == 3)
    #expect(s.graph.nodes.map(\.name) == ["x", "y", "neg", "add__tensor", "output"])
    #expect(s.graph.eliminateDeadCode { _ in false } == 1)
  }

  @Test func sortsAndFindsCycles() throws {
    let s = Sample()
    #expect(try !s.graph.sortTopologically())
    s.graph.move(s.a, after: s.c)
    #expect(s.graph.lint().map(\.code).contains(.useBeforeDefinition))
    #expect(try s.graph.sortTopologically())
    #expect(s.graph.lint().isEmpty)
    s.a.args = [.node(s.c), .node(s.x)]
    let before = s.graph.nodes.map(\.name)
    #expect { try s.graph.sortTopologically() } throws: { ($0 as? FXError)?.code == .cycle }
    #expect(s.graph.nodes.map(\.name) == before)
  }

  @Test func copiesIntoItsOwnAndAnotherContext() {
    let s = Sample()
    s.a.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
    s.a.setMetadata([("stack_trace", "File \"a.py\", line 1, in f\n  x")])
    for copy in [s.graph.copy(), s.graph.copy(in: GraphContext())] {
      #expect(copy.listing == s.graph.listing)
      #expect(GraphModule(copy).readable() == GraphModule(s.graph).readable())
      #expect(copy.lint().isEmpty)
      copy.end.callFunction("torch.relu", [], name: "more")
    }
    #expect(s.graph.count == 7)
  }

  @Test func assemblerMovesKeywordsBehindPositionals() {
    let graph = Graph()
    var assembler = GraphAssembler(graph: graph)
    defer { assembler.deallocate() }
    assembler.push(Cell(.none))
    let mark = assembler.mark
    for number in 0..<5 { assembler.push(Cell(.int, Int64(number))) }
    assembler.moveToEnd(above: mark, [true, false, true, false, false])
    assembler.close(.list, above: mark)
    let cells = assembler.takeCells(above: 0)
    let node = graph.end.callFunction("f", [])
    node.graph.storage.pointee.nodes[node.id.rawValue].args = cells
    #expect(node.args == [.none, .list([1, 3, 4, 0, 2])])
  }
}
