import FXCore

/// One record of the central directory, before it is compared with the local header.
struct ZIPDirectoryRecord {
  let name: String
  let nameBytes: UnsafeRawBufferPointer
  let flags: Int
  let method: Int
  let checksum: Int
  var size: Int
  var storedSize: Int
  var headerOffset: Int
  /// The number of bytes of the record.
  let length: Int

  var hasDescriptor: Bool { flags & ZIPFormat.descriptorFlag != 0 }

  /// Reads the record at `offset`, which must end at or before `end`.
  init(_ bytes: ZIPBytes, at offset: Int, end: Int) throws {
    guard end - offset >= ZIPFormat.centralLength, bytes.u32(offset) == ZIPFormat.centralHeader
    else { throw bytes.error(.zipDirectory, "there is no record of the directory", at: offset) }
    let nameLength = bytes.u16(offset + 28)
    let extraLength = bytes.u16(offset + 30)
    length = ZIPFormat.centralLength + nameLength + extraLength + bytes.u16(offset + 32)
    guard length <= end - offset else {
      throw bytes.error(.zipDirectory, "a record goes beyond the directory", at: offset)
    }
    let nameOffset = offset + ZIPFormat.centralLength
    nameBytes = bytes.slice(nameOffset, nameLength)
    flags = bytes.u16(offset + 8)
    method = bytes.u16(offset + 10)
    checksum = bytes.u32(offset + 16)
    storedSize = bytes.u32(offset + 20)
    size = bytes.u32(offset + 24)
    headerOffset = bytes.u32(offset + 42)
    name = String(decoding: nameBytes, as: UTF8.self)
    if let problem = ZIPName.problem(nameBytes, isMarkedUTF8: flags & ZIPFormat.utf8Flag != 0) {
      throw bytes.error(
        .zipName, "the member's name \(problem)", at: nameOffset, member: name)
    }

    let hidden =
      ZIPFormat.encryptedFlag | ZIPFormat.strongEncryptionFlag | ZIPFormat.maskedFlag
    if flags & hidden != 0 {
      throw bytes.error(.zipEncrypted, "the member is encrypted", at: offset + 8, member: name)
    }
    guard method == ZIPFormat.stored || method == ZIPFormat.deflated else {
      throw bytes.error(
        .zipMethod, "compression method \(method) is none of 0 (stored) and 8 (deflated)",
        at: offset + 10, member: name)
    }
    let disk = try readZIP64(
      bytes, at: nameOffset + nameLength, length: extraLength, disk: bytes.u16(offset + 34))
    if disk != 0 {
      throw bytes.error(
        .zipMultiDisk, "the member is in part \(disk) of a split archive", at: offset + 34,
        member: name)
    }
    if method == ZIPFormat.stored, size != storedSize {
      throw bytes.error(
        .zipMismatch, "a stored member has the sizes \(storedSize) and \(size)", at: offset + 20,
        member: name)
    }
  }

  /// Replaces sentinels by the values of the ZIP64 field, in its fixed order; returns the disk.
  private mutating func readZIP64(
    _ bytes: ZIPBytes, at start: Int, length: Int, disk: Int
  ) throws -> Int {
    var disk = disk
    let needs64 =
      size == ZIPFormat.sentinel32 || storedSize == ZIPFormat.sentinel32
      || headerOffset == ZIPFormat.sentinel32 || disk == ZIPFormat.sentinel16
    guard needs64 else { return disk }
    guard let field = ZIPExtraField.find(ZIPFormat.zip64Field, in: bytes, at: start, length: length)
    else { return disk }
    var next = field.offset
    let end = field.offset + field.length
    func value(_ what: String) throws -> Int {
      guard end - next >= 8 else {
        throw bytes.error(.zipDirectory, "the ZIP64 field lacks \(what)", at: next, member: name)
      }
      defer { next += 8 }
      return try bytes.size64(next, what, member: name)
    }
    if size == ZIPFormat.sentinel32 { size = try value("the member's size") }
    if storedSize == ZIPFormat.sentinel32 { storedSize = try value("the stored size") }
    if headerOffset == ZIPFormat.sentinel32 { headerOffset = try value("the header's offset") }
    if disk == ZIPFormat.sentinel16 {
      guard end - next >= 4 else {
        throw bytes.error(.zipDirectory, "the ZIP64 field lacks the disk", at: next, member: name)
      }
      disk = bytes.u32(next)
    }
    return disk
  }
}

/// Finds fields among a record's extra fields.
enum ZIPExtraField {
  static func find(
    _ id: Int, in bytes: ZIPBytes, at start: Int, length: Int
  ) -> (offset: Int, length: Int)? {
    var offset = start
    let end = start + length
    // A field that goes beyond the end, like padding without a header, ends the list.
    while end - offset >= 4 {
      let size = bytes.u16(offset + 2)
      guard size <= end - offset - 4 else { return nil }
      if bytes.u16(offset) == id { return (offset + 4, size) }
      offset += 4 + size
    }
    return nil
  }
}
