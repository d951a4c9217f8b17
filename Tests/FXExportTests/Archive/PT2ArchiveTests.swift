import FXCore
import FXExport
import FXTestSupport
import Testing

@testable import FXFuzzing

@Suite struct PT2ArchiveTests {
  private let folder = TemporaryFolder()

  private static let minimal: [TestZIP.Entry] = [
    .init("m/models/model.json", "{}"), .init("m/data/weights/weight_0", "1234"),
    .init("m/archive_format", "pt2"), .init("m/archive_version", "0"),
    .init("m/.data/version", "6\n"), .init("m/byteorder", "little"),
  ]

  private func open(_ entries: [TestZIP.Entry]) throws -> PT2Archive {
    var zip = TestZIP()
    zip.entries = entries
    return try PT2Archive(MappedFile(copying: zip.build().bytes))
  }

  /// Opens the minimal archive with one member's contents changed.
  private func open(_ path: String, _ contents: String) throws -> PT2Archive {
    try open(
      Self.minimal.map { $0.name == Array("m/\(path)".utf8) ? .init("m/\(path)", contents) : $0 })
  }

  private func write(_ package: PT2Package) throws -> PT2Archive {
    let output = try AtomicOutput(path: folder.file("out.pt2"))
    try package.write(to: output)
    try output.commit()
    return try PT2Archive(path: folder.file("out.pt2"))
  }

  @Test func readsMembers() throws {
    let archive = try open(Self.minimal)
    #expect(archive.root == "m/")
    #expect(archive.modelNames == ["model"])
    #expect(try archive.contents("data/weights/weight_0").text == "1234")
    expectFXError(.pt2Missing) { try archive.contents("none") }
  }

  @Test func tellsRoles() {
    #expect(PT2Role(path: "models/a/b.json") == .model("a/b"))
    #expect(PT2Role(path: "models/.json") == .other)
    #expect(PT2Role(path: PT2Path.weightsConfig("m")) == .weightsConfig(model: "m"))
    #expect(PT2Role(path: PT2Path.weight("weight_0")) == .weight(file: "weight_0"))
    #expect(PT2Role(path: PT2Path.constantsConfig("m")) == .constantsConfig(model: "m"))
    #expect(PT2Role(path: PT2Path.constant("tensor_0")) == .constant(file: "tensor_0"))
    #expect(PT2Role(path: PT2Path.sampleInputs("m")) == .sampleInputs(model: "m"))
    #expect(PT2Role(path: PT2Path.extra("notes.txt")) == .extra("notes.txt"))
    #expect(PT2Role(path: "byteorder") == .format)
    #expect(PT2Role(path: "data/aotinductor/m/x.so") == .other)
  }

  @Test func refusesOtherFormats() {
    expectFXError(.pt2Format, member: "m/archive_format") { try open("archive_format", "pt3") }
    expectFXError(.pt2Version, member: "m/archive_version") { try open("archive_version", "1") }
    expectFXError(.pt2ByteOrder, member: "m/byteorder") { try open("byteorder", "big") }
    for version in ["0", "11", "x", ""] {
      expectFXError(.pt2Version, member: "m/.data/version") { try open(".data/version", version) }
    }
    let huge = String(repeating: "x", count: 1000)
    expectFXError(.pt2Format) { try open("archive_format", huge) }
  }

  @Test func refusesOtherArchives() {
    expectFXError(.pt2NotArchive) { try open([.init("a", "")]) }
    expectFXError(.pt2NotArchive) { try open([]) }
    expectFXError(.pt2Checkpoint) { try open([.init("m/data.pkl", ""), .init("m/version", "3")]) }
    expectFXError(.pt2Checkpoint) { try open([.init("m/constants.pkl", "")]) }
    expectFXError(.pt2Layout, member: "x") { try open(Self.minimal + [.init("x", "")]) }
    expectFXError(.pt2Layout) { try open(Self.minimal + [.init("n/archive_format", "pt2")]) }
  }

  @Test func rewritesUnchangedMembers() throws {
    let archive = try open(Self.minimal)
    let copy = try write(archive.package)
    #expect(copy.root == "m/")
    #expect(copy.paths == archive.paths + [PT2Path.serializationID])
    for path in archive.paths {
      #expect(try copy.contents(path).text == archive.contents(path).text)
    }
    let again = try write(copy.package)
    #expect(again.paths == copy.paths)
  }

  @Test func replacesAndAddsMembers() throws {
    let archive = try open([.init("m/.data/serialization_id", "old")] + Self.minimal)
    let output = try AtomicOutput(path: folder.file("out.pt2"))
    try archive.write(
      to: output,
      replacing: [
        "models/model.json": .stream { $0.write("{\"a\": 1}") }, "extra/b": .text("b"),
        "extra/a": .text("a"),
      ])
    try output.commit()
    let copy = try PT2Archive(path: folder.file("out.pt2"))
    #expect(
      copy.paths == archive.paths.dropFirst() + ["extra/a", "extra/b", PT2Path.serializationID])
    #expect(try copy.contents("models/model.json").text == "{\"a\": 1}")
    #expect(try copy.contents("data/weights/weight_0").text == "1234")
    #expect(try copy.contents(PT2Path.serializationID).array.count == 40)
  }

  @Test func givesRootlessArchivesARoot() throws {
    let archive = try open(
      [.init("archive_format", "pt2"), .init("models/m.json", "{}"), .init("models/", "")])
    #expect(archive.root == "")
    #expect(archive.modelNames == ["m"])
    let copy = try write(archive.package)
    #expect(copy.root == "archive/")
    #expect(copy.modelNames == ["m"])
    #expect(try copy.contents("archive_version").text == "0")
    #expect(try copy.contents("byteorder").text == "little")
  }

  @Test(arguments: Fixtures.list("archives").filter { $0.hasSuffix(".pt2") })
  func rewritesPyTorchArchives(_ name: String) throws {
    let archive = try PT2Archive(path: Fixtures.path("archives/\(name)"))
    #expect(!archive.modelNames.isEmpty)
    for member in archive.zip.members { try archive.zip.verify(member) }
    let copy = try write(archive.package)
    #expect(copy.paths.starts(with: archive.paths))
    for path in archive.paths {
      #expect(try copy.contents(path).array == archive.contents(path).array)
    }
  }
}
