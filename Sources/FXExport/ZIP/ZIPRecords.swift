import FXCore

/// Encodes the records that a ZIP writer puts around the members' bytes.
///
/// All fields that could differ between two runs (times, systems, attributes) are fixed.
struct ZIPRecords {
  /// The first value that 32-bit fields can't hold; tests lower it.
  var limit32 = ZIPFormat.sentinel32
  /// The first value that 16-bit fields can't hold; tests lower it.
  var limit16 = ZIPFormat.sentinel16
  /// The multiple at which members' bytes begin, as PyTorch has it.
  static let alignment = 64

  struct Entry {
    let name: [UInt8]
    var checksum: UInt32
    var size: Int
    /// Whether size and checksum follow the bytes.
    let isStreamed: Bool
    let headerOffset: Int
  }

  private static let version = 20
  private static let version64 = 45
  /// 1 January 1980, the first day that ZIP can say.
  private static let date = 0x21

  private func flags(_ entry: Entry) -> Int {
    ZIPFormat.utf8Flag | (entry.isStreamed ? ZIPFormat.descriptorFlag : 0)
  }

  private func isLarge(_ entry: Entry) -> Bool { entry.size >= limit32 }

  /// Returns the local header with the padding that aligns the bytes after it.
  ///
  /// A streamed member's size is not known yet: its header has the ZIP64 field in any case, which
  /// says that the data descriptor's sizes have 8 bytes.
  func localHeader(_ entry: Entry) -> [UInt8] {
    let has64 = entry.isStreamed || isLarge(entry)
    var extra = LittleEndianBytes()
    if has64 {
      extra.u16(ZIPFormat.zip64Field)
      extra.u16(16)
      extra.u64(entry.isStreamed ? 0 : entry.size)
      extra.u64(entry.isStreamed ? 0 : entry.size)
    }
    let fixed = ZIPFormat.localLength + entry.name.count + extra.bytes.count + 4
    let rest = (entry.headerOffset + fixed) % Self.alignment
    let padding = rest == 0 ? 0 : Self.alignment - rest
    extra.u16(ZIPFormat.paddingField)
    extra.u16(padding)
    extra.bytes.append(contentsOf: repeatElement(UInt8(ascii: "Z"), count: padding))

    var header = LittleEndianBytes()
    header.u32(ZIPFormat.localHeader)
    header.u16(has64 ? Self.version64 : Self.version)
    header.u16(flags(entry))
    header.u16(ZIPFormat.stored)
    header.u16(0)
    header.u16(Self.date)
    header.u32(entry.isStreamed ? 0 : Int(entry.checksum))
    header.u32(has64 ? ZIPFormat.sentinel32 : entry.size)
    header.u32(has64 ? ZIPFormat.sentinel32 : entry.size)
    header.u16(entry.name.count)
    header.u16(extra.bytes.count)
    return header.bytes + entry.name + extra.bytes
  }

  /// Returns what follows the bytes of a streamed member.
  func dataDescriptor(_ entry: Entry) -> [UInt8] {
    var descriptor = LittleEndianBytes()
    descriptor.u32(ZIPFormat.dataDescriptor)
    descriptor.u32(Int(entry.checksum))
    descriptor.u64(entry.size)
    descriptor.u64(entry.size)
    return descriptor.bytes
  }

  /// Returns a member's record of the central directory.
  func centralHeader(_ entry: Entry) -> [UInt8] {
    let isFar = entry.headerOffset >= limit32
    var extra = LittleEndianBytes()
    if isLarge(entry) || isFar {
      extra.u16(ZIPFormat.zip64Field)
      extra.u16((isLarge(entry) ? 16 : 0) + (isFar ? 8 : 0))
      if isLarge(entry) {
        extra.u64(entry.size)
        extra.u64(entry.size)
      }
      if isFar { extra.u64(entry.headerOffset) }
    }
    let version =
      entry.isStreamed || !extra.bytes.isEmpty ? Self.version64 : Self.version
    var header = LittleEndianBytes()
    header.u32(ZIPFormat.centralHeader)
    header.u16(version)
    header.u16(version)
    header.u16(flags(entry))
    header.u16(ZIPFormat.stored)
    header.u16(0)
    header.u16(Self.date)
    header.u32(Int(entry.checksum))
    header.u32(isLarge(entry) ? ZIPFormat.sentinel32 : entry.size)
    header.u32(isLarge(entry) ? ZIPFormat.sentinel32 : entry.size)
    header.u16(entry.name.count)
    header.u16(extra.bytes.count)
    // The comment's length, the disk, and the attributes of the file.
    header.u16(0)
    header.u16(0)
    header.u16(0)
    header.u32(0)
    header.u32(isFar ? ZIPFormat.sentinel32 : entry.headerOffset)
    return header.bytes + entry.name + extra.bytes
  }

  /// Returns the records that end the archive.
  func end(memberCount: Int, directoryOffset: Int, directorySize: Int) -> [UInt8] {
    let has64 =
      memberCount >= limit16 || directoryOffset >= limit32 || directorySize >= limit32
    var end = LittleEndianBytes()
    if has64 {
      end.u32(ZIPFormat.endRecord64)
      end.u64(ZIPFormat.endLength64 - 12)
      end.u16(Self.version64)
      end.u16(Self.version64)
      end.u32(0)
      end.u32(0)
      end.u64(memberCount)
      end.u64(memberCount)
      end.u64(directorySize)
      end.u64(directoryOffset)
      end.u32(ZIPFormat.endLocator64)
      end.u32(0)
      end.u64(directoryOffset + directorySize)
      end.u32(1)
    }
    let shownCount = memberCount >= limit16 ? ZIPFormat.sentinel16 : memberCount
    end.u32(ZIPFormat.endRecord)
    end.u16(0)
    end.u16(0)
    end.u16(shownCount)
    end.u16(shownCount)
    end.u32(directorySize >= limit32 ? ZIPFormat.sentinel32 : directorySize)
    end.u32(directoryOffset >= limit32 ? ZIPFormat.sentinel32 : directoryOffset)
    end.u16(0)
    return end.bytes
  }
}

/// Collects little-endian fields.
struct LittleEndianBytes {
  var bytes: [UInt8] = []

  mutating func u16(_ value: Int) { append(UInt16(truncatingIfNeeded: value)) }
  mutating func u32(_ value: Int) { append(UInt32(truncatingIfNeeded: value)) }
  mutating func u64(_ value: Int) { append(UInt64(truncatingIfNeeded: value)) }

  private mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
