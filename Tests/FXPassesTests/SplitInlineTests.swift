import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

@testable import FXPasses

/// Splitting real programs and inlining all parts gives the very same file.
struct SplitInlineTests {
  static let programs = Fixtures.models(in: ["programs", "zoo"])

  @Test(arguments: [1, 3, 10, 1000])
  func splitThenInlineIsTheIdentity(_ length: Int) throws {
    var tried = 0
    for path in Self.programs {
      let bytes = try Fixtures.read(path)
      let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
      guard isPlain(program.graph) else { continue }
      let before = try program.json()
      var position = 0
      let split = try program.module.sequentialSplit { _ in
        position += 1
        return position % length == 0
      }
      #expect(split.graph.lint() == [])
      let calls = split.graph.findNodes(.callModule)
      try split.inline(calls)
      #expect(split.graph.lint() == [])
      #expect(split.childGraphModules.count == program.module.childGraphModules.count)
      var restored = program
      restored.module = split
      let after = try restored.json()
      #expect(after == before, "\(path): \(firstDifference(after, before))")
      tried += 1
    }
    #expect(tried >= 10)
  }

  /// Names that parts of results get while a graph is split are taken then for good, and so are
  /// names of partitions; as in torch.fx nodes that had them are renamed. Switches are doubled.
  private func isPlain(_ graph: Graph) -> Bool {
    let atoms = RegionAtoms(graph.context)
    return graph.nodes.allSatisfy {
      !$0.name.hasPrefix("getitem") && !$0.name.hasPrefix("submod") && !atoms.isSwitch($0)
    }
  }
}
