import FXCore

/// Compares a member's local header and data descriptor with its directory record.
struct ZIPLocalHeader {
  let dataOffset: Int
  /// The offset after the member's data and data descriptor.
  let end: Int

  /// Reads the header that `record` points to; `limit` is where the central directory begins.
  init(_ bytes: ZIPBytes, _ record: ZIPDirectoryRecord, limit: Int) throws {
    let offset = record.headerOffset
    let name = record.name
    func error(_ code: FXError.Code, _ message: String, at place: Int) -> FXError {
      bytes.error(code, message, at: place, member: name)
    }
    guard offset <= limit, limit - offset >= ZIPFormat.localLength else {
      throw error(
        .zipTruncated, "the member begins at byte \(offset), beyond the others", at: offset)
    }
    guard bytes.u32(offset) == ZIPFormat.localHeader else {
      throw error(.zipHeader, "there is no local header here", at: offset)
    }
    let nameLength = bytes.u16(offset + 26)
    let extraLength = bytes.u16(offset + 28)
    let nameOffset = offset + ZIPFormat.localLength
    let extraOffset = nameOffset + nameLength
    dataOffset = extraOffset + extraLength
    guard dataOffset <= limit, record.storedSize <= limit - dataOffset else {
      throw error(
        .zipTruncated, "\(record.storedSize) bytes at \(dataOffset) go into the directory",
        at: offset)
    }
    guard bytes.slice(nameOffset, nameLength).elementsEqual(record.nameBytes) else {
      throw error(.zipMismatch, "the local header has another name", at: nameOffset)
    }
    guard bytes.u16(offset + 6) == record.flags else {
      throw error(.zipMismatch, "the local header has other flags", at: offset + 6)
    }
    guard bytes.u16(offset + 8) == record.method else {
      throw error(.zipMismatch, "the local header has another method", at: offset + 8)
    }

    let checksum = bytes.u32(offset + 14)
    var storedSize = bytes.u32(offset + 18)
    var size = bytes.u32(offset + 22)
    if size == ZIPFormat.sentinel32 || storedSize == ZIPFormat.sentinel32,
      let field = ZIPExtraField.find(
        ZIPFormat.zip64Field, in: bytes, at: extraOffset, length: extraLength),
      field.length >= 16
    {
      if size == ZIPFormat.sentinel32 {
        size = try bytes.size64(field.offset, "the member's size", member: name)
      }
      if storedSize == ZIPFormat.sentinel32 {
        storedSize = try bytes.size64(field.offset + 8, "the stored size", member: name)
      }
    }
    let isFilled =
      checksum == record.checksum && storedSize == record.storedSize && size == record.size
    // A header written before its data has zeros, or no ZIP64 field to go with its sentinels.
    let isDeferred =
      checksum == 0 && (size == 0 || size == ZIPFormat.sentinel32)
      && (storedSize == 0 || storedSize == ZIPFormat.sentinel32)
    guard isFilled || (record.hasDescriptor && isDeferred) else {
      throw error(
        .zipMismatch, "the local header has another checksum or size than the directory",
        at: offset + 14)
    }
    let dataEnd = dataOffset + record.storedSize
    guard record.hasDescriptor else {
      end = dataEnd
      return
    }
    guard let length = Self.descriptorLength(bytes, record, at: dataEnd, limit: limit) else {
      throw error(
        .zipMismatch, "the data descriptor is missing or disagrees with the directory",
        at: dataEnd)
    }
    end = dataEnd + length
  }

  /// Returns the length of the data descriptor that agrees with the directory, in any of its forms.
  ///
  /// The signature is optional and the sizes have 4 or 8 bytes; nothing in the file says which.
  /// PyTorch before 2.9 leaves the descriptor out after an empty member.
  private static func descriptorLength(
    _ bytes: ZIPBytes, _ record: ZIPDirectoryRecord, at start: Int, limit: Int
  ) -> Int? {
    for signatureLength in [4, 0] {
      if signatureLength == 4, limit - start < 4 || bytes.u32(start) != ZIPFormat.dataDescriptor {
        continue
      }
      let fields = start + signatureLength
      guard limit - fields >= 12, bytes.u32(fields) == record.checksum else { continue }
      if bytes.u32(fields + 4) == record.storedSize, bytes.u32(fields + 8) == record.size {
        return signatureLength + 12
      }
      if limit - fields >= 20, bytes.u64(fields + 4) == UInt64(record.storedSize),
        bytes.u64(fields + 12) == UInt64(record.size)
      {
        return signatureLength + 20
      }
    }
    return record.storedSize == 0 && record.size == 0 && record.checksum == 0 ? 0 : nil
  }
}
