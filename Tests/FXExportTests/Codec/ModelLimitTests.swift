import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Programs and documents at the edges of what model JSON can hold.
@Suite struct ModelLimitTests {
  private static func code(_ body: () throws -> Void) -> FXError.Code? {
    do { try body() } catch { return (error as? FXError)?.code }
    return nil
  }

  /// A `getitem` beyond the known results is no part of them, so that it must not be left out.
  @Test(arguments: [2, -1])
  func refusesToDropGetitemsOutOfRange(_ index: Int) throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let tensor = graph.context.values.intern(.tensor(TensorMeta(dtype: .float32, sizes: [2])))
    x.valueID = tensor
    let split = graph.end.callFunction("torch.ops.aten.split.Tensor", [.node(x), 1])
    split.argNames = ["self", "split_size"]
    split.value = .list([tensor, tensor])
    let item = graph.end.callFunction(Targets.getitem, [.node(split), .int(index)])
    item.valueID = tensor
    graph.end.output(.tuple([.node(item)]))
    let program = ExportedProgram(
      module: GraphModule(graph),
      signature: GraphSignature(
        inputs: [InputSpec(.userInput(.value(.positional)))],
        outputs: [OutputSpec(.userOutput(.value(.positional)))]))
    #expect(Self.code { _ = try program.json() } == .notSerializable)
    item.setArg(1, to: 1)
    #expect(Self.code { _ = try program.json() } == nil)
  }

  /// An input of a constant has no name in model JSON, so that nothing can refer to it.
  @Test(arguments: [Value.int(3), .bool(false), .float(1.5), .string("s")])
  func refusesUsedConstants(_ value: Value) throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    x.valueID = graph.context.values.intern(value)
    let sin = graph.end.callFunction("torch.ops.aten.sin.default", [.node(x)])
    sin.argNames = ["self"]
    graph.end.output(.tuple([]))
    let program = ExportedProgram(
      module: GraphModule(graph),
      signature: GraphSignature(inputs: [InputSpec(.userInput(.value(.positional)))]))
    #expect(Self.code { _ = try program.json() } == .notSerializable)
    sin.setArg(0, to: 1)
    #expect(Self.code { _ = try program.json() } == nil)
  }

  @Test func findsThePlaceInChainsOfResults() throws {
    let graph = Graph()
    let part = graph.context.values.intern(.none)
    var node = graph.end.placeholder("x")
    for _ in 0..<100_000 {
      node.value = .tuple([part])
      node = graph.end.callFunction(Targets.getitem, [.node(node), 0])
    }
    graph.end.output(.tuple([.node(node)]))
    let last = node
    let verifier = ProgramVerifier(operatorCheck: {
      $0 == last ? [FXError(.callArgument, "wrong")] : []
    })
    let program = ExportedProgram(module: GraphModule(graph), signature: GraphSignature())
    let findings = verifier.findings(in: program).filter { $0.code == .callArgument }
    #expect(findings.map(\.place.node) == [last.name])
  }

  @Test func boundsUnknownFields() throws {
    let text = String(decoding: try Fixtures.read("programs/annotated.json"), as: UTF8.self)
    for (count, expected) in [(256, nil), (257, FXError.Code.jsonSize)] {
      let fields = (0..<count).map { "\"new_\($0)\": 1" }.joined(separator: ", ")
      let bytes = Array("{\(fields), \(text.dropFirst())".utf8)
      let found = Self.code { _ = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) } }
      #expect(found == expected)
    }
  }

  /// Nesting up to the limit is read; the place of an error in it is found in linear time.
  @Test func namesPlacesInDeepValues() throws {
    let depth = 900
    let padding = String(repeating: "0, ", count: 10_000)
    let deep = String(repeating: "[", count: depth) + padding + "!"
    let bytes = Array("{\"graph_module\": {\"later\": \(deep)".utf8)
    #expect {
      try bytes.withUnsafeBytes { _ = try ExportedProgram(json: $0) }
    } throws: { error in
      let place = (error as? FXError)?.place
      let path = "graph_module.later" + String(repeating: "[0]", count: depth - 1) + "[10000]"
      return place?.path == path
    }
  }

  @Test(arguments: [3, 15, 16, 17, 40])
  func refusesRepeatedMetadata(_ count: Int) throws {
    let text = String(decoding: try Fixtures.read("programs/annotated.json"), as: UTF8.self)
    let marker = "\"metadata\": {"
    for (last, expected) in [("new", nil), ("key_0", FXError.Code.jsonDuplicateKey)] {
      let keys = (0..<count).map { "\"key_\($0)\": \"\", " }.joined() + "\"\(last)\": \"\", "
      let bytes = Array(text.replacing(marker, with: marker + keys, maxReplacements: 1).utf8)
      let found = Self.code { _ = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) } }
      #expect(found == expected)
    }
  }

  /// torch.fx has positional arguments first; a file may have them in any order.
  @Test func putsKeywordsBehindPositionals() throws {
    let text = String(decoding: try Fixtures.read("zoo/lstm.export.json"), as: UTF8.self)
    let edited = text.replacing("\"kind\": 1}, {", with: "\"kind\": 2}, {", maxReplacements: 1)
    func firstCall(_ text: String) throws -> Node {
      let program = try Array(text.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
      return try #require(
        program.graph.nodes.first {
          $0.kind == .callFunction && $0.argCount + $0.kwargs.count > 1
        })
    }
    let before = try firstCall(text)
    let after = try firstCall(edited)
    #expect(before.argNames.count >= 2)
    #expect(after.argNames == Array(before.argNames.dropFirst()))
    #expect(after.kwargs.map(\.name) == [before.argNames[0]])
  }
}
