import FXCore

extension FXError.Code {
  /// The file is not a ZIP archive.
  public static let zipNotArchive = FXError.Code("zip.notArchive")
  /// The archive ends before something that it announces.
  public static let zipTruncated = FXError.Code("zip.truncated")
  /// Bytes stand before the archive, whether or not its offsets allow for them.
  public static let zipPrefix = FXError.Code("zip.prefix")
  /// Bytes stand behind the archive, beyond its comment.
  public static let zipSuffix = FXError.Code("zip.suffix")
  /// The archive is one part of several.
  public static let zipMultiDisk = FXError.Code("zip.multiDisk")
  /// A record of the directory is malformed, or their number or size is wrong.
  public static let zipDirectory = FXError.Code("zip.directory")
  /// A local header is missing or malformed.
  public static let zipHeader = FXError.Code("zip.header")
  /// Two places that describe one member disagree.
  public static let zipMismatch = FXError.Code("zip.mismatch")
  /// Two members share bytes.
  public static let zipOverlap = FXError.Code("zip.overlap")
  /// Two members have one name.
  public static let zipDuplicate = FXError.Code("zip.duplicate")
  /// A member is encrypted.
  public static let zipEncrypted = FXError.Code("zip.encrypted")
  /// A member is compressed by a method other than DEFLATE.
  public static let zipMethod = FXError.Code("zip.method")
  /// A member's name is unsafe or not UTF-8.
  public static let zipName = FXError.Code("zip.name")
  /// A member is larger than its bytes can be, or than the limit.
  public static let zipSize = FXError.Code("zip.size")
  /// A member's bytes don't have its checksum.
  public static let zipChecksum = FXError.Code("zip.checksum")
  /// A member's compressed bytes are malformed.
  public static let zipData = FXError.Code("zip.data")
}
