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

  @Test func followsRenamedConstants() throws {
    let program = try Fixtures.read("programs/constant-outputs.json").withUnsafeBytes {
      try ExportedProgram(json: $0)
    }
    #expect(program.inputNames == ["x", "number", "text"])
    program.graph.rename(program.graph.placeholders[2], to: "renamed")
    #expect(try reread(program).inputNames == ["x", "number", "renamed"])
  }

  @Test func refusesToWriteModulesThatMentionOneAnotherWithoutEnd() throws {
    // Each of 40 modules fetches the next one twice: 2^40 graphs if each mention were written.
    let context = GraphContext()
    var module = GraphModule(Graph(context: context))
    module.graph.end.output(.tuple([]))
    for _ in 0..<40 {
      let outer = GraphModule(Graph(context: context))
      outer["inner"] = .module(module)
      let end = outer.graph.end
      let fetched = [end.getAttr("inner"), end.getAttr("inner")]
      let call = end.callFunction("torch.ops.higher_order.wrap", fetched.map { .node($0) })
      call.argNames = ["", ""]
      end.output(.tuple([]))
      module = outer
    }
    let program = ExportedProgram(module: module, signature: GraphSignature())
    #expect { try program.json() } throws: { ($0 as? FXError)?.code == .notSerializable }
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
