import FXCore

extension Tensor {
  /// Changes the shape in place; a storage that is too small grows (`Tensor.resize_`).
  ///
  /// Elements stay at their places in the storage; new ones are not defined. The same shape keeps
  /// its strides, unless a format is given.
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func resize(
    _ sizes: [Int], format: MemoryFormat? = nil
  ) throws(FXError) {
    if sizes == self.sizes, format == nil { return }
    let strides = try Geometry.strides(of: sizes, in: format ?? .contiguous)
    _ = try Geometry.elementCount(sizes)
    let needed = try Geometry.requiredCount(sizes, strides, offset: storageOffset)
    let bytes = try Geometry.byteCount(needed, dtype)
    if bytes > storage.byteCount { try storage.resize(byteCount: bytes) }
    try set(storage: storage, sizes: sizes, strides: strides, storageOffset: storageOffset)
  }

  /// Changes sizes, strides and offset in place (`Tensor.as_strided_`).
  ///
  /// - Throws: `tensor.shape`, `tensor.memory`, or `tensor.view` where the storage is too small.
  public func asStridedInPlace(
    _ sizes: [Int], _ strides: [Int], offset: Int? = nil
  ) throws(FXError) {
    try set(
      storage: storage, sizes: sizes, strides: strides, storageOffset: offset ?? storageOffset)
  }

  /// Shares the storage and the geometry of another tensor of the same dtype (`Tensor.set_`).
  ///
  /// - Throws: `tensor.dtype`.
  public func set(_ other: Tensor) throws(FXError) {
    guard other.dtype == dtype else { throw other.mismatch(dtype) }
    adopt(other)
  }

  /// Exchanges two dimensions in place (`Tensor.transpose_`).
  ///
  /// - Throws: `tensor.index`.
  public func transposeInPlace(_ first: Int, _ second: Int) throws(FXError) {
    adopt(try transpose(first, second))
  }

  /// Removes dimensions of size 1 in place, all or the given ones (`Tensor.squeeze_`).
  ///
  /// - Throws: `tensor.index`.
  public func squeezeInPlace(_ axes: [Int]? = nil) throws(FXError) {
    if let axes { adopt(try squeeze(axes)) } else { adopt(squeeze()) }
  }

  /// Adds a dimension of size 1 in place (`Tensor.unsqueeze_`).
  ///
  /// - Throws: `tensor.index`.
  public func unsqueezeInPlace(_ axis: Int) throws(FXError) { adopt(try unsqueeze(axis)) }
}
