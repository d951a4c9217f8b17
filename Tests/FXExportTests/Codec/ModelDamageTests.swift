import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Damaged models: each must give one error with a place, or a program that can be written.
@Suite struct ModelDamageTests {
  /// Small models that between them have most of the schema's structures.
  static let models = [
    "programs/annotated.json", "programs/parameter-mutation.json",
    "programs/inputs-as-outputs.json",
  ]

  /// Models for changes of structure, which are fewer than those of bytes.
  static let structures = [
    "programs/annotated.json", "programs/map.json", "programs/custom-object.json",
    "programs/constant-inputs.json", "programs/dynamic-batch.json",
    "programs/prints.decomposed.json",
    "programs/nested-list-values.json", "programs/several-returns.json", "programs/hints.json",
    "programs/writing-operator.decomposed.json",
  ]

  /// Decodes bytes that may be damaged; returns whether they were taken.
  @discardableResult
  private func probe(_ bytes: UnsafeRawBufferPointer, _ what: @autoclosure () -> String) -> Bool {
    do {
      let program = try ExportedProgram(json: bytes)
      // What was read is whole: it can be checked and written, or writing says why not.
      _ = ProgramVerifier().findings(in: program)
      do { _ = try program.json() } catch {}
      return true
    } catch {
      let hasPlace = error.place.offset != nil || !(error.place.path ?? "").isEmpty
      if !hasPlace || error.message.isEmpty { Issue.record("no place: \(error) for \(what())") }
    }
    return false
  }

  @Test(arguments: models)
  func refusesTruncationsAtEveryByte(_ path: String) throws {
    let bytes = try Fixtures.read(path)
    bytes.withUnsafeBytes { all in
      for end in 0..<all.count {
        let isTaken = probe(UnsafeRawBufferPointer(rebasing: all[..<end]), "\(path) up to \(end)")
        if isTaken { Issue.record("\(path) up to \(end) is taken") }
      }
    }
  }

  @Test(arguments: models)
  func survivesChangesOfEveryByte(_ path: String) throws {
    var bytes = try Fixtures.read(path)
    let changes: [(UInt8) -> UInt8] = [
      { _ in 0 }, { _ in 0xFF }, { $0 ^ 1 }, { $0 ^ 0x80 }, { _ in 0x22 }, { _ in 0x7B },
      { _ in 0x5D }, { _ in 0x2C }, { _ in 0x39 }, { _ in 0x5C },
    ]
    for index in bytes.indices {
      let original = bytes[index]
      for change in changes {
        bytes[index] = change(original)
        bytes.withUnsafeBytes { _ = probe($0, "\(path) with \(change(original)) at \(index)") }
      }
      bytes[index] = original
    }
  }

  @Test(arguments: structures)
  func survivesWrongKindsAtEveryPlace(_ path: String) throws {
    let tree = JSONTreeParser.parse(try Fixtures.read(path))
    let kinds: [JSONTree] = [
      .null, .bool(true), .number("-1"), .number("9223372036854775807"),
      .number("9223372036854775808"), .number("1.5"), .string(""), .string("x"), .array([]),
      .array([.null]), .object([]), .object([(key: "as_int", value: .number("1"))]),
      .object([(key: "as_tensor", value: .object([(key: "name", value: .string("x"))]))]),
    ]
    for index in 0..<tree.count {
      for kind in kinds {
        guard let changed = tree.replacing(index, with: { _ in kind }) else { continue }
        probeText(changed.text, "\(path): value \(index) replaced by \(kind.text)")
      }
    }
  }

  @Test(arguments: structures)
  func survivesMissingAndRepeatedValues(_ path: String) throws {
    let tree = JSONTreeParser.parse(try Fixtures.read(path))
    for index in 1..<tree.count {
      if let changed = tree.replacing(index, with: { _ in nil }) {
        probeText(changed.text, "\(path): value \(index) removed")
      }
      let doubled = tree.replacing(index) { value in
        switch value {
        case .object(let entries): .object(entries + entries)
        case .array(let parts): .array(parts + parts)
        default: value
        }
      }
      if let doubled { probeText(doubled.text, "\(path): value \(index) doubled") }
    }
  }

  private func probeText(_ text: String, _ what: @autoclosure () -> String) {
    var copy = text
    copy.withUTF8 { _ = probe(UnsafeRawBufferPointer($0), what()) }
  }

  @Test(arguments: [
    ("\"graph_module\"", "\"graph_modul\"", FXError.Code.jsonMissingField),
    ("\"major\": 8", "\"major\": 9", .unsupportedVersion),
    ("\"as_tensor\"", "\"as_tensr\"", .unknownTag),
    ("{\"as_tensor\": ", "{\"as_none\": true, \"as_tensor\": ", .malformedUnion),
    ("\"dtype\": 7", "\"dtype\": 77", .unknownEnumValue),
    ("\"nodes\": [{", "\"nodes\": [{}, {", .jsonMissingField),
    ("\"kind\": 1", "\"kind\": 3", .unknownEnumValue),
    ("\"nodes\": [", "\"nodes\": [[", .jsonKind),
  ])
  func namesThePlace(_ find: String, _ put: String, _ code: FXError.Code) throws {
    let broken = BrokenProgram("programs/annotated.json", [(find, put)], [])
    #expect { try broken.program() } throws: { error in
      guard let error = error as? FXError, error.code == code else { return false }
      return error.place.offset != nil
    }
  }

  @Test func refusesUnionsOfNoneOrTwoTags() {
    for put in ["{}", "{\"as_int\": 1, \"as_float\": 1.0}", "{\"as_int\": 1, \"as_int\": 1}"] {
      let sizes = ("\"sizes\": [", "\"sizes\": [\(put), ")
      let broken = BrokenProgram("programs/annotated.json", [sizes], [])
      expectFXError(.malformedUnion) { try broken.program() }
    }
  }

  @Test func refusesDuplicateKeysWhereverTheyAre() {
    let twice = ("\"major\": 8", "\"major\": 8, \"major\": 8")
    let escaped = ("\"major\": 8", "\"major\": 8, \"m\\u0061jor\": 8")
    let value = ("\"tensor_values\": {", "\"tensor_values\": {}, \"tensor_values\": {")
    let opset = ("\"opset_version\": {", "\"opset_version\": {\"a\": 1, \"\\u0061\": 1, ")
    let ranges = ("\"range_constraints\": {", "\"range_constraints\": {\(range), \(range)")
    for edit in [twice, escaped, value, opset, ranges] {
      let broken = BrokenProgram("programs/annotated.json", [edit], [])
      expectFXError(.jsonDuplicateKey) { try broken.program() }
    }
  }

  private var range: String { "\"s0\": {\"min_val\": 2, \"max_val\": null}" }

  @Test func readsHugeArrays() throws {
    let ints = Array(repeating: "9", count: 200_000).joined(separator: ", ")
    let broken = BrokenProgram(
      "programs/annotated.json",
      [
        (
          "\"inputs\": [{\"name\": \"",
          "\"inputs\": [{\"name\": \"many\", \"arg\": {\"as_ints\": [\(ints)]}, \"kind\": 2}, {\"name\": \""
        )
      ], [])
    let program = try broken.program()
    let many = program.graph.nodes.compactMap { $0.kwargs.first { $0.name == "many" } }
    #expect(many.first?.value.elements?.count == 200_000)
  }

  @Test func refusesDepthWithoutLimit() {
    for open in ["[", "{\"a\": "] {
      let text = "{\"graph_module\": " + String(repeating: open, count: 200_000)
      #expect { try decode(text) } throws: { ($0 as? FXError) != nil }
    }
  }

  @Test func readsDeeplyNestedGraphs() throws {
    let program = try decode(nested(140))
    #expect(!ProgramVerifier().findings(in: program).isEmpty)
    #expect(String(decoding: try program.json(), as: UTF8.self) == nested(140))
    #expect { try decode(nested(150)) } throws: { ($0 as? FXError)?.code == .jsonDepth }
  }

  /// Returns a program of graphs in arguments of graphs, so many deep.
  private func nested(_ depth: Int) -> String {
    var graph = graph(nodes: "")
    for _ in 0..<depth {
      let argument = "{\"as_graph\": {\"name\": \"g\", \"graph\": \(graph)}}"
      graph = self.graph(
        nodes: "{\"target\": \"torch.ops.higher_order.f\", \"inputs\": [{\"name\": \"\", "
          + "\"arg\": \(argument), \"kind\": 1}], \"outputs\": [], \"metadata\": {}, "
          + "\"is_hop_single_tensor_return\": false, \"name\": \"f\"}")
    }
    return "{\"graph_module\": {\"graph\": \(graph), \"signature\": {\"input_specs\": [], "
      + "\"output_specs\": []}, \"module_call_graph\": [], \"metadata\": {}, "
      + "\"treespec_namedtuple_fields\": {}}, \"opset_version\": {\"aten\": 10}, "
      + "\"range_constraints\": {}, \"schema_version\": {\"major\": 8, \"minor\": 20}, "
      + "\"verifiers\": [\"TRAINING\"], \"torch_version\": \"2.15.0\", \"guards_code\": []}"
  }

  private func graph(nodes: String) -> String {
    "{\"inputs\": [], \"outputs\": [], \"nodes\": [\(nodes)], \"tensor_values\": {}, "
      + "\"sym_int_values\": {}, \"sym_bool_values\": {}, \"is_single_tensor_return\": false, "
      + "\"custom_obj_values\": {}, \"sym_float_values\": {}}"
  }

  private func decode(_ text: String) throws -> ExportedProgram {
    try Array(text.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
  }
}
