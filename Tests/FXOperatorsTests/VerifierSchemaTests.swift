import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTestSupport
import Testing

/// The verifier with operator schemas, as the command connects them.
@Suite struct VerifierSchemaTests {
  private func findings(in path: String, _ edit: (String, String)? = nil) throws -> [Finding] {
    var bytes = try Fixtures.read(path)
    if let edit {
      let (find, put) = (Array(edit.0.utf8), Array(edit.1.utf8))
      let start = try #require(
        bytes.indices.first { bytes[$0] == find[0] && bytes[$0...].starts(with: find) })
      bytes.replaceSubrange(start..<(start + find.count), with: put)
    }
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let library = OperatorLibrary(context: program.module.context)
    let verifier = ProgramVerifier(
      operatorCheck: { library.checkCall($0) },
      isMutable: { library.schema(of: $0)?.isMutable },
      returnCount: { target in
        library.schema(of: target).flatMap { $0.hasUnknownResults ? nil : $0.results.count }
      })
    return verifier.findings(in: program)
  }

  @Test(arguments: Fixtures.list("programs").filter { $0.hasSuffix(".json") })
  func programsFitTheirSchemas(_ name: String) throws {
    let errors = try findings(in: "programs/\(name)").filter { $0.isError }
    // Two of them PyTorch refuses as well.
    let refused: [String: [FXError.Code]] = [
      "constant-outputs.json": [.outputKind], "mode-regions-ending-together.json": [.missingValue],
    ]
    #expect(errors.map(\.code) == refused[name] ?? [], "\(errors)")
  }

  @Test func namesTheCallThatDoesNotFit() throws {
    let errors = try findings(
      in: "programs/dynamic-batch.json",
      (
        "\"name\": \"self\", \"arg\": {\"as_tensor\": {\"name\": \"linear\"}}",
        "\"name\": \"self\", \"arg\": {\"as_string\": \"x\"}"
      )
    ).filter { $0.isError }
    #expect(errors.count == 1)
    #expect(errors.first?.place.path == "graph_module.graph.nodes[1]")
  }
}
