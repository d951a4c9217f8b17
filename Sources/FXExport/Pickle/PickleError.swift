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
  /// A pickle goes beyond one of `PickleLimits`.
  public static let pickleLimit = FXError.Code("pickle.limit")
  /// A tensor of a pickle does not fit its storage, or the storage is not there.
  public static let pickleStorage = FXError.Code("pickle.storage")
}

/// Bounds on what a pickle may hold.
public enum PickleLimits {
  /// How deep containers may be nested, in themselves or in one another.
  public static let depth = 256
  /// How many values the stack holds at a time.
  public static let stack = 1 << 24
  /// The highest place in the memo.
  public static let memo = 1 << 24
  /// How many values the result has, each counted as often as it is reached.
  public static let values = 1 << 22
  /// How many dimensions a tensor has.
  public static let dimensions = 64
}
