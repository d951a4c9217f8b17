import FXCore

/// Reads little-endian fields of an archive with every access checked against the file.
struct ZIPBytes {
  let bytes: UnsafeRawBufferPointer
  let path: String

  init(_ file: MappedFile) {
    bytes = file.bytes
    path = file.path
  }

  var count: Int { bytes.count }

  /// Checks that `length` bytes stand at `offset`.
  func require(_ length: Int, at offset: Int, _ what: String, member: String? = nil) throws {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw error(
        .zipTruncated, "\(what) of \(length) bytes goes beyond the file's \(count) bytes",
        at: offset, member: member)
    }
  }

  /// Returns the field at `offset`; 0 for one beyond the end, which `require` has excluded.
  func u16(_ offset: Int) -> Int { Int(load(offset, as: UInt16.self)) }
  func u32(_ offset: Int) -> Int { Int(load(offset, as: UInt32.self)) }
  func u64(_ offset: Int) -> UInt64 { load(offset, as: UInt64.self) }

  private func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type) -> T {
    guard offset >= 0, offset <= count - MemoryLayout<T>.size else { return 0 }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Returns the 64-bit field as an offset or size; throws for one that no file can have.
  func size64(_ offset: Int, _ what: String, member: String? = nil) throws -> Int {
    guard let value = Int(exactly: u64(offset)) else {
      throw error(.zipTruncated, "\(what) is \(u64(offset))", at: offset, member: member)
    }
    return value
  }

  func slice(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
  }

  func error(
    _ code: FXError.Code, _ message: String, at offset: Int, member: String? = nil
  ) -> FXError {
    FXError(code, message, at: SourcePlace(member: member ?? path, offset: offset))
  }
}

/// The signatures, lengths and flags of the ZIP format (APPNOTE 6.3).
enum ZIPFormat {
  static let localHeader = 0x0403_4b50
  static let centralHeader = 0x0201_4b50
  static let endRecord = 0x0605_4b50
  static let endRecord64 = 0x0606_4b50
  static let endLocator64 = 0x0706_4b50
  static let dataDescriptor = 0x0807_4b50

  static let localLength = 30
  static let centralLength = 46
  static let endLength = 22
  static let endLength64 = 56
  static let locatorLength64 = 20

  static let encryptedFlag = 1
  static let descriptorFlag = 1 << 3
  static let strongEncryptionFlag = 1 << 6
  static let utf8Flag = 1 << 11
  static let maskedFlag = 1 << 13

  static let stored = 0
  static let deflated = 8

  /// The extra field that holds 64-bit sizes and offsets.
  static let zip64Field = 1
  /// The extra field with which PyTorch pads local headers: the letters FB.
  static let paddingField = 0x4246

  /// The value of a 16- or 32-bit field whose truth stands in a ZIP64 record.
  static let sentinel16 = 0xffff
  static let sentinel32 = 0xffff_ffff
}
