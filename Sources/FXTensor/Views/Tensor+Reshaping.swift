import FXCore

extension Tensor {
  /// Returns a tensor of other sizes, strides and offset on the same storage; all are trusted.
  func alias(_ sizes: [Int], _ strides: [Int], offset: Int? = nil, count: Int? = nil) -> Tensor {
    // The other sizes of an empty tensor may have a product that 64 bits do not hold.
    let count = count ?? (sizes.contains(0) ? 0 : sizes.reduce(1, *))
    return Tensor(
      checked: storage, dtype: dtype, sizes: sizes, strides: strides,
      storageOffset: offset ?? storageOffset, elementCount: count, device: device, layout: layout)
  }

  /// Returns a tensor object of its own with the same storage and geometry (`aten.alias`).
  public func alias() -> Tensor { alias(sizes, strides, count: elementCount) }

  /// Shows the elements in another shape, one size of which may be -1 (`Tensor.view`).
  ///
  /// - Throws: `tensor.shape`, or `tensor.view` where only a copy has the shape.
  public func view(_ shape: [Int]) throws(FXError) -> Tensor {
    let shape = try Geometry.inferred(shape, count: elementCount)
    guard let strides = Geometry.viewStrides(sizes, strides, to: shape) else {
      throw FXError(
        .tensorView,
        "strides \(Geometry.text(strides)) of the sizes \(Geometry.text(sizes)) allow no view of "
          + "the shape \(Geometry.text(shape)); reshape copies then")
    }
    return alias(shape, strides, count: elementCount)
  }

  /// Shows the elements in another shape, or copies them where no view can (`torch.reshape`).
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func reshape(_ shape: [Int]) throws -> Tensor {
    let shape = try Geometry.inferred(shape, count: elementCount)
    if let strides = Geometry.viewStrides(sizes, strides, to: shape) {
      return alias(shape, strides, count: elementCount)
    }
    let copy = try clone(format: .contiguous)
    return copy.alias(shape, Geometry.contiguousStrides(shape), count: elementCount)
  }

  /// Makes one dimension of several (`torch.flatten`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func flatten(from start: Int = 0, through end: Int = -1) throws -> Tensor {
    let first = try Geometry.axis(start, of: rank)
    let last = try Geometry.axis(end, of: rank)
    guard first <= last else {
      throw FXError(.tensorIndex, "the dimension \(start) comes after \(end)")
    }
    if rank == 0 { return try reshape([1]) }
    if first == last { return self }
    let product = try Geometry.elementCount(Array(sizes[first...last]))
    return try reshape(Array(sizes[..<first]) + [product] + Array(sizes[(last + 1)...]))
  }

  /// Repeats the tensor along dimensions of size 1 and new ones, without a copy (`Tensor.expand`).
  ///
  /// A size of -1 keeps what is there.
  /// - Throws: `tensor.shape`, or `tensor.memory` where 64 bits do not hold the number of elements.
  public func expand(_ shape: [Int]) throws(FXError) -> Tensor {
    let (sizes, strides) = try Geometry.expanded(self.sizes, self.strides, to: shape)
    return alias(sizes, strides, count: try Geometry.elementCount(sizes, dtype))
  }

  /// Shows the storage's elements at sizes, strides and an offset of its own (`torch.as_strided`).
  ///
  /// - Throws: `tensor.shape`, `tensor.memory`, or `tensor.view` where the storage is too small.
  public func asStrided(
    _ sizes: [Int], _ strides: [Int], offset: Int? = nil
  ) throws(FXError) -> Tensor {
    try Tensor(
      storage: storage, dtype: dtype, sizes: sizes, strides: strides,
      storageOffset: offset ?? storageOffset, device: device, layout: layout)
  }

  /// Shows the bytes as elements of another dtype (`Tensor.view(dtype)`).
  ///
  /// - Throws: `tensor.shape` or `tensor.view` where elements of another size do not fill the
  ///   last dimension, or `tensor.memory`.
  public func view(as target: ScalarType) throws(FXError) -> Tensor {
    let (old, new) = (itemSize, try target.checked().byteCount)
    try storage.align(to: target.alignment)
    var (sizes, strides, offset) = (sizes, strides, storageOffset)
    if old != new {
      guard let last = sizes.indices.last else {
        throw FXError(
          .tensorShape, "a tensor without dimensions has no \(target.name) of another size")
      }
      guard strides[last] == 1 else {
        throw FXError(.tensorView, "the last stride is \(strides[last]), and not 1")
      }
      func rescaled(_ number: Int) throws(FXError) -> Int {
        if new < old {
          let (product, overflow) = number.multipliedReportingOverflow(by: old / new)
          if overflow { throw FXError(.tensorMemory, "a stride does not fit 64 bits") }
          return product
        }
        guard number % (new / old) == 0 else {
          throw FXError(
            .tensorView,
            "\(number) is not a multiple of the \(new / old) elements in one of the new")
        }
        return number / (new / old)
      }
      sizes[last] = try rescaled(sizes[last])
      offset = try rescaled(offset)
      for axis in strides.indices.dropLast() { strides[axis] = try rescaled(strides[axis]) }
      strides[last] = 1
    }
    return Tensor(
      checked: storage, dtype: target, sizes: sizes, strides: strides, storageOffset: offset,
      elementCount: try Geometry.elementCount(sizes), device: device, layout: layout)
  }
}
