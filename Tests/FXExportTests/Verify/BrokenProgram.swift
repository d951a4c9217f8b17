import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// A fixture made wrong by editing its text, and what the verifier must say of it.
struct BrokenProgram: Sendable, CustomTestStringConvertible {
  let fixture: String
  /// Texts to find, each once or first, and what to put in their place.
  let edits: [(find: String, put: String)]
  /// All findings in order: the code and the path.
  let expected: [(code: FXError.Code, path: String)]

  init(
    _ fixture: String, _ edits: [(String, String)], _ expected: [(FXError.Code, String)]
  ) {
    self.fixture = fixture
    self.edits = edits.map { (find: $0.0, put: $0.1) }
    self.expected = expected.map { (code: $0.0, path: $0.1) }
  }

  var testDescription: String { "\(expected.map(\.code.rawValue)) in \(fixture)" }

  func program() throws -> ExportedProgram {
    var text = String(decoding: try Fixtures.read(fixture), as: UTF8.self)
    for edit in edits {
      let range = try #require(text.range(of: edit.find), "not found: \(edit.find)")
      text.replaceSubrange(range, with: edit.put)
    }
    return try Array(text.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  func check(_ verifier: ProgramVerifier = ProgramVerifier()) throws {
    let findings = try verifier.findings(in: program())
    let found = findings.map { "\($0.code) at \($0.place.path ?? "-")" }
    #expect(found == expected.map { "\($0.code) at \($0.path)" })
  }
}

extension String {
  /// Returns where a text first occurs.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    let (own, other) = (Array(utf8), Array(text.utf8))
    guard other.count <= own.count else { return nil }
    for start in 0...(own.count - other.count)
    where own[start] == other[0] && own[start...].starts(with: other) {
      let from = utf8.index(utf8.startIndex, offsetBy: start)
      return from..<utf8.index(from, offsetBy: other.count)
    }
    return nil
  }
}
