import FXCore
import FXTestSupport
import Testing

@testable import FXExport
@testable import FXFuzzing

@Suite struct ZIPWritingTests {
  private let folder = TemporaryFolder()

  @discardableResult
  private func write(
    records: ZIPRecords = ZIPRecords(), _ body: (ZIPWriter) throws -> Void
  ) throws -> ZIPArchive {
    let output = try AtomicOutput(path: folder.file("a.zip"))
    let writer = ZIPWriter(to: output, records: records)
    try body(writer)
    try writer.finish()
    try output.commit()
    return try ZIPArchive(MappedFile(path: folder.file("a.zip")))
  }

  private func add(_ writer: ZIPWriter, _ name: String, _ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try writer.add(name, $0) }
  }

  private static let long = String(repeating: "long ", count: 200_000)

  /// Writes members of every form, with every length of name.
  private func members(_ writer: ZIPWriter) throws {
    for count in 1...70 {
      try add(writer, String(repeating: "n", count: count), "\(count)")
    }
    try add(writer, "empty", "")
    try writer.add("streamed") { sink in sink.write(Self.long) }
    try writer.add("streamed empty") { _ in }
    try add(writer, "\u{e9}", "last")
  }

  private func check(_ archive: ZIPArchive) throws {
    #expect(archive.members.count == 74)
    for member in archive.members {
      try archive.verify(member)
      #expect(member.dataOffset % 64 == 0)
    }
    let streamed = try #require(archive["streamed"])
    #expect(try archive.contents(of: streamed).text == Self.long)
    #expect(archive["streamed empty"]?.size == 0)
    #expect(archive["empty"]?.size == 0)
  }

  @Test func writesAlignedMembers() throws {
    try check(write(members))
  }

  @Test func writesTheSameBytesAgain() throws {
    try write(members)
    let first = try readFile(folder.file("a.zip"))
    try write(members)
    #expect(try readFile(folder.file("a.zip")) == first)
  }

  @Test(arguments: [1, 3, 64, 1000, 20_000])
  func writesZIP64(limit: Int) throws {
    try check(write(records: ZIPRecords(limit32: limit, limit16: 10), members))
  }

  @Test func writesManyMembers() throws {
    let archive = try write { writer in
      for index in 0..<65_536 { try add(writer, "\(index)", "") }
    }
    #expect(archive.members.count == 65_536)
    #expect(archive["65535"] != nil)
  }

  @Test func copiesMembers() throws {
    let built = TestZIP(.init("a", "hello"), .init("b", Self.long, isDeflated: true)).build()
    let source = try ZIPArchive(MappedFile(copying: built.bytes))
    let archive = try write { writer in
      for member in source.members {
        try writer.add("x/\(member.name)", copying: member, of: source)
      }
    }
    #expect(archive.members.map(\.name) == ["x/a", "x/b"])
    #expect(archive.members.allSatisfy { !$0.isDeflated })
    #expect(try archive.contents(of: archive.members[1]).text == Self.long)
  }

  @Test func refusesToCopyDamage() throws {
    var built = TestZIP(.init("a", "hello")).build()
    built.bytes[built.places[0].data] = 0
    let source = try ZIPArchive(MappedFile(copying: built.bytes))
    expectFXError(.zipChecksum, member: "a") {
      try write { try $0.add("a", copying: source.members[0], of: source) }
    }
    #expect(folder.names.isEmpty)
  }

  @Test func refusesNames() throws {
    for name in ["", "/a", "../a", "a\0", String(repeating: "n", count: 65_535)] {
      expectFXError(.zipName) { try write { try add($0, name, "") } }
    }
    expectFXError(.zipDuplicate) {
      try write { writer in
        try add(writer, "a", "")
        try add(writer, "a", "")
      }
    }
    #expect(folder.names.isEmpty)
  }
}
