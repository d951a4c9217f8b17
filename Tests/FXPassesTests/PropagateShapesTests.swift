import FXCore
import FXExport
import FXGraph
import FXPasses
import FXTestSupport
import Testing

/// Shapes that follow from operators, against those that PyTorch wrote.
struct PropagateShapesTests {
  static let models = Fixtures.models(in: ["pairs", "programs", "prints", "zoo"])

  /// Programs whose switches were called by hand and did nothing while they were traced: they say
  /// float32 of products that give bfloat16 when PyTorch runs them.
  private static let tracedWithoutAutocast = [
    "autocast-defaults", "autocast-in-cond-branch", "interleaved", "interleaved-the-other-way",
  ]

  @Test func fixturesAreThere() { #expect(Self.models.count >= 399) }

  @Test(arguments: models) func fixturesHaveTheShapesOfTheirOperators(_ name: String) throws {
    let bytes = try Fixtures.read(name)
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let propagation = ShapePropagation(program.module, ranges: program.symbolRanges)
    try propagation.run()
    if Self.tracedWithoutAutocast.contains(where: { name.hasPrefix("pairs/\($0).") }) {
      let first = try #require(propagation.contradictions.first)
      #expect(first.known.hasPrefix("float32") && first.computed.hasPrefix("bfloat16"))
    } else {
      #expect(propagation.contradictions.isEmpty, "\(propagation.contradictions.first as Any)")
    }
    #expect(propagation.filledCount == 0)
  }

  @Test func wrongShapesAreFoundAndCorrected() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
    let y = graph.end.callFunction("torch.ops.aten.permute.default", [.node(x), [1, 0]])
    y.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
    let z = graph.end.callFunction("torch.ops.aten.unsqueeze.default", [.node(y), 0])
    graph.end.output(.tuple([.node(z)]))
    let propagation = ShapePropagation(GraphModule(graph))
    try propagation.run()
    #expect(propagation.contradictions.map(\.node) == [y.name])
    #expect(propagation.filledCount == 1)
    #expect(y.value?.tensor?.sizes == [3, 2])
    #expect(y.value?.tensor?.strides == [1, 3])
    #expect(z.value?.tensor?.sizes == [1, 3, 2])
  }

  @Test func sizesStaySymbolic() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let size = SymInt.expr(SymExpr("Symbol('s0', positive=True, integer=True)", hint: .int(4)))
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [size, 6], strides: [6, 1]))
    let y = graph.end.callFunction("torch.ops.aten.view.default", [.node(x), [-1, 3]])
    let z = graph.end.callFunction("torch.ops.aten.cat.default", [[.node(y), .node(y)], 0])
    graph.end.output(.tuple([.node(z)]))
    let propagation = ShapePropagation(GraphModule(graph))
    try propagation.run()
    #expect(propagation.unknown.isEmpty)
    guard case .expr(let rows)? = z.value?.tensor?.sizes.first else {
      Issue.record("the size is no expression")
      return
    }
    #expect(try rows.expression().canonical().description == "4*s0")
    #expect(rows.hint == .int(16))
  }

  @Test func theCheckFailsWhereArgumentsDoNotFit() throws {
    _ = try expectFailure(.operatorDomain, "view", [[3, 3]], .float32, [3, 3])
  }

  @Test func theCheckFailsAtTheNode() throws {
    let node = try expectFailure(.shapeContradiction, "alias", [], .float16, [2, 4])
    #expect(node.value?.tensor?.dtype == .float16)
  }

  /// Expects that the check fails at a call of an operator on `f32[2, 4]` whose value is said to be
  /// of a dtype and sizes.
  private func expectFailure(
    _ code: FXError.Code, _ name: String, _ arguments: [Argument], _ dtype: ScalarType,
    _ sizes: [SymInt]
  ) throws -> Node {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 4]))
    let y = graph.end.callFunction("torch.ops.aten.\(name).default", [.node(x)] + arguments)
    y.value = .tensor(TensorMeta(dtype: dtype, sizes: sizes))
    graph.end.output(.node(y))
    var pipeline = try PassPipeline("propagate-shapes=check")
    pipeline.verifiesEach = false
    #expect {
      try pipeline.run(on: GraphModule(graph))
    } throws: { error in
      let known = error as? FXError
      return known?.code == code && known?.place.node == y.name
    }
    return y
  }
}
