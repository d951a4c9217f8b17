import FXCore
import FXExport
import FXTestSupport
import Testing

/// Weights without data, and types of trees that every process knows.
@Suite struct StoredDataTests {
  @Test func weightsWithoutDataAreFound() throws {
    let folder = TemporaryFolder()
    let archive = try PT2Archive(path: Fixtures.path("archives/conv-norm.pt2"))
    let model = try #require(archive.modelNames.first)
    let entries = try archive.weightEntries(of: model).filter { $0.isPlain }
    let first = try #require(entries.first)
    let output = try AtomicOutput(path: folder.file("a.pt2"))
    try archive.write(to: output, replacing: [first.path: .bytes(MemberBytes(copying: []))])
    try output.commit()
    let emptied = try PT2Archive(path: folder.file("a.pt2"))
    let without = try emptied.weightEntries(of: model).filter(\.hasNoData).map(\.name)
    #expect(without == entries.filter { $0.path == first.path }.map(\.name))
    let weights = try #require(try StoredWeights(archive: emptied, model: model))
    let program = try emptied.contents(PT2Path.model(model)).withBytes {
      try ExportedProgram(json: $0)
    }
    let findings = ProgramVerifier(weights: weights).findings(in: program)
    #expect(findings.map(\.code) == [.weightData])
    #expect(findings.first?.severity == .warning)
    #expect(findings.first?.message.contains("'\(first.name)'") == true)
    #expect(findings.first?.place.member == emptied.memberName(of: first.path))
  }

  @Test func returnTypesAreRegistered() throws {
    let bytes = try Fixtures.read("programs/return-types.json")
    #expect(String(decoding: bytes, as: UTF8.self).contains("torch.return_types.max"))
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    #expect(ProgramVerifier().findings(in: program) == [])
  }

  /// What adds outputs and no entries of the signature can't be written, in no form.
  @Test func signaturesThatWereLeftBehindAreErrors() throws {
    let bytes = try Fixtures.read("programs/return-types.json")
    for isOutput in [true, false] {
      var document = try Document(MappedFile(copying: bytes))
      let graph = document.module.graph
      if isOutput {
        let results = try #require(graph.outputNode?.arg(0)?.elements)
        graph.setOutput(.tuple(results + results.prefix(1)))
      } else {
        let input = try #require(graph.placeholders.first)
        graph.inserting(before: input).placeholder("more")
      }
      for form in [DocumentForm.modelJSON, .fxJSON, .text] {
        expectFXError(.signatureArity) {
          var sink = ByteSink()
          try document.write(to: &sink, as: form)
        }
      }
      let folder = TemporaryFolder()
      expectFXError(.signatureArity) { try [document].write(toPath: folder.file("a.pt2")) }
      #expect(folder.names == [])
      guard var program = document.program else { continue }
      if isOutput {
        program.signature.outputs.append(program.signature.outputs[0])
        document.content = .program(program)
        var sink = ByteSink()
        try document.write(to: &sink, as: .modelJSON)
      }
    }
  }

  @Test func callsWithoutResultsArePrintedAsPyTorchLoadsThem() throws {
    let bytes = try Fixtures.read("programs/vmap.json")
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    func names(_ suffix: String) -> [String] {
      program.loadedModule.graph.nodes.map(\.name).filter { $0.hasSuffix(suffix) }
    }
    #expect(
      names("_unused") == [
        "lazy_load_decompositions_unused", "_vmap_increment_nesting_unused",
        "_vmap_decrement_nesting_unused",
      ])
    #expect(program.graph.nodes.allSatisfy { !$0.name.hasSuffix("_unused") })
    #expect(try program.json() == bytes)
  }
}
