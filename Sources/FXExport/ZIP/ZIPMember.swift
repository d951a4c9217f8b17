import FXCore

/// A member of a ZIP archive, as its central directory record and local header agree.
public struct ZIPMember: Hashable, Sendable {
  /// The name in the archive, root folder included.
  public let name: String
  /// Returns whether the bytes are compressed by DEFLATE.
  public let isDeflated: Bool
  /// The CRC-32 of the contents.
  public let checksum: UInt32
  /// The number of bytes of the contents.
  public let size: Int
  /// The number of bytes in the archive.
  public let storedSize: Int
  /// The offset of the local header in the file.
  public let headerOffset: Int
  /// The offset of the member's bytes in the file.
  public let dataOffset: Int
  /// The offset after the member's last byte, its data descriptor included.
  let end: Int

  /// Returns whether the name says that this is a folder.
  public var isFolder: Bool { name.utf8.last == UInt8(ascii: "/") }
}
