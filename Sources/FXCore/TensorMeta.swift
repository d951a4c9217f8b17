/// What is known of a tensor without its data (`schema.TensorMeta`).
public struct TensorMeta: Hashable, Sendable {
  /// The element type.
  public var dtype: ScalarType
  /// The size of each dimension.
  public var sizes: [SymInt]
  /// Whether gradients are recorded for it.
  public var requiresGrad: Bool
  /// The device that holds the data.
  public var device: Device
  /// The strides, in elements; as many as there are sizes.
  public var strides: [SymInt]
  /// The offset of the first element in the storage, in elements.
  public var storageOffset: SymInt
  /// How the elements are stored.
  public var layout: Layout
  /// Fields that this version does not know.
  public var unknownFields: [RawField]

  /// Describes a tensor; without strides it is contiguous.
  public init(
    dtype: ScalarType, sizes: [SymInt], requiresGrad: Bool = false, device: Device = .cpu,
    strides: [SymInt]? = nil, storageOffset: SymInt = 0, layout: Layout = .strided,
    unknownFields: [RawField] = []
  ) {
    self.dtype = dtype
    self.sizes = sizes
    self.requiresGrad = requiresGrad
    self.device = device
    self.strides = strides ?? Self.contiguousStrides(of: sizes)
    self.storageOffset = storageOffset
    self.layout = layout
    self.unknownFields = unknownFields
  }

  /// Returns the number of elements; nil where a size is symbolic or the product overflows.
  public var elementCount: Int? {
    var product = 1
    for size in sizes {
      guard let number = size.int, number >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: number)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Returns the bytes of all elements; nil where a size is symbolic or the product overflows.
  public var byteCount: Int? {
    guard let count = elementCount else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
    return overflow ? nil : bytes
  }

  /// Returns how many bytes a storage needs to hold the tensor: up to its last element.
  ///
  /// It is nil where a size, stride or the offset is symbolic or negative, where there is not one
  /// stride a size, or where the number does not fit 64 bits.
  public var requiredByteCount: Int? {
    guard strides.count == sizes.count, let offset = storageOffset.int, offset >= 0 else {
      return nil
    }
    var last = offset
    var isEmpty = false
    for (size, stride) in zip(sizes, strides) {
      guard let size = size.int, let stride = stride.int, size >= 0, stride >= 0 else { return nil }
      if size == 0 {
        isEmpty = true
        continue
      }
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowToo) = last.addingReportingOverflow(step)
      if overflow || overflowToo { return nil }
      last = sum
    }
    if isEmpty { return 0 }
    let (count, overflow) = last.addingReportingOverflow(1)
    let (bytes, overflowToo) = count.multipliedReportingOverflow(by: dtype.byteCount)
    return overflow || overflowToo ? nil : bytes
  }

  /// Returns row-major strides: each the product of the sizes after it (at least 1 each).
  ///
  /// Where a size is symbolic, strides before it can't be given as numbers and come out as 0.
  static func contiguousStrides(of sizes: [SymInt]) -> [SymInt] {
    var strides = [SymInt](repeating: 0, count: sizes.count)
    var product: Int? = 1
    for axis in sizes.indices.reversed() {
      strides[axis] = .int(product ?? 0)
      if let known = product, let size = sizes[axis].int {
        let (next, overflow) = known.multipliedReportingOverflow(by: max(size, 1))
        product = overflow ? nil : next
      } else {
        product = nil
      }
    }
    return strides
  }
}
