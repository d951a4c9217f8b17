import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Foundation
import Testing

/// Reads a program of the fixtures.
func readProgram(_ path: String) throws -> ExportedProgram {
  try Fixtures.read(path).withUnsafeBytes { try ExportedProgram(json: $0) }
}

/// The model JSON files among the fixtures.
enum ModelFixtures {
  /// Paths of all files, sorted.
  static let all = Fixtures.models(in: ["pairs", "programs", "prints", "zoo"])

  /// Why PyTorch does not load a file; nil where it does.
  static func refusal(of path: String) -> String? { refusals[path] }

  private static let refusals: [String: String] = {
    guard let data = try? Data(Fixtures.read("manifest.json")),
      let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let files = manifest["files"] as? [String: [String: Any]]
    else { return [:] }
    return files.compactMapValues { facts in
      facts["pytorch_loads"] as? Bool == false ? facts["pytorch_load_error"] as? String ?? "" : nil
    }
  }()
}

@Suite struct VerifierFixtureTests {
  @Test func fixturesAreThere() { #expect(ModelFixtures.all.count >= 399) }

  @Test(arguments: ModelFixtures.all)
  func whatPyTorchLoadsHasNoErrors(_ path: String) throws {
    let findings = try ProgramVerifier().findings(in: readProgram(path))
    let errors = findings.filter(\.isError)
    guard let refusal = ModelFixtures.refusal(of: path) else {
      #expect(errors.isEmpty, "\(path): \(errors.map(\.line).joined(separator: "\n"))")
      return
    }
    // PyTorch's own words tell which finding must be there.
    if refusal.contains("missing val field") {
      #expect(errors.contains { $0.code == .missingValue }, "\(path)")
      #expect(errors.allSatisfy { $0.code == .missingValue }, "\(errors)")
    } else if refusal.contains("uniform_") {
      // The operator's schema tells, which this verifier does not ask.
      #expect(errors.isEmpty, "\(errors)")
    } else if refusal.contains("Unable to deserialize output node") {
      #expect(errors.map(\.code) == [.outputKind], "\(errors)")
    } else {
      #expect(findings.contains { $0.code == .regionNotLoadable }, "\(path): \(refusal)")
      #expect(errors.allSatisfy { $0.code == .missingValue }, "\(path): \(errors)")
    }
  }
}
