import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTestSupport
import Testing

/// What PyTorch wrote has no wrong calls, and its names and order of arguments are the schemas'.
@Suite struct FixtureCallTests {
  /// Operators that the generator of the fixtures defines.
  private static let customNamespaces = ["fixture", "fixture_objects"]

  static let models: [String] = ["pairs", "programs", "zoo"].flatMap { folder in
    Fixtures.list(folder).filter { isModel($0) }.map { "\(folder)/\($0)" }
  }

  private static func isModel(_ name: String) -> Bool {
    name.hasSuffix(".json") && !name.hasSuffix(".states.json") && !name.hasSuffix(".outputs.json")
  }

  @Test func thereAreModels() { #expect(Self.models.count > 100) }

  @Test(arguments: FixtureCallTests.models)
  func callsAreAsTheSchemasHaveThem(model: String) throws {
    let bytes = try Fixtures.read(model)
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let library = OperatorLibrary(context: program.graph.context)
    program.module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        check(node, library)
      }
    }
  }

  private func check(_ node: Node, _ library: OperatorLibrary) {
    #expect(library.checkCall(node) == [])
    if node.target == Targets.getitem { return }
    let names = library.argumentNames(of: node)
    let namespace = OperatorName(target: node.target)?.namespace ?? ""
    if Self.customNamespaces.contains(namespace) {
      #expect(names.allSatisfy { $0 == nil })
      #expect(library.effects(of: node) == .unknown)
    } else {
      #expect(names == node.argNames, "\(node.name): \(node.target)")
    }
    let keywords = node.kwargs.map(\.name)
    library.normalizeArguments(of: node)
    #expect(node.kwargs.map(\.name) == keywords)
  }
}
