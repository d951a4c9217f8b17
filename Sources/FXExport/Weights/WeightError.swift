import FXCore

extension FXError.Code {
  /// No weight has a name that is asked for, or that a file has.
  public static let weightUnknown = FXError.Code("weight.unknown")
  /// A tensor differs in dtype or shape from the weight that it is for.
  public static let weightMismatch = FXError.Code("weight.mismatch")
  /// Two tensors are different where their weights share bytes.
  public static let weightConflict = FXError.Code("weight.conflict")
  /// A weight is pickled, so that it can't be taken out or replaced.
  public static let weightPickled = FXError.Code("weight.pickled")
  /// The data of weights are not in the archive.
  public static let weightExternal = FXError.Code("weight.external")
  /// A weight's name can't be the name of a file.
  public static let weightFileName = FXError.Code("weight.fileName")
  /// The archive lacks a tensor or object that the signature names.
  public static let weightMissing = FXError.Code("weight.missing")
  /// Two stored tensors have one name.
  public static let weightDuplicate = FXError.Code("weight.duplicate")
}
