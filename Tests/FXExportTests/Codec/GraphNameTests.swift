import FXCore
import FXExport
import FXGraph
import Testing

/// Names in a graph that lead nowhere, twice somewhere, or in a circle, in every form that has them.
@Suite struct GraphNameTests {
  /// A program in model JSON whose graph computes values of one another: name and arguments.
  private func model(_ nodes: [(String, [String])], output: String = "x") throws -> ExportedProgram
  {
    func tensor(_ name: String) -> String { "{\"as_tensor\": {\"name\": \"\(name)\"}}" }
    let meta =
      "{\"dtype\": 7, \"sizes\": [], \"requires_grad\": false, \"device\": {\"type\": \"cpu\", "
      + "\"index\": null}, \"strides\": [], \"storage_offset\": {\"as_int\": 0}, \"layout\": 7}"
    let calls = nodes.map { name, arguments in
      let inputs = arguments.map { "{\"name\": \"self\", \"arg\": \(tensor($0)), \"kind\": 1}" }
      return "{\"target\": \"torch.ops.aten.sin.default\", \"inputs\": ["
        + inputs.joined(separator: ", ")
        + "], \"outputs\": [\(tensor(name))], \"metadata\": {}, "
        + "\"is_hop_single_tensor_return\": null, \"name\": \"\(name)\"}"
    }
    var seen: Set<String> = []
    let values = (["x"] + nodes.map(\.0)).filter { seen.insert($0).inserted }
      .map { "\"\($0)\": \(meta)" }.joined(separator: ", ")
    let signature =
      "{\"input_specs\": [{\"user_input\": {\"arg\": \(tensor("x"))}}], \"output_specs\": "
      + "[{\"user_output\": {\"arg\": \(tensor(output))}}]}"
    let text =
      "{\"graph_module\": {\"graph\": {\"inputs\": [\(tensor("x"))], \"outputs\": "
      + "[\(tensor(output))], \"nodes\": [\(calls.joined(separator: ", "))], \"tensor_values\": "
      + "{\(values)}, \"sym_int_values\": {}, \"sym_bool_values\": {}, "
      + "\"is_single_tensor_return\": false, \"custom_obj_values\": {}, \"sym_float_values\": {}}, "
      + "\"signature\": \(signature), \"module_call_graph\": [], \"metadata\": {}, "
      + "\"treespec_namedtuple_fields\": {}}, \"opset_version\": {\"aten\": 10}, "
      + "\"range_constraints\": {}, \"schema_version\": {\"major\": 8, \"minor\": 20}, "
      + "\"verifiers\": [\"TRAINING\"], \"torch_version\": \"2.15.0\", \"guards_code\": []}"
    return try Array(text.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  private func fxJSON(_ nodes: [(String, String)]) throws -> Document.Content {
    let lines = nodes.map { name, argument in
      "{\"op\": \"call_function\", \"name\": \"\(name)\", \"target\": \"f\", "
        + "\"args\": [{\"node\": \"\(argument)\"}]}"
    }
    let text =
      "{\"format\": \"fx-graph-module\", \"version\": 1, \"module\": {\"class\": \"M\", "
      + "\"graph\": {\"nodes\": [\(lines.joined(separator: ", "))]}}}"
    return try Array(text.utf8).withUnsafeBytes { try FXJSONDocument.read($0) }
  }

  private func text(_ nodes: [(String, String)]) throws -> TextDocument {
    let lines = nodes.map { "%\($0) = call_function f(%\($1))" }
    return try TextDocument(parsing: "fx 1 module @m { \(lines.joined(separator: " ")) }")
  }

  @Test func soundGraphsAreTaken() throws {
    let program = try model([("a", ["x"]), ("b", ["a", "x"])], output: "b")
    #expect(program.graph.lint().isEmpty)
    #expect(ProgramVerifier().findings(in: program).filter(\.isError).isEmpty)
  }

  @Test func danglingNamesAreErrors() {
    expectFXError(.undefinedName) { try model([("a", ["nowhere"])]) }
    expectFXError(.undefinedName) { try model([("a", ["x"])], output: "nowhere") }
    expectFXError(.undefinedName) { try fxJSON([("a", "nowhere")]) }
    expectFXError(.textUndefined) { try text([("a", "nowhere")]) }
  }

  @Test func duplicateNamesAreErrors() {
    expectFXError(.duplicateName) { try model([("a", ["x"]), ("a", ["x"])]) }
    expectFXError(.duplicateName) { try model([("x", ["x"])]) }
  }

  @Test func keywordsHaveOneNameEach() {
    let edit = ("\"inputs\": [{\"name\": \"", "\"inputs\": [\(keyword), \(keyword), {\"name\": \"")
    let broken = BrokenProgram("programs/annotated.json", [edit], [])
    expectFXError(.jsonDuplicateKey) { try broken.program() }
  }

  private var keyword: String { "{\"name\": \"k\", \"arg\": {\"as_int\": 1}, \"kind\": 2}" }

  /// A node without results has its name from its field alone, also where other nodes have none.
  @Test func namesAreKeptWhereSomeNodesHaveNone() throws {
    let named =
      "\"outputs\": [{\"as_none\": true}], \"metadata\": {}, "
      + "\"is_hop_single_tensor_return\": null, \"name\": \"odd\"}"
    let first = "{\"target\": \"f\", \"inputs\": [], \(named)"
    let second =
      "{\"target\": \"g\", \"inputs\": [{\"name\": \"a\", \"arg\": {\"as_tensor\": {\"name\": \"odd\"}}, "
      + "\"kind\": 1}], \"outputs\": [], \"metadata\": {}, \"is_hop_single_tensor_return\": null}"
    let edit = ("\"nodes\": [", "\"nodes\": [\(first), \(second), ")
    let program = try BrokenProgram("programs/annotated.json", [edit], []).program()
    let json = try program.json()
    let again = try json.withUnsafeBytes { try ExportedProgram(json: $0) }
    #expect(again.graph.node(named: "odd")?.userCount == 1)
    #expect(try again.json() == json)
  }

  @Test func useBeforeDefinitionIsAnError() {
    expectFXError(.undefinedName) { try model([("b", ["a"]), ("a", ["x"])]) }
    expectFXError(.undefinedName) { try fxJSON([("b", "a"), ("a", "b")]) }
    expectFXError(.textUndefined) { try text([("b", "a"), ("a", "b")]) }
  }

  @Test func cyclesAreErrors() {
    // A value of itself, and two of each other: files can say what no graph can hold.
    expectFXError(.undefinedName) { try model([("a", ["a"])]) }
    expectFXError(.undefinedName) { try model([("a", ["b"]), ("b", ["a"])]) }
    expectFXError(.undefinedName) { try fxJSON([("a", "a")]) }
    expectFXError(.textUndefined) { try text([("a", "a")]) }
    // Code can make one by moving arguments about, which lint and sorting find.
    let graph = Graph()
    let first = graph.end.callFunction("f", [1])
    let second = graph.end.callFunction("f", [.node(first)])
    first.setArg(0, to: .node(second))
    #expect(!graph.lint().isEmpty)
    expectFXError(.cycle) { try graph.sortTopologically() }
  }

  /// One input more and one less than the signature says, and an output too many.
  @Test func signatureArityIsChecked() throws {
    var program = try model([("a", ["x"])], output: "a")
    program.signature.inputs.append(InputSpec(.userInput(.value(.positional))))
    #expect(ProgramVerifier().findings(in: program).contains { $0.isError })
    program.signature.inputs.removeAll()
    #expect(ProgramVerifier().findings(in: program).contains { $0.isError })
    program = try model([("a", ["x"])], output: "a")
    program.signature.outputs.append(OutputSpec(.userOutput(.value(.positional))))
    #expect(ProgramVerifier().findings(in: program).contains { $0.isError })
  }
}
