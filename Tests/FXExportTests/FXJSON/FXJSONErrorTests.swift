import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXExport

/// What is wrong with a document, and where.
@Suite struct FXJSONErrorTests {
  private static let small = """
    {"format": "fx-graph-module", "version": 1,
    "module": {"class": "M", "graph": {"nodes": [
    {"op": "placeholder", "name": "x", "target": "x", "val": {"tuple": [{"sym_int": {"as_int": 2}}, 1.5]}},
    {"op": "call_module", "name": "l", "target": "l", "args": [{"node": "x"}, [1, {"tuple": [null]}], {"slice": [1, null, {"node": "x"}]}, {"device": "cuda:1"}], "kwargs": {"k": {"complex": [1.0, "NaN"]}}, "type": "T", "meta": {"stack_trace": "\\u00e9"}},
    {"op": "output", "name": "output", "target": "output", "args": [{"dict": {"y": {"node": "l"}}}]}
    ]}, "members": {
    "l": {"module": {"class": "torch.nn.modules.linear.Linear"}},
    "w": {"tensor": {"dtype": 7, "sizes": [{"as_int": 2}], "requires_grad": true, "device": {"type": "cpu", "index": null}, "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}, "layout": 7}, "parameter": true}
    }}}

    """

  struct Fault: CustomTestStringConvertible {
    let old: String
    let new: String
    let code: FXError.Code
    let path: String
    var testDescription: String { "\(old) → \(new)" }

    init(_ old: String, _ new: String, _ code: FXError.Code, _ path: String) {
      (self.old, self.new, self.code, self.path) = (old, new, code, path)
    }
  }

  private static let nodes = "module.graph.nodes"
  private static let faults = [
    Fault("\"fx-graph-module\"", "\"other\"", .notFXJSON, "format"),
    Fault("\"format\": \"fx-graph-module\", ", "", .notFXJSON, ""),
    Fault("\"version\": 1", "\"version\": 2", .fxJSONVersion, "version"),
    Fault(", \"version\": 1", "", .jsonMissingField, ""),
    Fault("\"module\":", "\"modul\":", .unknownField, ""),
    Fault("\"class\": \"M\", ", "", .jsonMissingField, "module"),
    Fault("\"class\": \"M\"", "\"class\": \"M\", \"meta\": {}", .unknownField, "module"),
    Fault("\"nodes\":", "\"node\":", .unknownField, "module.graph"),
    Fault("\"op\": \"output\"", "\"op\": \"outputs\"", .unknownEnumValue, "\(nodes)[2].op"),
    Fault("\"name\": \"l\"", "\"name\": \"x\"", .duplicateName, "\(nodes)[1]"),
    Fault("\"name\": \"l\"", "\"name\": \"\"", .emptyName, "\(nodes)[1]"),
    Fault("\"name\": \"l\", ", "", .jsonMissingField, "\(nodes)[1]"),
    Fault("\"type\": \"T\"", "\"types\": \"T\"", .unknownField, "\(nodes)[1]"),
    Fault("\"type\": \"T\"", "\"type\": 1", .jsonKind, "\(nodes)[1].type"),
    Fault("\"type\": \"T\"", "\"name\": \"T\"", .jsonDuplicateKey, "\(nodes)[1]"),
    Fault("\"type\": \"T\"", "\"arg_names\": [null]", .wrongArguments, "\(nodes)[1]"),
    Fault(
      "[{\"node\": \"x\"}, ", "[{\"node\": \"l\"}, ", .undefinedName, "\(nodes)[1].args[0].node"),
    Fault("{\"tuple\": [null]}", "{\"set\": [null]}", .unknownTag, "\(nodes)[1].args[1][1]"),
    Fault("{\"tuple\": [null]}", "{}", .malformedUnion, "\(nodes)[1].args[1][1]"),
    Fault(
      "{\"tuple\": [null]}", "{\"tuple\": [], \"list\": []}", .malformedUnion,
      "\(nodes)[1].args[1][1]"),
    Fault(
      "{\"tuple\": [null]}", "{\"tuple\": [], \"as\": \"as_ints\"}", .malformedUnion,
      "\(nodes)[1].args[1][1]"),
    Fault(
      "{\"tuple\": [null]}", "{\"list\": [], \"as\": \"as_int\"}", .malformedUnion,
      "\(nodes)[1].args[1][1]"),
    Fault("[1, null, ", "[1, ", .wrongArguments, "\(nodes)[1].args[2].slice"),
    Fault("cuda:1", "cuda:x", .unknownEnumValue, "\(nodes)[1].args[3].device"),
    Fault("[1.0, \"NaN\"]", "[1.0]", .wrongArguments, "\(nodes)[1].kwargs.k.complex"),
    Fault("\"k\": ", "\"k\": 1, \"k\": ", .jsonDuplicateKey, "\(nodes)[1].kwargs"),
    Fault("{\"sym_int\": ", "{\"sym\": ", .unknownTag, "\(nodes)[0].val.tuple[0]"),
    Fault("1.5]", "[]]", .jsonKind, "\(nodes)[0].val.tuple[1]"),
    Fault(
      "[1, {\"tuple\"", "[9223372036854775808, {\"tuple\"", .jsonNumber, "\(nodes)[1].args[1][0]"),
    Fault("\"l\": {\"module\"", "\"w\": {\"module\"", .jsonDuplicateKey, "module.members"),
    Fault("\"l\": {\"module\"", "\"l\": {\"layer\"", .unknownTag, "module.members.l"),
    Fault("\"dtype\": 7", "\"dtype\": 99", .unknownEnumValue, "module.members.w.tensor.dtype"),
    Fault(
      "Linear\"}", "Linear\"}, \"parameter\": true", .malformedUnion, "module.members.l"),
    Fault(
      "true}\n}}}", "true}\n}},\n\"program\": {}}", .jsonMissingField, "program"),
    Fault("true}\n}}}", "true}\n}}} {}", .jsonSyntax, ""),
  ]

  @Test func documentIsValid() throws { _ = try read(Array(Self.small.utf8)) }

  @Test(arguments: faults) func faultIsFound(fault: Fault) throws {
    let parts = Self.small.split(
      separator: fault.old, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let text = parts.joined(separator: fault.new)
    let error = #expect(throws: FXError.self) { try read(Array(text.utf8)) }
    #expect(error?.code == fault.code)
    #expect(error?.place.path == fault.path)
    #expect(error?.place.offset != nil)
  }

  /// An error in a program's own part has the offset in the whole document.
  @Test func programFaultHasItsPlace() throws {
    let name = try #require(Fixtures.list("programs").first { $0.hasSuffix(".json") })
    let program = try Fixtures.read("programs/\(name)").withUnsafeBytes {
      try ExportedProgram(json: $0)
    }
    var sink = ByteSink()
    try FXJSONDocument.write(.program(program), to: &sink)
    let parts = sink.string().split(separator: "\"schema_version\": {\"major\": 8, \"minor\": 20")
    try #require(parts.count == 2)
    // What is too new, and what only model JSON was written in.
    for version in ["\"major\": 9, \"minor\": 0", "\"major\": 8, \"minor\": 2"] {
      let text = parts.joined(separator: "\"schema_version\": {\(version)")
      let error = #expect(throws: FXError.self) { try read(Array(text.utf8)) }
      #expect(error?.code == .unsupportedVersion)
      #expect(error?.place.path == "program.schema_version")
      let before = parts[0].utf8.count + "\"schema_version\": ".utf8.count
      #expect(error?.place.offset == before)
    }
  }

  @Test func truncationIsAlwaysAnError() {
    let bytes = Array(Self.small.utf8)
    let end = bytes.lastIndex(of: 0x7D) ?? 0
    for count in 0...end {
      let error = #expect(throws: FXError.self) { try read(Array(bytes[..<count])) }
      #expect(error?.code == .jsonTruncated, "\(count)")
    }
  }

  /// Each flip of a bit, and some other bytes: an error with a place, or a document that is written
  /// and read again.
  @Test func flippedBytesNeverTrap() throws {
    let bytes = Array(Self.small.utf8)
    for index in bytes.indices {
      let flips = (0..<8).map { bytes[index] ^ (1 << $0) } + [0x22, 0x30, 0x5B, 0x7D, 0x00, 0xFF]
      for byte in flips {
        var copy = bytes
        copy[index] = byte
        do {
          let content = try read(copy)
          var sink = ByteSink()
          try FXJSONDocument.write(content, to: &sink)
          _ = try read(Array(sink.bytes))
        } catch let error as FXError {
          #expect(error.place.offset != nil, "\(index): \(error)")
        }
      }
    }
  }

  @Test(arguments: ["[", "{\"tuple\": [", "{\"dict\": {\"k\": "]) func depthIsBounded(
    opening: String
  ) {
    let nested = String(repeating: opening, count: 5000)
    let parts = Self.small.split(
      separator: "[1, {\"tuple\": [null]}]", omittingEmptySubsequences: false)
    let text = "\(parts[0])\(nested)"
    let error = #expect(throws: FXError.self) { try read(Array(text.utf8)) }
    #expect(error?.code == .jsonDepth)
  }

  /// A value that model JSON has no place for is refused there, not written as nothing.
  @Test func valueWithoutPlaceInModelJSONIsRefused() {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let call = graph.end.callFunction("torch.ops.aten.sin.default", [.node(x)])
    call.argNames = ["self"]
    call.value = .string("text")
    graph.end.output(.tuple([.node(call)]))
    let program = ExportedProgram(module: GraphModule(graph), signature: GraphSignature())
    let error = #expect(throws: FXError.self) { try program.json() }
    #expect(error?.code == .notSerializable)
  }

  private func read(_ bytes: [UInt8]) throws -> Document.Content {
    try bytes.withUnsafeBytes { try FXJSONDocument.read($0) }
  }
}
