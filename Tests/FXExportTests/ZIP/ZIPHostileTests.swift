import FXCore
import FXExport
import Testing

@testable import FXFuzzing

/// Archives that show one thing to one program and another to the next.
@Suite struct ZIPHostileTests {
  private func open(_ bytes: [UInt8]) throws -> ZIPArchive {
    try ZIPArchive(MappedFile(copying: bytes))
  }

  private let small = ZIPBuilder(.init("a", "hello")).build()

  @Test func duplicatedEndRecordsAreRefused() {
    let end = Array(small.bytes[small.end...])
    // Programs that look from the front or from the back would take different ones.
    expectFXError(.zipDirectory) { try open(small.bytes + end) }
    var commented = small
    commented.put16(end.count, at: small.end + 20)
    expectFXError(.zipDirectory) { try open(commented.bytes + end) }
  }

  @Test func truncatedEndRecordsAreRefused() {
    for count in 1..<22 {
      expectFXError(.zipTruncated) { try open(small.bytes.dropLast(count)) }
    }
  }

  @Test func sentinelsWithoutZIP64FieldAreRefused() {
    for field in [20, 24, 42] {
      var built = small
      built.put32(0xffff_ffff, at: built.places[0].central + field)
      #expect(throws: FXError.self) { try open(built.bytes) }
    }
    var end = small
    end.put32(0xffff_ffff, at: end.end + 16)
    expectFXError(.zipTruncated) { try open(end.bytes) }
  }

  /// The offsets of such a file are right: it is an archive to those who look at its end, and
  /// something else to those who look at its start.
  @Test func prefixPolyglotsAreRefused() {
    let prefix = Array("#!/bin/sh\nexit 0\n".utf8)
    for has64 in [false, true] {
      var zip = ZIPBuilder(.init("a", "hello"))
      zip.entries[0].has64 = has64
      zip.has64 = has64
      var built = zip.build()
      let length = prefix.count
      if has64 {
        built.put64(built.directory + length, at: built.end64 + 48)
        built.put64(built.end64 + length, at: built.locator + 8)
        built.put64(length, at: built.places[0].central + 67)
      } else {
        built.put32(built.directory + length, at: built.end + 16)
        built.put32(length, at: built.places[0].central + 42)
      }
      expectFXError(.zipPrefix, offset: 0) { try open(prefix + built.bytes) }
    }
    expectFXError(.zipPrefix) { try open(prefix + small.bytes) }
  }

  @Test func suffixPolyglotsAreRefused() {
    expectFXError(.zipSuffix) { try open(small.bytes + Array("#!/bin/sh\n".utf8)) }
  }

  @Test func declaredSizesBeyondTheFileAreRefused() {
    for size in [6, 1000, 0x7fff_ffff, 0xffff_fffe] {
      var built = small
      for place in [built.places[0].local + 18, built.places[0].central + 20] {
        built.put32(size, at: place)
        built.put32(size, at: place + 4)
      }
      expectFXError(.zipTruncated, member: "a") { try open(built.bytes) }
    }
  }
}
