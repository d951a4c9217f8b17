import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXExport

/// A document of a younger schema loads, and is written with the fields that FXKit does not know.
@Suite struct UnknownFieldTests {
  /// Models that between them have all structures of the schema.
  static let models = [
    "annotated", "keyword-names", "nested-list-values", "custom-object", "map", "constant-inputs",
    "complex-values", "custom-object-in-cond", "symbolic-lists", "unbacked-float-and-bool", "hints",
    "tensor-options", "pytree-inputs", "preserved-signatures", "text-and-index-arguments",
    "symbolic-int-input", "parameter-mutation", "joint-graph",
  ]
  private static let field = "\"zz_new\": {\"a\": [1, null]}"
  /// Objects whose keys are names.
  private static let dictionaries: Set<String> = [
    "tensor_values", "sym_int_values", "sym_bool_values", "sym_float_values", "custom_obj_values",
    "metadata", "opset_version", "range_constraints", "treespec_namedtuple_fields",
    "as_string_to_argument",
  ]

  /// Returns where the objects that may have further fields end, in order.
  private static func ends(of objectsIn: [UInt8]) throws -> [Int] {
    var ends: [Int] = []
    try objectsIn.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      try reader.forEachObject(under: "") { path, place in
        let parts = path.split(separator: "/")
        let text = String(decoding: bytes[place], as: UTF8.self)
        let isUnion =
          text.hasPrefix("{\"as_") || parts.dropLast().last?.hasSuffix("put_specs") == true
        if isUnion || dictionaries.contains(parts.last.map { String($0) } ?? "") || text == "{}" {
          return
        }
        ends.append(place.upperBound - 1)
      }
    }
    return ends
  }

  private static func adding(at ends: [Int], to original: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    for end in ends {
      result += original[start..<end] + Array(", \(field)".utf8)
      start = end
    }
    return result + original[start...]
  }

  private static func decode(_ json: [UInt8]) throws -> ExportedProgram {
    try json.withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  @Test(arguments: models) func everyObjectKeepsOne(_ name: String) throws {
    let original = try Fixtures.read("programs/\(name).json")
    let ends = try Self.ends(of: original)
    #expect(ends.count > 20)
    // A large document has hundreds of objects of each kind.
    for end in ends where original.count < 12_000 {
      let changed = Self.adding(at: [end], to: original)
      let line = String(decoding: original[max(0, end - 60)...end], as: UTF8.self)
      #expect(try Self.decode(changed).json() == changed, "\(line)")
    }
  }

  @Test(arguments: models) func allObjectsKeepThemInEveryForm(_ name: String) throws {
    let original = try Fixtures.read("programs/\(name).json")
    let changed = Self.adding(at: try Self.ends(of: original), to: original)
    let program = try Self.decode(changed)
    #expect(try program.json() == changed)
    #expect(try Self.decode(changed).json() == changed)
    var copy = program
    copy.module = program.module.copy(in: GraphContext())
    #expect(try copy.json() == changed)
    var sink = ByteSink()
    try FXJSONDocument.write(.program(program), to: &sink)
    if case .program(let again) = try FXJSONDocument.read(sink.bytes) {
      #expect(try again.json() == changed)
    } else {
      Issue.record("the program became a module")
    }
    let text = try ProgramText.document(of: program).text()
    let again = try ProgramText.program(of: TextDocument(parsing: Array(text.utf8)))
    #expect(try again?.json() == changed)
  }

  // MARK: Editing

  private static func annotated(_ find: String, _ put: String) throws -> ExportedProgram {
    try BrokenProgram("programs/annotated.json", [(find, put)], []).program()
  }

  private static let reference = "\"arg\": {\"as_tensor\": {\"name\": \"x\""

  @Test func fieldsStayWithRewiredArgumentsAndGoWithReplacedOnes() throws {
    var program = try Self.annotated(Self.reference, "\(Self.reference), \(Self.field)")
    let graph = program.graph
    let (id, fields) = try #require(graph.unknownNodeFields.first)
    #expect(fields == [RawField(key: "/inputs/0/arg/as_tensor/zz_new", json: "{\"a\": [1, null]}")])
    let node = graph[id]
    func text() throws -> String { String(decoding: try program.json(), as: UTF8.self) }

    let input = try #require(node.inputs.first)
    let other = graph.inserting(after: input).copy(input)
    program.signature.inputs.append(program.signature.inputs[0])
    node.replaceInput(input, with: other)
    let isKept = try text().contains("{\"name\": \"\(other.name)\", \(Self.field)}")
    #expect(isKept)

    node.setArg(0, to: .node(other))
    #expect(graph.unknownNodeFields.isEmpty)
    let isGone = try !text().contains(Self.field)
    #expect(isGone)
  }

  /// Whichever argument is replaced, added or removed, the others keep what their file says.
  @Test func fieldsStayWithOtherArguments() throws {
    let program = try Self.annotated(
      "\"inputs\": [{\"name\": \"",
      "\"inputs\": [{\"name\": \"a\", \"arg\": {\"as_int\": 7}, \"kind\": 1}, {\"name\": \"b\", "
        + "\"arg\": {\"as_ints\": [8]}, \"kind\": 1, \(Self.field)}, {\"name\": \"k\", "
        + "\"arg\": {\"as_device\": {\"type\": \"cpu\", \"index\": null, \"zz_inner\": 1}}, "
        + "\"kind\": 2}, {\"name\": \"")
    let graph = program.graph
    let node = graph[try #require(graph.unknownNodeFields.keys.first)]
    let count = node.argCount
    func keys() -> [String] { graph.unknownNodeFields[node.id]?.map(\.key).sorted() ?? [] }
    func places(_ first: Int, _ second: Int) -> [String] {
      ["/inputs/\(first)/zz_new", "/inputs/\(second)/arg/as_device/zz_inner"].sorted()
    }
    #expect(keys() == places(1, count))
    node.setArg(0, to: .int(9))
    node.setKwarg("other", to: .int(1))
    #expect(keys() == places(1, count))
    #expect(node.argNames.prefix(2) == ["a", "b"])
    node.removeArgs(0..<1)
    #expect(keys() == places(0, count - 1))
    #expect(node.args.first == .list([.int(8)], as: .asInts))
    node.passByKeyword(from: 0)
    #expect(keys() == places(0, count - 1))
    #expect(node.argCount == 0)
    #expect(node.kwargs.first?.name == "b")
    node.setKwarg("b", to: nil)
    #expect(keys() == ["/inputs/\(count - 2)/arg/as_device/zz_inner"])
    node.setKwarg("k", to: .int(3))
    #expect(keys().isEmpty)
  }

  /// In a file the value of a custom object stands under the object's name.
  @Test func fieldsFollowRenamedObjects() throws {
    let original = try Fixtures.read("programs/custom-object-in-cond.json")
    let changed = Self.adding(at: try Self.ends(of: original), to: original)
    let program = try Self.decode(changed)
    var renamed: [String] = []
    program.module.forEachGraphModule { _, module in
      for node in module.graph.nodes {
        guard case .customObject? = node.value else { continue }
        renamed.append(module.graph.rename(node, to: "an/\(node.name)"))
      }
    }
    #expect(!renamed.isEmpty)
    let text = String(decoding: try program.json(), as: UTF8.self)
    for name in renamed {
      let value = try #require(text.firstRange(of: "\"custom_obj_values\": {\"\(name)\": {"))
      #expect(text[value.upperBound...].prefix { $0 != "}" }.contains("zz_new"))
    }
  }

  /// Positional arguments come first in a graph, and each keeps its own fields.
  @Test func fieldsFollowTheirArguments() throws {
    let program = try Self.annotated(
      "\"inputs\": [{\"name\": \"",
      "\"inputs\": [{\"name\": \"k\", \"arg\": {\"as_int\": 7}, \"kind\": 2, \(Self.field)}, "
        + "{\"name\": \"")
    let text = String(decoding: try program.json(), as: UTF8.self)
    let end = "{\"name\": \"k\", \"arg\": {\"as_int\": 7}, \"kind\": 2, \(Self.field)}"
    #expect(text.contains(end))
  }

  /// Numbers that neither 64 bits nor a float hold come through the text form as they are spelled.
  @Test func numbersMayBeLarge() throws {
    let field = "\"zz_new\": [1e999, -12345678901234567890123, 1.5, \"1e999\"]"
    let start = "\"range_constraints\""
    let program = try Self.annotated(start, "\(field), \(start)")
    let text = try ProgramText.document(of: program).text()
    #expect(text.contains("zz_new: [number \"1e999\", number \"-12345678901234567890123\", 1.5,"))
    let again = try #require(
      try ProgramText.program(of: TextDocument(parsing: Array(text.utf8))))
    #expect(String(decoding: try again.json(), as: UTF8.self).contains(field))

    let broken = text.replacing("number \"1e999\"", with: "number \"one\"")
    expectFXError(.jsonSyntax) {
      try ProgramText.program(of: TextDocument(parsing: Array(broken.utf8)))
    }
  }

  @Test func keysMayLookLikePointers() throws {
    for key in ["/", "/inputs/0/x", "~1", "/~0", "a/b~c", ""] {
      let added = "\"\(key)\": 1"
      let program = try Self.annotated(
        Self.reference, "\(Self.reference), \(added)")
      let text = String(decoding: try program.json(), as: UTF8.self)
      #expect(text.contains("{\"name\": \"x\", \(added)}"))
      let outer = try Self.annotated("\"nodes\": [{", "\"nodes\": [{\(added), ")
      #expect(String(decoding: try outer.json(), as: UTF8.self).contains(", \(added)}"))
    }
  }

  @Test func refusesFieldsThatComeTwiceAndTooMany() {
    expectFXError(.jsonDuplicateKey) {
      try Self.annotated(Self.reference, "\(Self.reference), \(Self.field), \(Self.field)")
    }
    let many = (0..<257).map { ", \"new_\($0)\": 1" }.joined()
    expectFXError(.jsonSize) { try Self.annotated(Self.reference, Self.reference + many) }
  }
}
