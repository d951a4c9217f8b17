import FXCore
import FXExport
import FXGraph
import FXPasses
import FXTestSupport
import Testing

/// Kinds of arguments in documents that do not tell them.
@Suite struct ArgumentKindTests {
  private func document(_ name: String) throws -> Document {
    try Document(path: Fixtures.path("compat/\(name).pt2"))
  }

  @Test func parametersWithDefaultsAreKeywords() throws {
    var document = try document("2.6.0/gradmodes.export")
    let linear = try #require(
      document.module.graph.nodes.first { $0.target == "torch.ops.aten.linear.default" })
    #expect(linear.argCount == 3)
    document.complete()
    #expect(linear.argNames == ["input", "weight"])
    #expect(linear.kwargs.map(\.name) == ["bias"])
    #expect(document.program?.absentFields.contains(.argumentKind) == false)
    #expect(document.module.graph.lint().isEmpty)
  }

  @Test func graphArgumentsStayPositional() throws {
    var document = try document("2.5.1/cond.decomposed")
    document.complete()
    let call = try #require(
      document.module.graph.nodes.first { $0.target == "torch.ops.higher_order.cond" })
    #expect(call.argCount == 4)
    #expect(call.kwargs.isEmpty)
  }

  @Test func documentsThatTellThemStay() throws {
    var document = try document("2.8.0/dyn.export")
    let before = document.module.text()
    document.complete()
    #expect(document.module.text() == before)
  }

  /// PyTorch finds the kinds of an operator that FXKit does not know.
  @Test func unknownOperatorsKeepTheFieldAway() throws {
    let text = try document("2.6.0/dyn.export").source.text
    let changed = text.split(separator: "torch.ops.aten.cat.default").joined(
      separator: "torch.ops.mine.cat.default")
    var program = try Array(changed.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
    program.deriveArgumentKinds()
    #expect(program.absentFields.contains(.argumentKind))
  }

  @Test(arguments: ["2.5.1/tree.export", "2.6.0/gradmodes.export", "2.8.0/tree.export"])
  func completedDocumentsHaveNoFindings(_ name: String) throws {
    var document = try document(name)
    document.complete()
    #expect(document.findings().map(\.line) == [])
  }
}
