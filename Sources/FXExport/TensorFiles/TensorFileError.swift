import FXCore

extension FXError.Code {
  /// Sizes, strides and offset do not lie within the tensor's storage.
  public static let tensorStorage = FXError.Code("tensor.storage")
  /// A tensor has more elements than `Limits` allow, or two tensors a shape that differs.
  public static let tensorSize = FXError.Code("tensor.size")
  /// The header of a safetensors file is malformed, or its length is wrong.
  public static let safetensorsHeader = FXError.Code("safetensors.header")
  /// The bytes of a safetensors file are not covered exactly once by its tensors.
  public static let safetensorsOffsets = FXError.Code("safetensors.offsets")
  /// A dtype is unknown to FXKit, or safetensors has no name for it.
  public static let safetensorsDType = FXError.Code("safetensors.dtype")
  /// Two tensors have one name, or a name is reserved.
  public static let safetensorsName = FXError.Code("safetensors.name")
  /// The header of an NPY file is malformed, or of an unknown version.
  public static let npyHeader = FXError.Code("npy.header")
  /// The bytes of an NPY file are more or fewer than its shape needs.
  public static let npySize = FXError.Code("npy.size")
  /// A dtype is none of a tensor, or NumPy has none for it.
  public static let npyDType = FXError.Code("npy.dtype")
}
