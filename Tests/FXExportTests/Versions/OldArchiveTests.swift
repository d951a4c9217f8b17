import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

@testable import FXFuzzing

/// Archives of PyTorch 2.5 to 2.8, as the version wrote them.
@Suite struct OldArchiveTests {
  private let folder = TemporaryFolder()

  static let names = [
    "2.5.1/cond.decomposed", "2.5.1/tree.export", "2.6.0/gradmodes.export", "2.6.0/dyn.export",
    "2.6.0/scan.export", "2.8.0/dyn.export", "2.8.0/tree.export",
  ]

  private func document(_ name: String) throws -> Document {
    try Document(path: Fixtures.path("compat/\(name).pt2"))
  }

  private func json(_ program: ExportedProgram) throws -> [UInt8] {
    var sink = ByteSink()
    try program.writeJSON(to: &sink)
    return Array(sink.bytes)
  }

  @Test func tellsLayouts() throws {
    #expect(try document("2.5.1/tree.export").archive?.layout == .flat)
    #expect(try document("2.6.0/dyn.export").archive?.layout == .flat)
    #expect(try document("2.8.0/dyn.export").archive?.layout == .pickledWeights)
    #expect(try PT2Archive(path: Fixtures.path("archives/conv-norm.pt2")).layout == .current)
  }

  @Test func tellsVersions() throws {
    #expect(try document("2.5.1/tree.export").program?.writtenVersion == .oldest)
    let middle = try #require(try document("2.6.0/dyn.export").program)
    #expect(middle.writtenVersion == SchemaVersion(major: 8, minor: 2))
    #expect(middle.schemaVersion == .current)
    let later = try #require(try document("2.8.0/dyn.export").program)
    #expect(later.writtenVersion == nil)
    #expect(later.schemaVersion == SchemaVersion(major: 8, minor: 8))
  }

  /// What is written has the newest layout and schema, and the same graph and weights.
  @Test(arguments: names)
  func writesNewestLayout(_ name: String) throws {
    let old = try document(name)
    try [old].write(toPath: folder.file("new.pt2"))
    let new = try Document(path: folder.file("new.pt2"))
    let (before, after) = (try #require(old.archive), try #require(new.archive))
    #expect(after.layout == .current)
    #expect(new.program?.schemaVersion == .current)
    #expect(new.program?.writtenVersion == nil)
    #expect(new.module.text() == old.module.text())
    #expect(try after.contents("models/model.json").array == json(try #require(new.program)))
    for path in ["data/sample_inputs/model.pt", "data/weights/model_weights_config.json"] {
      #expect(try after.contents(path).array == before.contents(path).array)
    }
    let weights = try before.weights(of: "model") + before.constants(of: "model")
    let copies = try after.weights(of: "model") + after.constants(of: "model")
    #expect(weights.map(\.meta) == copies.map(\.meta))
    #expect(weights.map(\.storage.array) == copies.map(\.storage.array))
  }

  @Test func listsWeights() throws {
    let archive = try #require(try document("2.5.1/tree.export").archive)
    let weights = try archive.weights(of: "model")
    #expect(weights.map(\.name) == ["count"])
    #expect(weights[0].tensor.dtype == .float32)
    #expect(weights[0].storage.array == [0, 0, 0, 0])
    #expect(try archive.constants(of: "model").map(\.name) == ["k"])
    let stored = try #require(try StoredWeights(archive: archive, model: "model"))
    #expect(stored.stateDict.map(\.byteCount) == [4])
  }

  /// The tuple of one tensor that a `cond` returns, which PyTorch 2.15 does not read.
  @Test(arguments: ["2.5.1/cond.decomposed", "2.6.0/gradmodes.export"])
  func takesApartTuplesOfOne(_ name: String) throws {
    let graph = try document(name).module.graph
    let call = try #require(graph.nodes.first { $0.target.hasPrefix("torch.ops.higher_order") })
    #expect(call.value.map { if case .tuple(let parts) = $0 { parts.count } else { 0 } } == 1)
    #expect(call.users.map(\.target) == ["_operator.getitem"])
  }

  @Test func refusesOtherVersions() throws {
    let text = try document("2.5.1/tree.export").source.text
    for (version, code) in [
      (#""major": 9, "minor": 0"#, FXError.Code.unsupportedVersion),
      (#""major": 7, "minor": 2"#, .unsupportedVersion),
      (#""major": 0, "minor": 0"#, .unsupportedVersion),
    ] {
      let current = #""major": 7, "minor": 3"#
      let parts = text.split(separator: current, omittingEmptySubsequences: false).map {
        String($0)
      }
      #expect(parts.count == 2)
      let changed = parts.joined(separator: version)
      expectFXError(code) {
        try Array(changed.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
      }
    }
  }

  @Test func bearsDepth() throws {
    let text = try document("2.5.1/tree.export").source.text.dropLast()
    for (depth, isFine) in [(1000, true), (1100, false)] {
      let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      let changed = Array("\(text), \"unknown\": \(nested)}".utf8)
      if isFine {
        let program = try changed.withUnsafeBytes { try ExportedProgram(json: $0) }
        #expect(program.unknownFields.map(\.json) == [nested])
      } else {
        expectFXError(.jsonDepth) { try changed.withUnsafeBytes { try ExportedProgram(json: $0) } }
      }
    }
  }

  @Test func refusesLyingStorages() throws {
    var zip = TestZIP()
    let old = try ZIPArchive(MappedFile(path: Fixtures.path("compat/2.5.1/tree.export.pt2")))
    let pickle =
      "\u{80}\u{2}}U\u{1}wctorch._utils\n_rebuild_tensor_v2\n((U\u{7}storagectorch\nFloatStorage\n"
      + "U\u{1}0U\u{3}cpuK\u{9}tQK\0))\u{89}}tRs."
    var inner = TestZIP()
    inner.entries = [
      entry("a/data.pkl", bytes(pickle)), entry("a/data/0", [0, 0, 0, 0]),
    ]
    for member in old.members {
      let isWeights = member.name == "serialized_state_dict.pt"
      let contents = isWeights ? inner.build().bytes : try old.contents(of: member).array
      zip.entries.append(entry(member.name, contents))
    }
    let archive = zip.build().bytes
    expectFXError(.pickleStorage) { try PT2Archive(MappedFile(copying: archive)) }
  }

  /// Bytes changed all over the file: an error of FXKit's own or a document, never a trap.
  @Test(arguments: ["2.5.1/cond.decomposed", "2.8.0/tree.export"])
  func survivesDamage(_ name: String) throws {
    let file = try Fixtures.read("compat/\(name).pt2")
    var refused = 0
    for index in stride(from: 0, to: file.count, by: 11) {
      var copy = file
      copy[index] ^= UInt8(truncatingIfNeeded: index | 1)
      do {
        let document = try Document(MappedFile(copying: copy))
        _ = try document.archive?.weights(of: "model")
      } catch is FXError {
        refused += 1
      }
    }
    #expect(refused > file.count / 22)
  }

  private func entry(_ name: String, _ contents: [UInt8]) -> TestZIP.Entry {
    var entry = TestZIP.Entry(name, "")
    entry.contents = contents
    return entry
  }

  private func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }
}
