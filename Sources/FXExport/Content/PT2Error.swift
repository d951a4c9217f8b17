import FXCore

extension FXError.Code {
  /// The archive has no `archive_format`: it is no PT2 archive.
  public static let pt2NotArchive = FXError.Code("pt2.notArchive")
  /// The archive is a checkpoint of `torch.save` or a TorchScript module.
  public static let pt2Checkpoint = FXError.Code("pt2.checkpoint")
  /// `archive_format` names another format.
  public static let pt2Format = FXError.Code("pt2.format")
  /// The archive's version is unknown.
  public static let pt2Version = FXError.Code("pt2.version")
  /// The archive's numbers are big-endian.
  public static let pt2ByteOrder = FXError.Code("pt2.byteOrder")
  /// Members lie outside the archive's root folder.
  public static let pt2Layout = FXError.Code("pt2.layout")
  /// A member that is needed is missing.
  public static let pt2Missing = FXError.Code("pt2.missing")
  /// A tensor does not lie within its member.
  public static let pt2Weight = FXError.Code("pt2.weight")
}
