import FXCore
import FXGraph
import Testing

@Suite struct TextFormTests {
  static let sample = """
    fx 1

    module @main {
      %x = placeholder : f32[2, 3]
      %scale = placeholder factor(2.0) -> float
      %n = placeholder : sym_int s77~4
      %w = get_attr "layers.0 weight" : bf16[s77, "Add(Symbol('u0', integer=True), Integer(1))"]\
    {requires_grad, device="cuda:1", strides=[s77, 1], offset=3}
      %body = get_attr submod_1
      %wrap = call_function torch.ops.higher_order.wrap(True, ?: %body, name: %x) : (f32[2], ?)
      %add = call_function torch.ops.aten.add.Tensor(self: %x, other: 1, alpha=2) : f32[2, 3] !0
      %"odd name" = call_method foo(%add, ..., slice(None, %n, -1), {a: [1, 2], "b c": (%x,)})
      %m = call_module layers.0([] as_ints, [None, %x], [1, %n], k=inf, j=complex(-0.0, 1.5)) !0 \
    with {future: "{\\"a\\": 1}"}
      %c = call_function _operator.add(torch.float32, torch.strided, torch.channels_last, \
    dtype(unknown), device("cuda:1"), object(cell, __torch__.Cell), opaque("<x>"), \
    @torch.ops.aten.add.Tensor, "a\\n\\"b\\" \\u0001ü😀", ()) : object cell __torch__.Cell !1
      output (%add, None, %m as_optional_tensor)
      unclaimed old : f32[]
      leaf @layers torch.nn.Sequential {
        leaf @"0" torch.nn.Linear {
          parameter @weight : f32[2, 3]{requires_grad}
          object @bias "None"
        }
      }

      module @submod_1 my.Graph {
        meta {a: "1"}
        extra {later: "null"}
        %x = placeholder
        output %x
      }
    }

    signature {
      inputs: [x, "a b", 1, -2.5],
      nested: {kind: user_input, deep: [1, [2]]},
    }

    !0 = {stack_trace: "File \\"a.py\\", line 1, in f\\n  x", torch_fn: "add"}
    !1 = {stack_trace: "other"}

    """

  @Test func readsAndWritesTheSame() throws {
    let document = try TextDocument(parsing: Self.sample)
    let again = document.text()
    let second = try TextDocument(parsing: again)
    #expect(second.text() == again)
    #expect(second.sections == document.sections)
    #expect(second.module.graph.listing == document.module.graph.listing)
    for line in Self.sample.split(separator: "\n") where !line.hasPrefix("  nested") {
      #expect(again.contains(line), "\(line)")
    }
  }

  @Test func readsEveryPart() throws {
    let document = try TextDocument(parsing: Self.sample)
    let module = document.module
    let graph = module.graph
    #expect(graph.lint().map(\.code) == [.missingAttribute])
    let add = try #require(graph.node(named: "add"))
    #expect(add.argNames == ["self", "other"])
    #expect(add.metadata.map(\.key) == ["stack_trace", "torch_fn"])
    #expect(add.kwargs == [NamedArgument("alpha", 2)])
    let wrap = try #require(graph.node(named: "wrap"))
    #expect(wrap.argNames == ["", nil, "name"])
    let w = try #require(graph.node(named: "w")?.value?.tensor)
    #expect(w.requiresGrad && w.device == Device(type: "cuda", index: 1) && w.storageOffset == 3)
    #expect(w.sizes[0] == .expr(SymExpr("Symbol('s77', positive=True, integer=True)")))
    let n = try #require(graph.node(named: "n")?.value)
    #expect(
      n == .symInt(.expr(SymExpr("Symbol('s77', positive=True, integer=True)", hint: .int(4)))))
    let m = try #require(graph.node(named: "m"))
    #expect(m.arg(0) == .list([], as: .asInts))
    #expect(graph.unknownNodeFields[m.id] == [RawField(key: "future", json: "{\"a\": 1}")])
    #expect(m.metadataID == add.metadataID)
    let c = try #require(graph.node(named: "c"))
    #expect(c.arg(8) == "a\n\"b\" \u{1}ü😀")
    #expect(graph.unclaimedValues.map(\.name) == ["old"])
    #expect(module.graphModule(at: "submod_1")?.className == "my.Graph")
    #expect(module.graphModule(at: "submod_1")?.graph.unknownFields.count == 1)
    guard case .tensor(_, isParameter: true)? = module.member(at: "layers.0.weight") else {
      Issue.record("the parameter is missing")
      return
    }
    let signature = try #require(document.sections.first)
    #expect(signature["inputs"]?.elements == [.word("x"), .string("a b"), .int(1), .float(-2.5)])
    #expect(signature["nested"]?["kind"]?.word == "user_input")
    #expect(signature.line > 30)
  }

  @Test func leavesPartsOut() throws {
    let document = try TextDocument(parsing: Self.sample)
    let text = document.text(TextOptions(includesMetadata: false, includesValues: false))
    #expect(!text.contains("stack_trace") && !text.contains("bf16"))
    #expect(try TextDocument(parsing: text).module.graph.count == document.module.graph.count)
  }

  static let errors: [(String, FXError.Code, Int, Int)] = [
    ("", .textSyntax, 1, 1),
    ("fx 2", .textVersion, 1, 4),
    ("fx 1", .textSyntax, 1, 5),
    ("fx 1\nmodule @m {", .textSyntax, 2, 12),
    ("fx 1\nmodule @m {\n  %x = nothing\n}", .textSyntax, 3, 8),
    ("fx 1\nmodule @m {\n  output %y\n}", .textUndefined, 3, 11),
    ("fx 1\nmodule @m {\n  %x = placeholder\n  %x = placeholder\n}", .textDuplicate, 4, 3),
    ("fx 1\nmodule @m {\n  %x = placeholder !3\n}", .textUndefined, 3, 20),
    ("fx 1\nmodule @m {\n  output 99999999999999999999\n}", .textValue, 3, 10),
    ("fx 1\nmodule @m {\n  output \"\\q\"\n}", .textValue, 3, 10),
    ("fx 1\nmodule @m {\n  output \"abc\n}", .textSyntax, 3, 10),
    ("fx 1\nmodule @m {\n  %f = call_function g(a=1, 2)\n}", .textSyntax, 3, 29),
    ("fx 1\nmodule @m {\n  object @a \"1\"\n  object @a \"2\"\n}", .textDuplicate, 4, 10),
    ("fx 1\nmodule @m {\n  tensor @a : int 2\n}", .textValue, 3, 15),
    ("fx 1\nmodule @m {}\nmodule @n {}", .textDuplicate, 3, 1),
    ("fx 1\nmodule @m {}\n!0 = {}\n!0 = {}", .textDuplicate, 4, 2),
    ("fx 1\nmodule @m {\n  output device(\"cuda:x\")\n}", .textValue, 3, 17),
    ("fx 1\nmodule @m {\n  %f = call_function g(a=1, a=2)\n}", .textDuplicate, 3, 29),
    ("fx 1\nmodule @m {\n  meta {a: \"\"}\n  meta {a: \"\"}\n}", .textDuplicate, 4, 3),
    ("fx 1\nmodule @m {\n  output {a: 1, a: 2}\n}", .textDuplicate, 3, 17),
    ("fx 1\nmodule @m {\n  output 1 !{a: \"\", a: \"\"}\n}", .textDuplicate, 3, 21),
  ]

  @Test(arguments: errors)
  func tellsWhereItFails(text: String, code: FXError.Code, line: Int, column: Int) {
    let error = #expect(throws: FXError.self) { try TextDocument(parsing: text) }
    #expect(error?.code == code)
    #expect(error?.place.line == line)
    #expect(error?.place.column == column)
  }

  /// Types that `cuda:0` would be confused with: files may hold them, whatever PyTorch makes of it.
  @Test(arguments: [
    Device(type: ""), Device(type: "a:b"), Device(type: "cuda:1"), Device(type: ":", index: -2),
    Device(type: "cuda", index: 1),
  ])
  func oddDevicesComeBack(_ device: Device) throws {
    let graph = Graph()
    let node = graph.end.callFunction("f", [.device(device)])
    node.valueID = graph.context.values.intern(
      .tensor(TensorMeta(dtype: .float32, sizes: [], device: device)))
    let text = GraphModule(graph).text()
    let again = Array(try TextDocument(parsing: text).module.graph.nodes)
    #expect(again.first?.arg(0) == .device(device))
    #expect(again.first?.value?.tensor?.device == device)
  }

  @Test(arguments: ["[", "(", "{a: ", "slice(1, "])
  func limitsDepth(opening: String) {
    let text = "fx 1\nmodule @m {\n  output " + String(repeating: opening, count: 100_000)
    let error = #expect(throws: FXError.self) { try TextDocument(parsing: text) }
    #expect(error?.code == .textDepth)
    let section = "fx 1\ns { a: " + String(repeating: "[", count: 100_000)
    let second = #expect(throws: FXError.self) { try TextDocument(parsing: section) }
    #expect(second?.code == .textDepth)
  }

  /// Any damage gives an error or a document, and a document can be written.
  @Test func survivesDamage() {
    let bytes = Array(Self.sample.utf8)
    for end in bytes.indices { parse(Array(bytes[..<end])) }
    var seed: UInt32 = 1
    for index in bytes.indices {
      var copy = bytes
      seed = seed &* 1_664_525 &+ 1_013_904_223
      copy[index] = UInt8(truncatingIfNeeded: seed >> 16)
      parse(copy)
      copy.remove(at: index)
      parse(copy)
    }
  }

  private func parse(_ bytes: [UInt8]) {
    do {
      let document = try TextDocument(parsing: bytes)
      #expect(document.text().utf8.count > 4)
    } catch {
      #expect(error.code.rawValue.hasPrefix("text."))
      #expect(error.place.line != nil)
    }
  }
}
