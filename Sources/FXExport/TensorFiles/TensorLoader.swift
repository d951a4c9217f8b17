import FXCore
import FXTensor

/// Makes tensors of views of files; views of the same bytes share one storage, as in PyTorch.
///
/// Nothing is copied before the first write, but for bytes that do not lie at multiples of their
/// element's size.
public struct TensorLoader {
  private struct Key: Hashable {
    let start: UnsafeRawPointer
    let count: Int
  }

  private var storages: [Key: Storage] = [:]

  /// Starts without storages.
  public init() {}

  /// Makes a tensor of a view; zeros where the view has no data.
  ///
  /// - Throws: `tensor.size` for a tensor without data that is larger than `Limits.expandedBytes`, or
  ///   `tensor.memory`.
  public mutating func tensor(_ view: TensorView) throws(FXError) -> Tensor {
    let offset = view.byteOffset / view.dtype.byteCount
    return try Tensor(
      storage: try storage(view), dtype: view.dtype, sizes: view.sizes, strides: view.strides,
      storageOffset: offset, device: view.meta.device)
  }

  private mutating func storage(_ view: TensorView) throws(FXError) -> Storage {
    if view.hasNoData {
      let needed = view.meta.requiredByteCount ?? Int.max
      guard needed <= Limits.expandedBytes.value else {
        throw FXError(
          .tensorSize, "a tensor without data has \(needed) bytes", beyond: Limits.expandedBytes)
      }
      return try Storage(byteCount: needed, isZeroed: true)
    }
    guard let start = view.storage.bytes.baseAddress, !view.storage.bytes.isEmpty else {
      return try Storage(byteCount: 0)
    }
    let key = Key(start: start, count: view.storage.bytes.count)
    if let known = storages[key] { return known }
    let made = try Storage(
      viewing: view.storage.bytes, owner: view.storage.owner, alignment: view.dtype.alignment)
    storages[key] = made
    return made
  }
}

extension TensorView {
  /// Shows the memory of a tensor, which must not be resized while the view is in use.
  ///
  /// - Throws: `tensor.storage` for a tensor that is not strided.
  init(borrowing tensor: Tensor) throws(FXError) {
    let count = tensor.storage.byteCount / tensor.itemSize * tensor.itemSize
    let bytes = UnsafeRawBufferPointer(start: tensor.storage.base, count: count)
    let owner = MappedFile(viewing: bytes, keptBy: tensor.storage)
    try self.init(TensorMeta(of: tensor), storage: MemberBytes(bytes, owner: owner))
  }

  /// Copies a tensor's elements, in row-major order.
  ///
  /// - Throws: `tensor.storage`, `tensor.size` or `tensor.memory`.
  public init(copying tensor: Tensor) throws {
    let copy = try tensor.clone(format: .contiguous)
    try self.init(borrowing: copy)
  }
}
