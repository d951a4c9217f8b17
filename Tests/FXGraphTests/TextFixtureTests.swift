import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Takes every model of the fixtures through the text form.
@Suite struct TextFixtureTests {
  static let files = ["pairs", "prints", "programs", "zoo"].flatMap { folder in
    Fixtures.list(folder).filter { $0.hasSuffix(".json") && !$0.hasSuffix(".states.json") }
      .map { "\(folder)/\($0)" }
  }

  @Test func finds() { #expect(Self.files.count >= 100) }

  @Test(arguments: files) func textKeepsEverything(file: String) throws {
    let json = try Fixtures.read(file)
    var program = try json.withUnsafeBytes { try ExportedProgram(json: $0) }
    let text = program.module.text()
    let document = try TextDocument(parsing: text)
    #expect(document.module.text() == text)
    program.module = document.module
    #expect(try program.json() == json)
  }
}
