import FXCore

extension Tensor {
  /// The address of the first element, for reading.
  ///
  /// It is valid while the storage lives and until the first write to a view of a file.
  public var bytes: UnsafeRawPointer { storage.base + byteOffset }

  /// The distance of the first element from the start of the storage, in bytes.
  ///
  /// An empty tensor may have an offset beyond its storage.
  private var byteOffset: Int { elementCount == 0 ? 0 : storageOffset * itemSize }

  /// Returns the address of the first element, for writing.
  ///
  /// - Throws: `tensor.memory` where a view of a file can't be copied.
  public func mutableBytes() throws(FXError) -> UnsafeMutableRawPointer {
    try storage.mutableBase() + byteOffset
  }

  /// Returns the first element's address as that of an element type, for reading.
  ///
  /// - Throws: `tensor.dtype` where the tensor has another.
  @inlinable
  public func pointer<Element: TensorElement>(
    _ type: Element.Type
  ) throws(FXError) -> UnsafePointer<Element> {
    guard dtype == Element.scalarType else { throw mismatch(Element.scalarType) }
    return bytes.assumingMemoryBound(to: Element.self)
  }

  /// Returns the first element's address as that of an element type, for writing.
  ///
  /// - Throws: `tensor.dtype` where the tensor has another, or `tensor.memory`.
  @inlinable
  public func mutablePointer<Element: TensorElement>(
    _ type: Element.Type
  ) throws(FXError) -> UnsafeMutablePointer<Element> {
    guard dtype == Element.scalarType else { throw mismatch(Element.scalarType) }
    return try mutableBytes().assumingMemoryBound(to: Element.self)
  }

  @usableFromInline
  func mismatch(_ wanted: ScalarType) -> FXError {
    FXError(.tensorDType, "the tensor is of \(dtype.name), and not of \(wanted.name)")
  }

  /// Returns the element at an index, each part of which may count from the end.
  ///
  /// - Throws: `tensor.index`.
  public func element(at index: Int...) throws -> Scalar { try element(at: index) }

  /// Returns the element at an index, each part of which may count from the end.
  ///
  /// - Throws: `tensor.index`.
  public func element(at index: [Int]) throws -> Scalar {
    try element(atOffset: offset(of: index))
  }

  /// Returns the element at a distance, in elements, from the first one.
  func element(atOffset offset: Int) throws -> Scalar {
    try dispatch(dtype, ReadElement(address: bytes + offset * itemSize))
  }

  /// Changes the element at an index, each part of which may count from the end.
  ///
  /// - Throws: `tensor.index` or `tensor.memory`.
  public func setElement(at index: [Int], to value: Scalar) throws {
    let address = try mutableBytes() + offset(of: index) * itemSize
    try dispatch(dtype, WriteElement(address: address, value: value))
  }

  /// Returns the only element (`Tensor.item`).
  ///
  /// - Throws: `tensor.shape` where there is not just one.
  public func item() throws -> Scalar {
    guard elementCount == 1 else {
      throw FXError(
        .tensorShape, "a tensor of \(elementCount) elements is not a number")
    }
    return try dispatch(dtype, ReadElement(address: bytes))
  }

  /// Returns all elements in row-major order, converted to an element type.
  ///
  /// - Throws: `tensor.memory`.
  public func elements<Element: TensorElement>(as type: Element.Type) throws -> [Element] {
    let source = try converted(to: Element.scalarType).contiguous()
    let start = try source.pointer(Element.self)
    return withExtendedLifetime(source) {
      Array(UnsafeBufferPointer(start: start, count: source.elementCount))
    }
  }

  private func offset(of index: [Int]) throws(FXError) -> Int {
    guard index.count == rank else {
      throw FXError(
        .tensorIndex, "an index of \(index.count) numbers is none of \(rank) dimensions")
    }
    var offset = 0
    for (axis, position) in index.enumerated() {
      let size = sizes[axis]
      guard position >= -size, position < size else {
        throw FXError(
          .tensorIndex,
          "the index \(position) is outside of the dimension \(axis) of size \(size)")
      }
      offset += (position < 0 ? position + size : position) * strides[axis]
    }
    return offset
  }
}

private struct ReadElement: ElementWork {
  let address: UnsafeRawPointer
  func run<Element: TensorElement>(_ type: Element.Type) -> Scalar {
    address.load(as: Element.self).scalar
  }
}

private struct WriteElement: ElementWork {
  let address: UnsafeMutableRawPointer
  let value: Scalar
  func run<Element: TensorElement>(_ type: Element.Type) {
    address.storeBytes(of: value.element(Element.self), as: Element.self)
  }
}
