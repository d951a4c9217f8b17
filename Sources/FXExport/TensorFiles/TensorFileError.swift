import FXCore

extension FXError.Code {
  /// Sizes, strides and offset do not lie within the tensor's storage.
  public static let tensorStorage = FXError.Code("tensor.storage")
  /// A tensor has more elements than `TensorLimits` allows, or two tensors a shape that differs.
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

/// Bounds on tensors and their files.
public enum TensorLimits {
  /// How long the header of a safetensors file may be, as in the format's own library.
  public static let safetensorsHeader = 100_000_000
  /// How long the header of an NPY file may be.
  public static let npyHeader = 1 << 20
  /// How many bytes a tensor may have that is larger than its storage: one expanded by strides
  /// of 0, or without data.
  public static let expandedByteCount = 1 << 36
}
