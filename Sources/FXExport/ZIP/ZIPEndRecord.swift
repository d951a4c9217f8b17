import FXCore

/// Where the central directory is, as the records at the archive's end say.
struct ZIPEndRecord {
  var memberCount: Int
  var directoryOffset: Int
  var directorySize: Int

  /// Finds and checks the end record and, where there is one, its ZIP64 form.
  init(_ bytes: ZIPBytes) throws {
    let end = try Self.find(bytes)
    let disks = [bytes.u16(end + 4), bytes.u16(end + 6)]
    let here = bytes.u16(end + 8)
    memberCount = bytes.u16(end + 10)
    directorySize = bytes.u32(end + 12)
    directoryOffset = bytes.u32(end + 16)
    var recordsStart = end

    let locator = end - ZIPFormat.locatorLength64
    let has64 = locator >= 0 && bytes.u32(locator) == ZIPFormat.endLocator64
    if has64 {
      recordsStart = try read64(bytes, locator: locator, end: end)
    } else {
      guard disks == [0, 0], here == memberCount else {
        throw bytes.error(.zipMultiDisk, "the archive is split over several files", at: end + 4)
      }
    }

    // The directory must end where the end records begin. If it ends before, something stands in
    // front of the archive (or between), and every offset in it is off by as much.
    let (directoryEnd, overflow) = directoryOffset.addingReportingOverflow(directorySize)
    if overflow || directoryEnd > recordsStart {
      throw bytes.error(
        .zipTruncated,
        "the directory of \(directorySize) bytes at \(directoryOffset) goes beyond the end record",
        at: recordsStart)
    }
    if directoryEnd < recordsStart {
      let actual = recordsStart - directorySize
      let isShifted =
        directorySize >= 4 && bytes.u32(actual) == ZIPFormat.centralHeader
        && bytes.u32(directoryOffset) != ZIPFormat.centralHeader
      throw bytes.error(
        isShifted ? .zipPrefix : .zipDirectory,
        isShifted
          ? "\(recordsStart - directoryEnd) bytes stand before the archive"
          : "\(recordsStart - directoryEnd) bytes stand between the directory and the end record",
        at: directoryEnd)
    }
    if memberCount > directorySize / ZIPFormat.centralLength {
      throw bytes.error(
        .zipDirectory, "\(memberCount) members don't fit a directory of \(directorySize) bytes",
        at: end + 10)
    }
  }

  /// Finds the last end record whose comment ends with the file.
  private static func find(_ bytes: ZIPBytes) throws -> Int {
    let length = ZIPFormat.endLength
    var offset = bytes.count - length
    let stop = max(0, offset - ZIPFormat.sentinel16)
    /// Where an archive ends that has something behind it.
    var endBefore: Int?
    while offset >= stop {
      if bytes.u32(offset) == ZIPFormat.endRecord {
        let end = offset + length + bytes.u16(offset + 20)
        if end == bytes.count { return offset }
        // An archive that is stored in this one has offsets of its own.
        let locator = offset - ZIPFormat.locatorLength64
        let isWhole =
          bytes.u32(offset + 16) + bytes.u32(offset + 12) == offset
          || locator >= ZIPFormat.endLength64 && bytes.u32(locator) == ZIPFormat.endLocator64
            && bytes.u32(locator + 8) == locator - ZIPFormat.endLength64
        if end < bytes.count, isWhole, endBefore == nil { endBefore = end }
      }
      offset -= 1
    }
    let first = bytes.u32(0)
    if bytes.count < 4 || (first != ZIPFormat.localHeader && first != ZIPFormat.endRecord) {
      throw bytes.error(.zipNotArchive, "this is not a ZIP archive", at: 0)
    }
    if let endBefore {
      throw bytes.error(
        .zipSuffix, "\(bytes.count - endBefore) bytes follow the archive", at: endBefore)
    }
    throw bytes.error(
      .zipTruncated, "the end record is missing: the archive is cut short", at: bytes.count)
  }

  /// Takes the ZIP64 record's values and returns where the record begins.
  private mutating func read64(_ bytes: ZIPBytes, locator: Int, end: Int) throws -> Int {
    let offset = try bytes.size64(locator + 8, "the offset of the ZIP64 end record")
    guard bytes.u32(locator + 4) == 0, bytes.u32(locator + 16) <= 1 else {
      throw bytes.error(.zipMultiDisk, "the archive is split over several files", at: locator + 4)
    }
    guard offset <= locator - ZIPFormat.endLength64 else {
      throw bytes.error(
        .zipTruncated, "the ZIP64 end record is not where it should be", at: locator)
    }
    guard bytes.u32(offset) == ZIPFormat.endRecord64 else {
      let actual = locator - ZIPFormat.endLength64
      let isShifted = actual >= 0 && bytes.u32(actual) == ZIPFormat.endRecord64
      throw bytes.error(
        isShifted ? .zipPrefix : .zipDirectory,
        isShifted
          ? "\(actual - offset) bytes stand before the archive"
          : "there is no ZIP64 end record where its locator says", at: offset)
    }
    // The record's size leaves out its first 12 bytes.
    guard try bytes.size64(offset + 4, "the ZIP64 end record's size") == locator - offset - 12
    else {
      throw bytes.error(.zipDirectory, "the ZIP64 end record has a wrong size", at: offset + 4)
    }
    let count = try bytes.size64(offset + 32, "the number of members")
    guard bytes.u32(offset + 16) == 0, bytes.u32(offset + 20) == 0,
      bytes.u64(offset + 24) == bytes.u64(offset + 32)
    else {
      throw bytes.error(.zipMultiDisk, "the archive is split over several files", at: offset + 16)
    }
    let size = try bytes.size64(offset + 40, "the directory's size")
    let start = try bytes.size64(offset + 48, "the directory's offset")
    // Where the short record does not defer to this one, both must say the same.
    guard memberCount == ZIPFormat.sentinel16 || memberCount == count,
      directorySize == ZIPFormat.sentinel32 || directorySize == size,
      directoryOffset == ZIPFormat.sentinel32 || directoryOffset == start
    else {
      throw bytes.error(.zipMismatch, "the two end records disagree", at: end)
    }
    memberCount = count
    directorySize = size
    directoryOffset = start
    return offset
  }
}
