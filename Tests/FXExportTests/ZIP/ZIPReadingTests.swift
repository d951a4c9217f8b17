import FXCore
import FXExport
import FXTestSupport
import Testing

@testable import FXFuzzing

@Suite struct ZIPReadingTests {
  private static let text = String(repeating: "abcdefgh", count: 20)

  private func open(_ bytes: [UInt8]) throws -> ZIPArchive {
    try ZIPArchive(MappedFile(copying: bytes))
  }

  private func contents(_ archive: ZIPArchive, _ name: String) throws -> String {
    let member = try #require(archive[name])
    return try archive.contents(of: member).text
  }

  @Test func readsStoredAndDeflated() throws {
    let zip = TestZIP(
      .init("a", "hello"), .init("d/b", Self.text, isDeflated: true), .init("c", ""))
    let archive = try open(zip.build().bytes)
    #expect(archive.members.map(\.name) == ["a", "d/b", "c"])
    #expect(try contents(archive, "a") == "hello")
    #expect(try contents(archive, "d/b") == Self.text)
    #expect(try contents(archive, "c") == "")
    for member in archive.members { try archive.verify(member) }
    #expect(archive["x"] == nil)
  }

  @Test func storedMembersAreViews() throws {
    let built = TestZIP(.init("a", "hello")).build()
    let file = MappedFile(copying: built.bytes)
    let archive = try ZIPArchive(file)
    let contents = try archive.contents(of: archive.members[0])
    #expect(contents.owner === file)
    #expect(contents.bytes.baseAddress == file.bytes.baseAddress.map { $0 + built.places[0].data })
  }

  @Test(arguments: [true, false], [true, false])
  func readsDataDescriptors(hasSignature: Bool, is64: Bool) throws {
    for has64 in [false, true] {
      var entry = TestZIP.Entry("a", "hello")
      entry.descriptor = (hasSignature, is64)
      entry.has64 = has64
      let archive = try open(TestZIP(entry, .init("b", Self.text)).build().bytes)
      #expect(try contents(archive, "a") == "hello")
    }
  }

  @Test func readsZIP64() throws {
    var entry = TestZIP.Entry("a", "hello")
    entry.has64 = true
    var zip = TestZIP(entry, .init("b", "x"))
    zip.has64 = true
    #expect(try contents(open(zip.build().bytes), "a") == "hello")
  }

  @Test func readsCommentThatLooksLikeAnEnd() throws {
    var zip = TestZIP(.init("a", "hello"))
    zip.comment = [0x50, 0x4b, 5, 6] + [UInt8](repeating: 7, count: 40)
    #expect(try contents(open(zip.build().bytes), "a") == "hello")
  }

  @Test func readsArchiveWithoutMembers() throws {
    #expect(try open(TestZIP().build().bytes).members.isEmpty)
  }

  @Test func keepsSpellingsApart() throws {
    let archive = try open(TestZIP(.init("\u{e9}", "1"), .init("e\u{301}", "2")).build().bytes)
    #expect(try contents(archive, "\u{e9}") == "1")
    #expect(try contents(archive, "e\u{301}") == "2")
  }

  @Test func refusesUnsafeNames() {
    for name in ["", "/a", "../a", "a/..", "a/../b", "a\\b", "a\0b"] {
      expectFXError(.zipName) { try open(TestZIP(.init(name, "x")).build().bytes) }
    }
  }

  @Test func refusesNamesInOtherEncodings() {
    var latin = TestZIP.Entry("a", "x")
    latin.name = [0xe9]
    expectFXError(.zipName) { try open(TestZIP(latin).build().bytes) }
    var unmarked = TestZIP.Entry("\u{e9}", "x")
    unmarked.flags = 0
    expectFXError(.zipName) { try open(TestZIP(unmarked).build().bytes) }
  }

  @Test func refusesDuplicates() {
    expectFXError(.zipDuplicate, member: "a") {
      try open(TestZIP(.init("a", "1"), .init("a", "2")).build().bytes)
    }
  }

  @Test(arguments: [0x801, 0x840, 0x2800])
  func refusesEncryption(flags: Int) {
    var entry = TestZIP.Entry("a", "x")
    entry.flags = flags
    expectFXError(.zipEncrypted, member: "a") { try open(TestZIP(entry).build().bytes) }
  }

  @Test func refusesPrefixes() {
    var zip = TestZIP(.init("a", "x"))
    let junk = [UInt8](repeating: 1, count: 100)
    expectFXError(.zipPrefix) { try open(junk + zip.build().bytes) }
    zip.has64 = true
    expectFXError(.zipPrefix) { try open(junk + zip.build().bytes) }
  }

  @Test func refusesTrailingBytes() {
    var zip = TestZIP(.init("a", "x"))
    expectFXError(.zipSuffix) { try open(zip.build().bytes + [0]) }
    // An archive within one that is cut short is no archive with something behind it.
    var outer = TestZIP(.init("inner.zip", ""), .init("b", "behind"))
    outer.entries[0].contents = zip.build().bytes
    expectFXError(.zipTruncated) { try open(outer.build().bytes.dropLast()) }
    zip.has64 = true
    expectFXError(.zipSuffix) { try open(zip.build().bytes + [0]) }
  }

  @Test(arguments: ["PK", "no archive, but long enough to hold an end record"])
  func refusesOtherFiles(_ text: String) {
    expectFXError(.zipNotArchive) { try open(Array(text.utf8)) }
  }
}

/// Expects `body` to throw an error of a code and, where given, at a member and a byte.
func expectFXError<Result>(
  _ code: FXError.Code, member: String? = nil, offset: Int? = nil,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) {
  do {
    _ = try body()
    Issue.record("no error, \(code) expected", sourceLocation: sourceLocation)
  } catch let error as FXError {
    #expect(error.code == code, sourceLocation: sourceLocation)
    if let member { #expect(error.place.member == member, sourceLocation: sourceLocation) }
    if let offset { #expect(error.place.offset == offset, sourceLocation: sourceLocation) }
  } catch {
    Issue.record("\(error) is no FXError", sourceLocation: sourceLocation)
  }
}
