import FXCore

extension FXError.Code {
  /// A pickle names a class or function that FXKit does not rebuild.
  public static let pickleGlobal = FXError.Code("pickle.global")
  /// A pickle has an instruction that is unknown, or that `torch.save` never writes.
  public static let pickleOpcode = FXError.Code("pickle.opcode")
  /// A pickle ends too early.
  public static let pickleTruncated = FXError.Code("pickle.truncated")
  /// A pickle takes from its stack, or from its memo, what is not there.
  public static let pickleStack = FXError.Code("pickle.stack")
  /// A pickle gives a value of the wrong kind: a size that is a text, a number beyond 64 bits.
  public static let pickleValue = FXError.Code("pickle.value")
  /// A pickle goes beyond one of the pickle limits in `Limits`.
  public static let pickleLimit = FXError.Code("pickle.limit")
  /// A tensor of a pickle does not fit its storage, or the storage is not there.
  public static let pickleStorage = FXError.Code("pickle.storage")
}
