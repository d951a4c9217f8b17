import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// A signature keeps to what the graph's inputs and outputs are called.
struct SignatureTests {
  private func program() throws -> ExportedProgram {
    try Fixtures.read("pairs/adjacent-regions.pre.json").withUnsafeBytes {
      try ExportedProgram(json: $0)
    }
  }

  private func reread(_ program: ExportedProgram) throws -> ExportedProgram {
    try program.json().withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  @Test func followsRenamedInputsAndOutputs() throws {
    let program = try program()
    let placeholder = try #require(program.graph.placeholders.last)
    let index = try #require(program.outputNames.firstIndex { $0 != nil })
    let output = try #require(program.outputArguments[index].node)
    program.graph.rename(placeholder, to: "renamed_input")
    program.graph.rename(output, to: "renamed_output")
    for program in [program, try reread(program)] {
      #expect(program.inputNames.last == "renamed_input")
      #expect(program.outputNames[index] == "renamed_output")
      #expect(program.signature.inputs.allSatisfy { $0.literalName == nil })
      #expect(program.signature.outputs.allSatisfy { $0.literalName == nil })
    }
  }

  @Test func followsReplacedOutputs() throws {
    let program = try program()
    let index = try #require(program.outputNames.firstIndex { $0 != nil })
    let old = try #require(program.outputArguments[index].node)
    let new = program.graph.inserting(after: old).copy(old)
    old.replaceAllUses(with: new) { $0 != new }
    #expect(program.outputNames[index] == new.name)
    #expect(try reread(program).outputNames[index] == new.name)
  }

  @Test func keepsANameThatTheGraphDoesNotHave() throws {
    let json = String(decoding: try program().json(), as: UTF8.self)
    let name = try #require(try program().inputNames.last)
    let spec = "\"user_input\": {\"arg\": {\"as_tensor\": {\"name\": \"\(name)\"}}}"
    let broken = json.replacing(spec, with: spec.replacing(name, with: "somebody_else"))
    try #require(broken != json)
    let program = try Array(broken.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
    #expect(program.inputNames.last == "somebody_else")
    #expect(try program.json().elementsEqual(broken.utf8))
    #expect(ProgramVerifier().findings(in: program).contains { $0.code == .signatureName })
  }
}
