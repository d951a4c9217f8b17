import FXCore

extension FXError.Code {
  /// Sizes, strides or shapes are malformed or do not fit together.
  public static let tensorShape = FXError.Code("tensor.shape")
  /// A dimension or an index lies outside of its range.
  public static let tensorIndex = FXError.Code("tensor.index")
  /// An operation has no meaning for a dtype, or two dtypes do not fit together.
  public static let tensorDType = FXError.Code("tensor.dtype")
  /// The strides of a tensor do not allow a view that was asked for, or a write.
  public static let tensorView = FXError.Code("tensor.view")
  /// A tensor has more bytes than can be counted or than the system has.
  public static let tensorMemory = FXError.Code("tensor.memory")
}
