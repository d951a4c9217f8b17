import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXExport

struct ProgramComparisonTests {
  static let programs = Fixtures.list("programs").filter { $0.hasSuffix(".json") }

  private func read(_ name: String) throws -> Document {
    try Document(path: Fixtures.path("programs/\(name)"))
  }

  @Test(arguments: programs)
  func everyFormOfAProgramIsEqual(_ name: String) throws {
    let folder = TemporaryFolder()
    let document = try read(name)
    for ending in ["fx", "fx.json", "json"] {
      let path = folder.file("copy.\(ending)")
      try [document].write(toPath: path)
      let copy = try Document(path: path)
      let difference = try ProgramDifference(between: document, and: copy)
      #expect(difference.isEmpty, "\(ending): \(difference)")
    }
  }

  private func change(
    _ name: String, _ body: (inout ExportedProgram) throws -> Void
  ) throws -> [FactDifference] {
    let program = try #require(try read(name).program)
    var other = program.copy()
    try body(&other)
    let difference = ProgramDifference(between: program, and: other)
    #expect(difference.graphs.isEmpty)
    return difference.facts
  }

  @Test func inputsAreComparedByKindAndTarget() throws {
    let facts = try change("mutations.json") { program in
      program.signature.inputs[0].kind = .buffer(.positional, target: "sum", isPersistent: true)
      program.signature.inputs[2].kind = .buffer(.positional, target: "scratch", isPersistent: true)
    }
    #expect(facts.map(\.title) == ["inputs"])
    #expect(facts[0].part == .signature)
    #expect(
      facts[0].changes == [
        FactDifference.Change("%b_total: buffer total", "%b_total: buffer sum"),
        FactDifference.Change(
          "%b_scratch: buffer scratch (not persistent)", "%b_scratch: buffer scratch"),
      ])
  }

  @Test func aRenamedInputIsTheSameInTheSignature() throws {
    let program = try #require(try read("mutations.json").program)
    let other = program.copy()
    let node = try #require(other.graph.node(named: "x"))
    other.graph.rename(node, to: "renamed")
    let difference = ProgramDifference(between: program, and: other)
    #expect(difference.facts.isEmpty)
    #expect(difference.graphs.flatMap(\.changes).map(\.aspects) == [[.name]])
  }

  @Test func outputsAreComparedByKindAndTarget() throws {
    let facts = try change("mutations.decomposed.json") { program in
      program.signature.outputs[0].kind = .bufferMutation(.positional, target: "other")
    }
    #expect(facts.map(\.title) == ["outputs"])
    #expect(facts[0].changes.count == 2)
  }

  @Test func rangesGuardsVersionsAndCallsAreFacts() throws {
    let facts = try change("derived-dims.json") { program in
      program.rangeConstraints[0].range.max = 50
      program.guardsCode.removeLast()
      program.torchVersion = "3.0.0"
      program.opsetVersion.append(("custom", 1))
      program.moduleCallGraph[0].signature?.forwardArgNames = ["a", "b", "c"]
    }
    #expect(facts.map(\.title) == ["ranges", "guards", "module calls", "versions"])
    #expect(facts.map(\.changes.count) == [1, 1, 1, 2])
    #expect(facts.map(\.part) == [.constraints, .constraints, .calls, .versions])
  }

  @Test func partsCanBeIgnored() throws {
    let program = try #require(try read("derived-dims.json").program)
    var other = program.copy()
    other.rangeConstraints = []
    other.torchVersion = "3.0.0"
    let ignored: Set<DifferencePart> = [.constraints, .versions]
    #expect(ProgramDifference(between: program, and: other, ignoring: ignored).isEmpty)
    #expect(
      ProgramDifference(between: program, and: other, ignoring: [.versions]).facts.map(\.title)
        == ["ranges"])
  }

  @Test func aProgramIsNotAModule() throws {
    let document = try read("mutations.json")
    var module = document
    module.content = .module(document.module)
    let difference = try ProgramDifference(between: document, and: module)
    #expect(difference.graphs.isEmpty)
    #expect(difference.facts.map(\.title) == ["documents"])
  }
}
