import FXCore

/// A tensor in memory: its layout, which is checked to lie within the bytes of its storage.
public struct TensorView: Sendable {
  /// Dtype, sizes, strides and offset; all are numbers.
  public let meta: TensorMeta
  /// The whole storage, whose bytes need not be aligned to the elements.
  ///
  /// It is empty for a tensor without data (a fake tensor), which PyTorch reads as zeros.
  public let storage: MemberBytes
  /// The size of each dimension.
  public let sizes: [Int]
  /// The strides in elements.
  public let strides: [Int]
  /// The offset of the first element in the storage, in bytes.
  public let byteOffset: Int
  /// The bytes of all elements, which may be more than the storage has.
  public let byteCount: Int

  /// Checks that a tensor lies within its storage.
  ///
  /// - Throws: `tensor.storage`.
  public init(_ meta: TensorMeta, storage: MemberBytes) throws(FXError) {
    func error(_ message: String) -> FXError { FXError(.tensorStorage, message) }
    guard meta.layout == .strided else {
      throw error("has the layout \(meta.layout.name), and not strided")
    }
    let size = storage.bytes.count
    let itemSize = meta.dtype.byteCount
    guard itemSize > 0 else { throw error("has an unknown dtype") }
    guard size % itemSize == 0 else {
      throw error("has a storage of \(size) bytes, no multiple of its element's \(itemSize)")
    }
    guard let needed = meta.requiredByteCount, let byteCount = meta.byteCount,
      let offset = meta.storageOffset.int
    else {
      throw error("has sizes, strides or an offset that no storage can have")
    }
    guard needed <= size || size == 0 else {
      throw error("needs \(needed) bytes, but its storage has \(size)")
    }
    self.meta = meta
    self.storage = storage
    self.byteCount = byteCount
    sizes = meta.sizes.compactMap(\.int)
    strides = meta.strides.compactMap(\.int)
    // An empty tensor may have any offset, as no element is there.
    byteOffset = byteCount == 0 ? 0 : offset * itemSize
  }

  /// Makes a contiguous tensor of bytes that are just its elements.
  ///
  /// - Throws: `tensor.storage` where the bytes are more or fewer.
  public init(
    contiguous dtype: ScalarType, sizes: [Int], bytes: MemberBytes
  ) throws(FXError) {
    let meta = TensorMeta(dtype: dtype, sizes: sizes.map { .int($0) })
    try self.init(meta, storage: bytes)
    guard byteCount == bytes.bytes.count else {
      throw FXError(
        .tensorStorage, "needs \(byteCount) bytes, but its storage has \(bytes.bytes.count)")
    }
  }

  /// The element type.
  public var dtype: ScalarType { meta.dtype }

  /// Whether the storage has no bytes, though the tensor has elements.
  public var hasNoData: Bool { storage.bytes.isEmpty && byteCount > 0 }

  /// Whether the elements follow one another in row-major order.
  public var isContiguous: Bool {
    if byteCount == 0 { return true }
    var expected = 1
    for (size, stride) in zip(sizes, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }

  /// Calls `body` with the ranges of the storage that hold the elements, in row-major order.
  ///
  /// Ranges are in bytes, as long as they can be; they overlap where strides do.
  func forEachRun(_ body: (Range<Int>) throws -> Void) rethrows {
    let itemSize = dtype.byteCount
    if byteCount == 0 { return }
    var axes = Self.merged(sizes, strides)
    var run = itemSize
    if let last = axes.last, last.stride == 1 {
      run = last.size * itemSize
      axes.removeLast()
    }
    var indices = [Int](repeating: 0, count: axes.count)
    var start = byteOffset
    while true {
      try body(start..<start + run)
      var axis = axes.count - 1
      while axis >= 0 {
        let step = axes[axis].stride * itemSize
        indices[axis] += 1
        if indices[axis] < axes[axis].size {
          start += step
          break
        }
        start -= step * (axes[axis].size - 1)
        indices[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Returns the axes, where two that step as one would are one.
  private static func merged(_ sizes: [Int], _ strides: [Int]) -> [(size: Int, stride: Int)] {
    var axes: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(sizes, strides) where size != 1 {
      if let last = axes.last {
        let (step, overflow) = size.multipliedReportingOverflow(by: stride)
        if !overflow, last.stride == step {
          axes[axes.count - 1] = (last.size * size, stride)
          continue
        }
      }
      axes.append((size, stride))
    }
    return axes
  }
}

/// A tensor with its name.
public struct NamedTensor: Sendable {
  /// The qualified name: `layers.0.weight`.
  public var name: String
  /// The tensor.
  public var tensor: TensorView

  /// Names a tensor.
  public init(_ name: String, _ tensor: TensorView) {
    self.name = name
    self.tensor = tensor
  }
}
