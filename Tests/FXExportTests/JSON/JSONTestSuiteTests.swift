import FXCore
import FXExport
import Testing

/// JSONTestSuite, and what the schema's decoders add to it.
@Suite struct JSONTestSuiteTests {
  private func error(_ bytes: [UInt8]) -> FXError? {
    bytes.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      do throws(FXError) {
        try reader.skipValue()
        try reader.finish()
        return nil
      } catch { return error }
    }
  }

  @Test func suiteIsWhole() {
    let counts = ["y_", "n_", "i_"].map { prefix in
      JSONTestSuite.all.filter { $0.name.hasPrefix(prefix) }.count
    }
    #expect(counts == [95, 188, 35])
    #expect(Set(JSONTestSuite.all.map(\.name)).count == 318)
  }

  @Test(arguments: JSONTestSuite.all.filter { $0.name.hasPrefix("y_") })
  func accepts(_ document: JSONTestSuite.Case) {
    #expect(error(document.bytes) == nil)
  }

  @Test(arguments: JSONTestSuite.all.filter { $0.name.hasPrefix("n_") })
  func refuses(_ document: JSONTestSuite.Case) {
    let found = error(document.bytes)
    #expect(found?.place.offset != nil)
    let codes: [FXError.Code] = [.jsonSyntax, .jsonTruncated, .jsonEncoding, .jsonDepth]
    #expect(found.map { codes.contains($0.code) } == true)
  }

  /// Numbers may be of any size as long as nobody asks for them, and nesting goes to the limit; text
  /// is UTF-8 without a mark, and surrogates come in pairs.
  @Test(arguments: JSONTestSuite.all.filter { $0.name.hasPrefix("i_") })
  func decides(_ document: JSONTestSuite.Case) {
    let isAccepted = document.name.hasPrefix("i_number_") || document.name.contains("500_nested")
    #expect((error(document.bytes) == nil) == isAccepted)
  }

  /// Whatever is accepted is JSON for the program's readers too: kinds are told, never a trap.
  @Test(arguments: JSONTestSuite.all)
  func isNoProgram(_ document: JSONTestSuite.Case) {
    document.bytes.withUnsafeBytes { bytes in
      #expect(throws: FXError.self) { try ExportedProgram(json: bytes) }
      #expect(throws: FXError.self) { try PayloadConfig(json: bytes) }
    }
  }
}
