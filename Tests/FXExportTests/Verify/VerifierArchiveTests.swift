import FXCore
import FXExport
import FXTestSupport
import Testing

/// Checks whole archives, weights included.
@Suite struct VerifierArchiveTests {
  static let archives = Fixtures.list("archives").filter { $0.hasSuffix(".pt2") }

  @Test(arguments: archives)
  func whatPyTorchLoadsHasNoErrors(_ name: String) throws {
    let path = "archives/\(name)"
    let archive = try PT2Archive(path: Fixtures.path(path))
    #expect(!archive.modelNames.isEmpty)
    for model in archive.modelNames {
      let program = try archive.contents(PT2Path.model(model)).withBytes {
        try ExportedProgram(json: $0)
      }
      let weights = try #require(try StoredWeights(archive: archive, model: model))
      let findings = ProgramVerifier(weights: weights).findings(in: program)
      #expect(findings.filter { $0.isError }.isEmpty, "\(name): \(findings.map(\.line))")
      #expect(!findings.contains { $0.code.rawValue.hasPrefix("weight.") }, "\(findings)")
    }
  }
}
