import FXCore

/// Elements of one dtype at regular distances in a storage that other tensors may share.
///
/// It aliases as PyTorch's tensors do: a view shares the storage of what it views, and writes
/// through one are seen by all. A tensor object keeps its identity; only in-place view operators
/// (`set`, `resize`, `transposeInPlace`, …) change its geometry. Writes from several threads need
/// an order that the caller gives them.
public final class Tensor: @unchecked Sendable {
  /// The memory, which other tensors may share.
  public internal(set) var storage: Storage
  /// The size of each dimension.
  public internal(set) var sizes: [Int]
  /// The strides, in elements.
  public internal(set) var strides: [Int]
  /// The offset of the first element in the storage, in elements.
  public internal(set) var storageOffset: Int
  /// The number of elements.
  public internal(set) var elementCount: Int
  /// Whether elements follow one another in row-major order.
  public internal(set) var isContiguous: Bool
  /// The element type.
  public let dtype: ScalarType
  /// The device that the program names; elements are always in the processor's memory.
  public let device: Device
  /// How elements are stored, as the program names it.
  public let layout: Layout
  /// Whether the tensor stands for a number of the program, which has no dtype of its own in type
  /// promotion (`is_wrapped_number`).
  public var isWrappedNumber = false

  /// Makes a tensor of its parts, which are checked to lie within the storage.
  ///
  /// - Throws: `tensor.shape`, `tensor.memory`, or `tensor.view` where the storage is too small.
  public convenience init(
    storage: Storage, dtype: ScalarType, sizes: [Int], strides: [Int]? = nil,
    storageOffset: Int = 0, device: Device = .cpu, layout: Layout = .strided
  ) throws(FXError) {
    let count = try Geometry.elementCount(sizes, dtype)
    let strides = strides ?? Geometry.contiguousStrides(sizes)
    try Self.check(storage, dtype, sizes, strides, storageOffset)
    self.init(
      checked: storage, dtype: dtype, sizes: sizes, strides: strides,
      storageOffset: storageOffset, elementCount: count, device: device, layout: layout)
  }

  init(
    checked storage: Storage, dtype: ScalarType, sizes: [Int], strides: [Int],
    storageOffset: Int, elementCount: Int, isContiguous: Bool? = nil, device: Device,
    layout: Layout = .strided
  ) {
    self.storage = storage
    self.dtype = dtype
    self.sizes = sizes
    self.strides = strides
    self.storageOffset = storageOffset
    self.elementCount = elementCount
    self.isContiguous = isContiguous ?? Geometry.isContiguous(sizes, strides)
    self.device = device
    self.layout = layout
  }

  /// The number of dimensions.
  @inlinable public var rank: Int { sizes.count }

  /// The bytes of one element.
  @inlinable public var itemSize: Int { dtype.byteCount }

  /// The bytes of all elements.
  public var byteCount: Int { elementCount * itemSize }

  /// Changes the geometry and the storage in place (`Tensor.set_`).
  ///
  /// - Throws: `tensor.shape`, `tensor.memory`, or `tensor.view` where the storage is too small.
  public func set(
    storage: Storage, sizes: [Int], strides: [Int], storageOffset: Int
  ) throws(FXError) {
    let count = try Geometry.elementCount(sizes, dtype)
    try Self.check(storage, dtype, sizes, strides, storageOffset)
    self.storage = storage
    self.sizes = sizes
    self.strides = strides
    self.storageOffset = storageOffset
    elementCount = count
    isContiguous = Geometry.isContiguous(sizes, strides)
  }

  /// Changes the geometry in place to that of a view of the same storage.
  func adopt(_ view: Tensor) {
    storage = view.storage
    sizes = view.sizes
    strides = view.strides
    storageOffset = view.storageOffset
    elementCount = view.elementCount
    isContiguous = view.isContiguous
  }

  private static func check(
    _ storage: Storage, _ dtype: ScalarType, _ sizes: [Int], _ strides: [Int], _ offset: Int
  ) throws(FXError) {
    let needed = try Geometry.requiredCount(sizes, strides, offset: offset)
    let bytes = try Geometry.byteCount(needed, dtype)
    guard bytes <= storage.byteCount else {
      throw FXError(
        .tensorView,
        "sizes \(Geometry.text(sizes)), strides \(Geometry.text(strides)) and the offset \(offset) "
          + "need \(bytes) bytes, and the storage has \(storage.byteCount)")
    }
    try storage.align(to: dtype.alignment)
  }
}

extension ScalarType {
  /// How elements are aligned in memory, in bytes: complex numbers as their parts.
  public var alignment: Int {
    switch self {
    case .complex32, .complex64, .complex128: byteCount / 2
    default: max(byteCount, 1)
    }
  }
}
