import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXExport

/// FX JSON keeps whatever it is given.
@Suite struct FXJSONRoundTripTests {
  private static let models = ["pairs", "programs", "prints", "zoo"].flatMap { folder in
    Fixtures.list(folder)
      .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".states.json") }
      .map { "\(folder)/\($0)" }
  }

  private static let traced = Fixtures.list("traced").filter { $0.hasSuffix(".fx.json") }

  @Test func findsFixtures() {
    #expect(Self.models.count > 300)
    #expect(Self.traced.count >= 8)
  }

  /// `convert a.json a.fx.json`, `convert a.fx.json b.json`: `b.json` is `a.json`.
  @Test(arguments: models) func programComesBack(name: String) throws {
    let original = try Fixtures.read(name)
    let program = try original.withUnsafeBytes { try ExportedProgram(json: $0) }
    let document = try write(.program(program))
    guard case .program(let copy) = try read(document) else {
      Issue.record("the program became a module")
      return
    }
    #expect(try copy.json() == original)
    #expect(try write(.program(copy)) == document)
  }

  /// What `tools/fxjson.py` wrote is written with the same bytes.
  @Test(arguments: traced) func tracedModuleComesBack(name: String) throws {
    let original = try Fixtures.read("traced/\(name)")
    let content = try read(original)
    guard case .module(let module) = content else {
      Issue.record("the module became a program")
      return
    }
    module.forEachGraphModule { path, inner in #expect(inner.graph.lint() == [], "\(path)") }
    #expect(try write(content) == original)
  }

  @Test func everyArgumentComesBack() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x", default: Argument.none)
    let arguments: [Argument] = [
      .none, .bool(false), .int(.min), .float(1), .float(-0.0), .float(1e16), .float(.infinity),
      .complex(real: 1.5, imaginary: -.infinity), .string("\u{7F}é😀\""), .dtype(.bfloat16),
      .dtype(.unknown), .layout(.mkldnn), .memoryFormat(.channelsLast3d), .device(.cpu),
      .device(Device(type: "cuda", index: 1)), .device(Device(type: "odd:name")),
      .device(Device(type: "odd:3")), .node(x), .function("torch.ops.aten.add.Tensor"),
      .list([]), .list([], as: .asInts), .list([1, 2], as: .asInts),
      .list([1, 2], as: .asSymInts), .list([.node(x), .none], as: .asOptionalTensors),
      .list([.node(x)], as: .asOptionalTensors), .list([.tuple([1])], as: .asIntLists),
      .tuple([]), .tuple([.list([.tuple([.node(x)])])]), .dict([]),
      .dict([.init(key: "", value: .dict([.init(key: "as", value: 1)]))]),
      .slice(start: .none, stop: .node(x), step: 2), .ellipsis,
      .customObject(name: "o", className: "C"), .opaque("<object at 0x1>"),
    ]
    let call = graph.end.callMethod(
      "m", [.node(x)] + arguments,
      kwargs: arguments.enumerated().map { NamedArgument("k\($0)", $1) })
    call.type = "List[torch.Tensor]"
    call.setMetadata([("stack_trace", "line\n"), ("custom", "{}")])
    var names = [String?](repeating: nil, count: call.argCount)
    names[1] = ""
    names[2] = "other"
    call.argNames = names
    graph.end.output(.dict([.init(key: "y", value: .node(call))]))
    let copy = try roundTrip(GraphModule(graph, className: "Odd"))
    let copied = try #require(copy.graph.node(named: call.name))
    #expect(copy.className == "Odd")
    #expect(copied.kind == .callMethod)
    #expect(copied.type == call.type)
    #expect(copied.metadata.map(\.key) == ["stack_trace", "custom"])
    #expect(copied.argNames == names)
    let described = { (node: Node) in node.args.map(Self.describe) }
    #expect(described(copied) == described(call))
    #expect(copied.kwargs.map(\.value).map(Self.describe) == arguments.map(Self.describe))
  }

  @Test func everyValueComesBack() throws {
    let graph = Graph()
    let tensor = Value.tensor(
      TensorMeta(
        dtype: .float8E8M0FNU, sizes: [2, .expr(SymExpr("Symbol('s0')", hint: .int(3)))],
        requiresGrad: true, device: Device(type: "cuda", index: 0), strides: [1, 2],
        storageOffset: 4, layout: .sparseCoo))
    let values: [Value] = [
      .none, tensor, .symInt(4), .symFloat(.expr(SymExpr("x", hint: .float(0.5)))),
      .symBool(.expr(SymExpr("b", hint: .bool(true)))), .bool(true), .int(-1), .float(-.infinity),
      .string("s"), .customObject(name: "n", className: "C"), .list([]),
      .tuple([graph.context.values.intern(.list([.unknown])), graph.context.values.intern(tensor)]),
    ]
    for value in values { graph.end.placeholder("p").value = value }
    let source = GraphModule(graph)
    let copy = try roundTrip(source)
    #expect(
      copy.graph.nodes.map { Self.describe($0.value, copy.context) }
        == values.map { Self.describe($0, source.context) })
  }

  @Test func modulesComeBack() throws {
    let context = GraphContext()
    let inner = GraphModule(Graph(context: context), className: "Inner")
    inner.graph.end.output(.none)
    let outer = GraphModule(Graph(context: context))
    outer.metadata = [("note", "é")]
    outer.graph.unknownFields = [RawField(key: "later", json: "[1, {}]")]
    outer.graph.unclaimedValues = [("lost", context.values.intern(.symInt(3)))]
    let node = outer.graph.end.callModule("layers.0", [], name: "call")
    outer.graph.unknownNodeFields[node.id] = [RawField(key: "op", json: "null")]
    outer["empty"] = .module(Module())
    outer["layers"] = .module(Module(className: "torch.nn.modules.container.Sequential"))
    outer.add(.module(inner), at: "layers.0")
    outer.add(.tensor(TensorMeta(dtype: .int64, sizes: [2]), isParameter: true), at: "layers.w")
    outer.add(.tensor(TensorMeta(dtype: .bool, sizes: []), isParameter: false), at: "layers.b")
    outer["config"] = .object("Config(a=1)")
    let copy = try roundTrip(outer)
    #expect(copy.memberPaths == outer.memberPaths)
    #expect(copy.metadata.map(\.text) == ["é"])
    #expect(copy.graph.unknownFields == outer.graph.unknownFields)
    #expect(copy.graph.unclaimedValues.map(\.name) == ["lost"])
    #expect(copy.graphModule(at: "layers.0")?.className == "Inner")
    guard case .tensor(_, isParameter: true)? = copy.member(at: "layers.w"),
      case .object("Config(a=1)")? = copy["config"]
    else {
      Issue.record("members changed")
      return
    }
  }

  /// Fields may stand in any order, as in what other tools write.
  @Test func orderOfFieldsDoesNotMatter() throws {
    let text = """
      {"module": {"members": {"m": {"parameter": false, "tensor": {"layout": 7, "dtype": 7,
      "sizes": [], "requires_grad": false, "device": {"type": "cpu"}, "strides": [],
      "storage_offset": {"as_int": 0}}}},
      "graph": {"nodes": [{"args": [], "target": "x", "op": "placeholder", "name": "x"},
      {"arg_names": [null], "args": [{"as": "as_ints", "list": [1e0]}], "name": "o",
      "op": "output", "target": "output"}]}, "class": "G"}, "version": 1,
      "format": "fx-graph-module"}
      """
    let written = try write(try read(Array(text.utf8)))
    #expect(try write(try read(written)) == written)
  }

  // MARK: -

  private func roundTrip(_ module: GraphModule) throws -> GraphModule {
    let document = try write(.module(module))
    #expect(document.withUnsafeBytes { DocumentForm(content: $0) } == .fxJSON)
    let copy = try read(document)
    #expect(try write(copy) == document)
    guard case .module(let result) = copy else { throw FXError(.unsuitableForm, "no module") }
    return result
  }

  private func read(_ bytes: [UInt8]) throws -> Document.Content {
    try bytes.withUnsafeBytes { try FXJSONDocument.read($0) }
  }

  private func write(_ content: Document.Content) throws -> [UInt8] {
    var sink = ByteSink()
    try FXJSONDocument.write(content, to: &sink)
    return Array(sink.bytes)
  }

  /// Spells an argument without its graph. The tag that model JSON would give a list by itself is
  /// not kept; of the lists above those have other tags that are short or of symbolic integers.
  private static func describe(_ argument: Argument) -> String {
    switch argument {
    case .node(let node): "%\(node.name)"
    case .list(let parts, let tag):
      "[\(parts.map(describe).joined(separator: ","))]"
        + (tag == .asSymInts || parts.count < 2 && tag != .asIntLists ? tag.name : "")
    case .tuple(let parts): "(\(parts.map(describe).joined(separator: ",")))"
    case .dict(let entries): "{\(entries.map { "\($0.key):\(describe($0.value))" })}"
    case .slice(let start, let stop, let step):
      "\(describe(start)):\(describe(stop)):\(describe(step))"
    default: "\(argument)"
    }
  }

  private static func describe(_ value: Value?, _ context: GraphContext) -> String {
    guard let parts = value?.elements else { return "\(String(describing: value))" }
    return "\(parts.map { describe(context.values[$0], context) })"
  }
}
