import FXCore
import FXExport
import Testing

@testable import FXFuzzing

@Suite struct ZIPDamageTests {
  private typealias Change = (inout TestZIP.Built) -> Void

  /// Expects an archive of the members `a` and `b` to be refused after a change.
  private func refuses(
    _ code: FXError.Code, member: String? = nil, at offset: ((TestZIP.Built) -> Int)? = nil,
    descriptor: Bool = false, has64: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation, _ change: Change
  ) {
    var first = TestZIP.Entry("a", "hello")
    if descriptor { first.descriptor = (true, false) }
    first.has64 = has64
    var zip = TestZIP(first, .init("b", "world", isDeflated: true))
    zip.has64 = has64
    var built = zip.build()
    let place = offset?(built)
    change(&built)
    expectFXError(code, member: member, offset: place, sourceLocation: sourceLocation) {
      try ZIPArchive(MappedFile(copying: built.bytes))
    }
  }

  @Test func refusesEndRecords() {
    refuses(.zipMultiDisk, at: { $0.end + 4 }, { $0.put16(1, at: $0.end + 4) })
    refuses(.zipMultiDisk) { $0.put16(1, at: $0.end + 6) }
    refuses(.zipMultiDisk) { $0.put16(1, at: $0.end + 8) }
    refuses(.zipDirectory) {
      $0.put16(40, at: $0.end + 8)
      $0.put16(40, at: $0.end + 10)
    }
    refuses(.zipDirectory) {
      $0.put16(1, at: $0.end + 8)
      $0.put16(1, at: $0.end + 10)
    }
    refuses(.zipTruncated) { $0.put32(0xffff_fff0, at: $0.end + 12) }
    refuses(.zipTruncated) { $0.put32($0.end, at: $0.end + 16) }
    refuses(.zipPrefix) { $0.put32($0.directory - 1, at: $0.end + 16) }
    refuses(.zipDirectory) { $0.put32($0.end - $0.directory - 1, at: $0.end + 12) }
  }

  @Test func refusesZIP64Records() {
    refuses(.zipTruncated, has64: true) { $0.put64(Int.max, at: $0.locator + 8) }
    refuses(.zipTruncated, has64: true) { $0.put64(-1, at: $0.locator + 8) }
    refuses(.zipMultiDisk, has64: true) { $0.put32(2, at: $0.locator + 16) }
    refuses(.zipDirectory, has64: true) { $0.put64(0, at: $0.end64 + 4) }
    refuses(.zipMultiDisk, has64: true) { $0.put64(1, at: $0.end64 + 24) }
    refuses(.zipTruncated, has64: true) { $0.put64(-1, at: $0.end64 + 40) }
    refuses(.zipTruncated, has64: true) { $0.put64(Int.max, at: $0.end64 + 40) }
    refuses(.zipTruncated, has64: true) { $0.put64(Int.max, at: $0.end64 + 48) }
    refuses(.zipMismatch, has64: true) { $0.put16(3, at: $0.end + 10) }
    refuses(.zipMismatch, has64: true) { $0.put32(0, at: $0.end + 16) }
    // Sizes and the offset in the ZIP64 field of the first record.
    refuses(.zipTruncated, member: "a", has64: true) {
      $0.put64(-1, at: $0.places[0].central + 51)
    }
    refuses(.zipMismatch, member: "a", has64: true) {
      $0.put64(Int.max, at: $0.places[0].central + 51)
    }
    refuses(.zipTruncated, member: "a", has64: true) {
      $0.put64(Int.max, at: $0.places[0].central + 67)
    }
    refuses(.zipDirectory, member: "a", has64: true) { $0.put16(8, at: $0.places[0].central + 49) }
  }

  @Test func refusesDirectoryRecords() {
    refuses(.zipDirectory, at: { $0.places[1].central }, { $0.put32(0, at: $0.places[1].central) })
    refuses(.zipDirectory) { $0.put16(0xffff, at: $0.places[1].central + 28) }
    refuses(.zipDirectory) { $0.put16(1, at: $0.places[1].central + 32) }
    refuses(.zipMethod, member: "b") { $0.put16(12, at: $0.places[1].central + 10) }
    refuses(.zipMismatch, member: "a") { $0.put32(4, at: $0.places[0].central + 24) }
    refuses(.zipMultiDisk, member: "a") { $0.put16(1, at: $0.places[0].central + 34) }
    refuses(.zipTruncated, member: "a") { $0.put32(0x7fff_ffff, at: $0.places[0].central + 42) }
    refuses(.zipHeader, member: "a", at: { _ in 1 }, { $0.put32(1, at: $0.places[0].central + 42) })
    refuses(.zipTruncated, member: "b") { $0.put32(0x7fff_ffff, at: $0.places[1].central + 20) }
  }

  @Test func refusesLocalHeaders() {
    refuses(
      .zipHeader, member: "b", at: { $0.places[1].local },
      {
        $0.put32(0, at: $0.places[1].local)
      })
    refuses(
      .zipMismatch, member: "b", at: { $0.places[1].local + 30 },
      {
        $0.bytes[$0.places[1].local + 30] = 0x63
      })
    refuses(.zipMismatch, member: "b") { $0.put16(0, at: $0.places[1].local + 6) }
    refuses(.zipMismatch, member: "b") { $0.put16(0, at: $0.places[1].local + 8) }
    for field in [14, 18, 22] {
      refuses(.zipMismatch, member: "b") { $0.put32(1, at: $0.places[1].local + field) }
    }
    refuses(.zipTruncated, member: "b") { $0.put16(0xffff, at: $0.places[1].local + 28) }
  }

  @Test func refusesDataDescriptors() {
    for field in [0, 4, 8, 12] {
      refuses(
        .zipMismatch, member: "a", at: { $0.places[0].dataEnd }, descriptor: true,
        {
          $0.put32(1, at: $0.places[0].dataEnd + field)
        })
    }
  }

  @Test func refusesOverlaps() {
    var built = TestZIP(.init("a", "hello"), .init("b", "hello")).build()
    // Both records lead to one local header; the names have to agree for the reader to go on.
    built.put32(built.places[0].local, at: built.places[1].central + 42)
    expectFXError(.zipMismatch) { try ZIPArchive(MappedFile(copying: built.bytes)) }

    // A member whose bytes hold another member, header and all.
    let inner = TestZIP(.init("b", "hello")).build()
    let header = Array(inner.bytes[..<inner.directory])
    var outer = TestZIP(.init("a", String(decoding: header, as: UTF8.self)), .init("b", "hello"))
    outer.entries[0].contents = header
    var both = outer.build()
    both.put32(both.places[0].data, at: both.places[1].central + 42)
    expectFXError(.zipOverlap, member: "b", offset: both.places[0].data) {
      try ZIPArchive(MappedFile(copying: both.bytes))
    }
  }

  @Test func refusesWrongBytes() throws {
    var built = TestZIP(.init("a", "hello"), .init("b", "worldworld", isDeflated: true)).build()
    built.bytes[built.places[0].data] ^= 1
    built.bytes[built.places[1].data] = 0xff
    let archive = try ZIPArchive(MappedFile(copying: built.bytes))
    let (a, b) = (archive.members[0], archive.members[1])
    expectFXError(.zipChecksum, member: "a", offset: a.dataOffset) { try archive.verify(a) }
    expectFXError(.zipChecksum, member: "a") { try archive.contents(of: a) }
    #expect(try archive.contents(of: a, verifying: false).text == "iello")
    expectFXError(.zipData, member: "b") { try archive.contents(of: b) }
  }

  @Test func refusesLyingSizes() throws {
    for (size, code) in [
      (0x7000_0000, FXError.Code.zipSize), (11, .zipSize), (9, .zipSize),
    ] {
      var built = TestZIP(.init("b", "worldworld", isDeflated: true)).build()
      built.put32(size, at: built.places[0].local + 22)
      built.put32(size, at: built.places[0].central + 24)
      let archive = try ZIPArchive(MappedFile(copying: built.bytes))
      expectFXError(code, member: "b") { try archive.contents(of: archive.members[0]) }
    }
    let archive = try ZIPArchive(
      MappedFile(copying: TestZIP(.init("b", "worldworld", isDeflated: true)).build().bytes))
    expectFXError(.zipSize) { try archive.contents(of: archive.members[0], limit: 9) }
  }

  /// An archive with one member of each form.
  private static let small: [UInt8] = {
    var first = TestZIP.Entry("m/archive_format", "pt2")
    first.descriptor = (true, false)
    var second = TestZIP.Entry("m/models/a.json", "{}{}{}{}", isDeflated: true)
    second.has64 = true
    var zip = TestZIP(first, second, .init("m/byteorder", "little"))
    zip.has64 = true
    return zip.build().bytes
  }()

  /// Reads everything; only FXErrors may come out, and never a trap.
  private func readAll(_ bytes: [UInt8]) throws {
    do {
      let archive = try PT2Archive(MappedFile(copying: bytes))
      for path in archive.paths { _ = try archive.contents(path) }
    } catch is FXError {}
  }

  @Test func survivesTruncationEverywhere() throws {
    for count in 1..<Self.small.count {
      let cut = Array(Self.small[..<count])
      try readAll(cut)
      #expect(throws: FXError.self) { try ZIPArchive(MappedFile(copying: cut)) }
    }
  }

  @Test func survivesEveryFlip() throws {
    for offset in Self.small.indices {
      for mask: UInt8 in [1, 0x80, 0xff] {
        var bytes = Self.small
        bytes[offset] ^= mask
        try readAll(bytes)
      }
    }
  }

  @Test func survivesExtremeFields() throws {
    let extremes: [[UInt8]] = [
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0, 0, 0, 0, 0x80],
    ]
    for offset in Self.small.indices.dropLast(8) {
      for extreme in extremes {
        for length in [2, 4, 8] {
          var bytes = Self.small
          bytes.replaceSubrange(offset..<offset + length, with: extreme.suffix(length))
          try readAll(bytes)
        }
      }
    }
  }
}
