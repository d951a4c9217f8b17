import FXCore
import FXExport
import FXGraph
import Testing

/// Defects of graphs, calls, regions and values.
@Suite struct VerifierGraphTests {
  private static let nodes = "graph_module.graph.nodes"
  private static let values = "graph_module.graph.tensor_values"
  private static let dynamic = "programs/dynamic-batch.json"
  private static let region = "pairs/single-autocast.post.json"
  private static let switches = "pairs/single-autocast.pre.json"
  private static let relu = "\"relu\": {\"dtype\": 7"

  @Test(arguments: [
    // A value is lost; another is nobody's.
    BrokenProgram(
      dynamic, [("\"linear\": {\"dtype\"", "\"liner\": {\"dtype\"")],
      [
        (.missingValue, "\(nodes)[0]"), (.unclaimedValue, "\(values).liner"),
      ]),
    BrokenProgram(
      dynamic, [("\"x\": {\"dtype\"", "\"xx\": {\"dtype\"")],
      [
        (.missingValue, "graph_module.graph.inputs[2]"), (.unclaimedValue, "\(values).xx"),
      ]),
    BrokenProgram(
      dynamic, [("torch.ops.aten.relu.default", "torch.ops.aten.relu")],
      [
        (.operatorNotAllowed, "\(nodes)[1]")
      ]),
    BrokenProgram(
      dynamic, [("torch.ops.aten.relu.default", "os.system")],
      [
        (.operatorNotAllowed, "\(nodes)[1]")
      ]),
    BrokenProgram(
      dynamic, [("torch.ops.aten.relu.default", "torch.ops.mine.relu.default")],
      [
        (.operatorCustom, "\(nodes)[1]")
      ]),
    BrokenProgram(
      dynamic, [("torch.ops.aten.relu.default", "#mine:relu")],
      [
        (.operatorCustom, "\(nodes)[1]")
      ]),
    BrokenProgram(
      dynamic,
      [
        ("torch.ops.aten.relu.default", "torch.ops.aten.relu_.default"),
        ("[\"TRAINING\"]", "[\"ATEN\"]"),
      ], [(.operatorNotFunctional, "\(nodes)[1]")]),
    // Values.
    BrokenProgram(
      dynamic, [(relu, "\"relu\": {\"dtype\": 0")],
      [
        (.tensorDType, "\(values).relu")
      ]),
    BrokenProgram(
      dynamic,
      [(relu, "\"relu\": {\"dtype\": 5"), ("\"requires_grad\": true", "\"requires_grad\": false")],
      []),
    BrokenProgram(
      dynamic, [("\"p_linear_bias\": {\"dtype\": 7", "\"p_linear_bias\": {\"dtype\": 5")],
      [
        (.tensorGradient, "\(values).p_linear_bias")
      ]),
    BrokenProgram(
      dynamic, [("\"layout\": 7", "\"layout\": 0")],
      [
        (.tensorLayout, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"type\": \"cpu\"", "\"type\": \"c p\"")],
      [
        (.tensorDevice, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"type\": \"cpu\"", "\"type\": \"npu\"")],
      [
        (.tensorDevice, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("L__self__,,programs_shapes", "L__self__,programs_shapes")],
      [
        (.metadataText, "\(nodes)[0].metadata.nn_module_stack")
      ]),
    BrokenProgram(
      dynamic, [("\"metadata\": {", "\"metadata\": {\"source_fn_stack\": \"linear\", ")],
      [
        (.metadataText, "\(nodes)[0].metadata.source_fn_stack")
      ]),
    BrokenProgram(
      dynamic, [("\"metadata\": {", "\"metadata\": {\"custom\": \"{'a': 1}\", ")],
      [
        (.metadataText, "\(nodes)[0].metadata.custom")
      ]),
    BrokenProgram(
      dynamic, [("\"metadata\": {", "\"metadata\": {\"from_node\": \"{}\", ")],
      [
        (.metadataText, "\(nodes)[0].metadata.from_node")
      ]),
    BrokenProgram(
      dynamic, [("\"type\": \"cpu\"", "\"type\": \"\"")],
      [
        (.tensorDevice, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"strides\": [{\"as_int\": 3}, ", "\"strides\": [")],
      [
        (.tensorRank, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"sizes\": [{\"as_int\": 2}", "\"sizes\": [{\"as_int\": -2}")],
      [
        (.tensorNegative, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"storage_offset\": {\"as_int\": 0}", "\"storage_offset\": {\"as_int\": -1}")],
      [
        (.tensorNegative, "\(values).p_linear_weight")
      ]),
    BrokenProgram(
      dynamic, [("\"sizes\": [{\"as_int\": 2}", "\"sizes\": [{\"as_int\": 9223372036854775807}")],
      [(.tensorOverflow, "\(values).p_linear_weight")]),
    BrokenProgram(
      dynamic, [("{\"s77\": {\"min", "{\"s78\": {\"min")],
      [
        (.symbolUnbounded, "\(values).x")
      ]),
    BrokenProgram(
      dynamic, [("\"min_val\": 0, \"max_val\": null", "\"min_val\": 6, \"max_val\": 5")],
      [
        (.symbolHint, "\(values).x"), (.symbolHint, "\(values).linear"),
        (.symbolHint, "\(values).relu"), (.symbolRange, "range_constraints.s77"),
      ]),
    // Regions.
    BrokenProgram(switches, [], [(.regionNotLoadable, "\(nodes)[3]")]),
    BrokenProgram(
      switches, [("\"as_string\": \"cpu\"", "\"as_int\": 1")],
      [
        (.callArgument, "\(nodes)[1]"), (.regionNotLoadable, "\(nodes)[3]"),
      ]),
    BrokenProgram(
      switches,
      [
        (
          "{\"as_tensor\": {\"name\": \"_enter_autocast\"}}",
          "{\"as_tensor\": {\"name\": \"linear\"}}"
        )
      ],
      [
        (.regionNotLoadable, "\(nodes)[3]"), (.regionExit, "\(nodes)[3]"),
        (.regionOpen, "\(nodes)[1]"),
      ]),
    // Higher-order calls.
    BrokenProgram(
      region, [("\"arg\": {\"as_bool\": true}", "\"arg\": {\"as_int\": 1}")],
      [
        (.callArgument, "\(nodes)[1]")
      ]),
    BrokenProgram(
      region,
      [("{\"name\": \"\", \"arg\": {\"as_tensor\": {\"name\": \"linear\"}}, \"kind\": 1}, ", "")],
      [(.callOperands, "\(nodes)[1]")]),
    BrokenProgram(
      "programs/map.json",
      [("\"outputs\": [{\"as_tensor\": {\"name\": \"add\"}}, ", "\"outputs\": [")],
      [(.callResults, "\(nodes)[0]")]),
    BrokenProgram(
      "programs/map.json", [("{\"as_tensors\": [{\"name\": \"y\"}]}", "{\"as_int\": 1}")],
      [
        (.callArgument, "\(nodes)[0]")
      ]),
    BrokenProgram(
      "programs/while-loop.json",
      [
        (
          "{\"as_tensors\": [{\"name\": \"i\"}, {\"name\": \"x\"}]}",
          "{\"as_tensors\": [{\"name\": \"i\"}]}"
        )
      ],
      [
        (.callOperands, "\(nodes)[0]"), (.callOperands, "\(nodes)[0]"),
        (.callResults, "\(nodes)[0]"), (.callResults, "\(nodes)[0]"),
      ]),
    BrokenProgram(
      "programs/scan.json",
      [("\"arg\": {\"as_tensors\": []}", "\"arg\": {\"as_tensors\": [{\"name\": \"rows\"}]}")],
      [(.callOperands, "\(nodes)[0]")]),
    BrokenProgram(
      "pairs/region-in-map.post.json", [("{\"as_bool\": false}", "{\"as_int\": 0}")],
      [(.callArgument, "\(nodes)[0].inputs[0].arg.as_graph.graph.nodes[0]")]),
  ])
  func findsDefect(_ broken: BrokenProgram) throws { try broken.check() }

  @Test func namesSubmoduleOfNestedGraph() throws {
    let broken = BrokenProgram(
      Self.region,
      [
        (
          "torch.ops.aten.linear.default\", \"inputs\": [{\"name\": \"input\", \"arg\": {\"as_tensor\": {\"name\": \"linear\"}}",
          "len\", \"inputs\": [{\"name\": \"input\", \"arg\": {\"as_tensor\": {\"name\": \"linear\"}}"
        )
      ], [])
    let finding = try #require(ProgramVerifier().findings(in: broken.program()).first)
    #expect(finding.code == .operatorNotAllowed)
    #expect(finding.submodule == "submod_1")
    #expect(finding.place.path == "\(Self.nodes)[1].inputs[4].arg.as_graph.graph.nodes[0]")
    #expect(finding.place.node == "linear_1")
  }

  @Test func findsCrossingAndRepeatedExits() throws {
    let graph = Graph()
    let builder = graph.end
    func enter() -> Node {
      let node = builder.callFunction(
        Targets.enterAutocast, [.string("cpu"), .dtype(.bfloat16), true, .none])
      node.value = Value.none
      return node
    }
    let (outer, inner) = (enter(), enter())
    for node in [outer, inner, inner] {
      builder.callFunction(Targets.exitAutocast, [.node(node)]).value = Value.none
    }
    builder.output(.tuple([]))
    let program = ExportedProgram(module: GraphModule(graph), signature: GraphSignature())
    let codes = ProgramVerifier().findings(in: program).map(\.code)
    #expect(codes == [.regionNotLoadable, .regionCrossing, .regionExit])
  }

  @Test func refusesKindsOfNodesThatExportHasNot() throws {
    let graph = Graph()
    let builder = graph.end
    let x = builder.placeholder("x")
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2]))
    let weight = builder.getAttr("weight")
    weight.value = x.value
    let method = builder.callMethod("relu", [.node(x)])
    builder.output(.tuple([.node(method), .node(weight)]))
    let module = GraphModule(graph)
    module["weight"] = .tensor(TensorMeta(dtype: .float32, sizes: [2]), isParameter: true)
    let body = GraphModule(Graph(context: graph.context))
    module["unused"] = .module(body)
    let signature = GraphSignature(
      inputs: [InputSpec(.userInput(.value(.positional)))],
      outputs: [
        OutputSpec(.userOutput(.value(.positional))), OutputSpec(.userOutput(.value(.positional))),
      ])
    let program = ExportedProgram(module: module, signature: signature)
    let findings = ProgramVerifier().findings(in: program)
    #expect(findings.map(\.code) == [.attributeKind, .forbiddenKind, .misplacedOutput])
    #expect(findings.last?.submodule == "unused")
    #expect(findings.last?.place.path == "graph(unused).outputs")
  }

  @Test func refusesCallsWithoutSubgraphs() throws {
    let graph = Graph()
    let builder = graph.end
    for name in ["cond", "while_loop", "invoke_subgraph", "hints_wrapper", "associative_scan"] {
      let call = builder.callFunction("torch.ops.higher_order.\(name)", [true, true, true, [], []])
      call.value = Value.none
    }
    builder.output(.tuple([]))
    let program = ExportedProgram(module: GraphModule(graph), signature: GraphSignature())
    let findings = ProgramVerifier().findings(in: program)
    for index in 0..<5 {
      let own = findings.filter { $0.place.path == "\(Self.nodes)[\(index)]" }
      #expect(own.contains { $0.code == .callSubgraph }, "\(findings)")
    }
  }

  @Test func reportsWhatLintFinds() throws {
    let program = try readProgram("programs/dynamic-batch.json")
    let (linear, relu) = (
      try #require(program.graph.node(named: "linear")),
      try #require(program.graph.node(named: "relu"))
    )
    program.graph.move(linear, after: relu)
    let findings = ProgramVerifier().findings(in: program)
    #expect(findings.map(\.code) == [.useBeforeDefinition])
    #expect(findings.first?.place == SourcePlace(path: "\(Self.nodes)[0]", node: "relu"))
  }

  @Test func asksForOperatorFacts() throws {
    let program = try readProgram("programs/dynamic-batch.json")
    var verifier = ProgramVerifier()
    verifier.operatorCheck = { node in
      node.name == "relu" ? [FXError(.wrongArguments, "it is wrong")] : []
    }
    let finding = try #require(verifier.findings(in: program).first)
    #expect(finding.code == .wrongArguments)
    #expect(finding.place == SourcePlace(path: "\(Self.nodes)[1]", node: "relu"))
    var aten = program
    aten.verifiers = ["ATEN"]
    let mutable = ProgramVerifier(isMutable: { $0 == "torch.ops.aten.linear.default" })
    #expect(mutable.findings(in: aten).map(\.code) == [.operatorNotFunctional])
  }

  @Test func takesResultCountsFromTheSchema() throws {
    let edits = [
      ("\"outputs\": [{\"as_tensor\": {\"name\": \"copy_\"}}]", "\"outputs\": []"),
      ("\"copy_\": {\"dtype\"", "\"copied\": {\"dtype\""),
    ]
    let broken = BrokenProgram("programs/mutations.json", edits, [])
    let program = try broken.program()
    let path = "\(Self.nodes)[2]"
    let without = ProgramVerifier().findings(in: program).filter { $0.isError }
    #expect(without.isEmpty)
    let verifier = ProgramVerifier(returnCount: { _ in 1 })
    let errors = verifier.findings(in: program).filter { $0.isError }
    #expect(errors.map(\.code) == [.missingValue])
    #expect(errors.first?.place.path == path)
  }
}
