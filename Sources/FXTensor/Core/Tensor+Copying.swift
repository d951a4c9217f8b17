import FXCore

extension Tensor {
  /// Sets every element to a number, converted as PyTorch converts it.
  ///
  /// - Throws: `tensor.memory` where a view of a file can't be copied.
  public func fill(_ value: Scalar) throws {
    try copy(from: Scalar2(value).tensor(dtype))
  }

  /// Returns the tensor with its elements converted to a dtype; itself where it has the dtype.
  ///
  /// - Throws: `tensor.memory`.
  public func converted(to dtype: ScalarType) throws -> Tensor {
    if dtype == self.dtype { return self }
    let result = try Tensor.empty(sizes, dtype, device: device)
    try result.copy(from: self)
    return result
  }

  /// Returns the tensor with its elements in row-major order; itself where they lie so.
  ///
  /// - Throws: `tensor.memory`.
  public func contiguous() throws -> Tensor {
    if isContiguous { return self }
    let result = try Tensor.empty(sizes, dtype, device: device)
    try result.copy(from: self)
    return result
  }

  /// Copies the elements of a tensor of the same shape or of one element.
  public func copy(from source: Tensor) throws {
    var index = [Int](repeating: 0, count: rank)
    for _ in 0..<elementCount {
      try setElement(at: index, to: source.rank == 0 ? source.item() : source.element(at: index))
      var axis = rank - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < sizes[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
  }
}

private struct Scalar2 {
  let value: Scalar
  init(_ value: Scalar) { self.value = value }
  func tensor(_ dtype: ScalarType) throws -> Tensor {
    let result = try Tensor.empty([], dtype)
    try result.setElement(at: [], to: value)
    return result
  }
}
