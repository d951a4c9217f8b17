import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

@Suite struct ModelCodecTests {
  /// A node may have the name that PyTorch gives a result which nothing uses.
  @Test func namesOfUnusedResultsAreFree() throws {
    let bytes = try Fixtures.read("programs/operators-with-lists-out.decomposed.json")
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let graph = program.graph
    try graph.erase(#require(graph.node(named: "_linalg_svd_unused_1")))
    let first = try #require(graph.nodes.first { $0.kind == .callFunction })
    #expect(graph.rename(try #require(graph.node(named: "_linalg_svd")), to: "svd") == "svd")
    #expect(graph.rename(first, to: "svd_unused_1") == "svd_unused_1")
    let written = try program.json()
    let again = try written.withUnsafeBytes { try ExportedProgram(json: $0) }
    #expect(try again.json() == written)
    #expect(again.graph.node(named: "svd_unused_1")?.target == first.target)
    #expect(again.graph.node(named: "svd_unused_1_")?.target == Targets.getitem)
  }

  @Test(arguments: ModelFixtures.all)
  func writesTheVeryBytesThatItReads(_ path: String) throws {
    let bytes = try Fixtures.read(path)
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let written = try program.json()
    if written != bytes {
      let common = zip(written, bytes).prefix { $0.0 == $0.1 }.count
      Issue.record("\(path) differs from byte \(common) on")
    }
    var drained: [UInt8] = []
    var sink = ByteSink(chunk: 1000) { drained.append(contentsOf: $0) }
    try program.writeJSON(to: &sink)
    try sink.finish()
    #expect(drained == written)
  }

  @Test(arguments: ModelFixtures.all.filter { $0.hasPrefix("programs/") })
  func readsFieldsInAnyOrder(_ path: String) throws {
    let bytes = try Fixtures.read(path)
    let reversed = JSONTreeParser.parse(bytes).reversingFields(["nodes", "name", "arg"])
    let text = Array(reversed.text.utf8)
    let program = try text.withUnsafeBytes { try ExportedProgram(json: $0) }
    #expect(try program.json().count == bytes.count)
  }
}

extension JSONTree {
  /// Returns the tree with the fields of structures in reverse order.
  ///
  /// Only objects that have one of the given fields are structures for sure; others may be
  /// dictionaries, the order of which counts.
  fileprivate func reversingFields(_ known: Set<String>) -> JSONTree {
    switch self {
    case .object(let entries):
      let changed = entries.map { (key: $0.key, value: $0.value.reversingFields(known)) }
      let isStructure = entries.contains { known.contains($0.key) } && entries.count > 1
      return .object(isStructure ? changed.reversed() : changed)
    case .array(let parts): return .array(parts.map { $0.reversingFields(known) })
    default: return self
    }
  }
}
