import FXCore
import FXTensor

extension Tensor {
  /// Returns the indices of elements that are not zero, a row each (`torch.nonzero`).
  ///
  /// The columns lie together in memory, as PyTorch's.
  /// - Throws: `tensor.memory`.
  public func nonzero() throws -> Tensor {
    let mask = try converted(to: .bool).contiguous()
    let flags = try mask.pointer(Bool8.self)
    let count = (0..<mask.elementCount).reduce(0) { $0 + (flags[$1].value ? 1 : 0) }
    let result = try Tensor.empty([count, rank], strides: [1, count], .int64, device: device)
    if count == 0 || rank == 0 { return result }
    let target = try result.mutablePointer(Int64.self)
    var row = 0
    var index = [Int](repeating: 0, count: rank)
    let inner = sizes[rank - 1]
    withExtendedLifetime(mask) {
      for start in stride(from: 0, to: mask.elementCount, by: inner) {
        for last in 0..<inner where flags[start + last].value {
          for axis in 0..<rank - 1 { target[axis * count + row] = Int64(index[axis]) }
          target[(rank - 1) * count + row] = Int64(last)
          row += 1
        }
        var axis = rank - 2
        while axis >= 0 {
          index[axis] += 1
          if index[axis] < sizes[axis] { break }
          index[axis] = 0
          axis -= 1
        }
      }
    }
    return result
  }

  /// Returns the elements where a mask is true, in row-major order (`torch.masked_select`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func maskedSelect(_ mask: Tensor) throws -> Tensor {
    try mask.checkMask()
    let shape = try Geometry.broadcast(sizes, mask.sizes)
    let places = try mask.expand(shape).contiguous().reshape([-1])
    let elements = try expand(shape).reshape([places.elementCount])
    return try elements.index([places])
  }

  /// Writes a source's elements, in row-major order, where a mask is true
  /// (`Tensor.masked_scatter_`).
  ///
  /// - Throws: `tensor.shape` where the source has too few, `tensor.dtype` or `tensor.memory`.
  public func maskedScatter(_ mask: Tensor, _ source: Tensor) throws {
    try mask.checkMask()
    let places = try mask.expand(sizes).nonzero()
    let count = places.sizes[0]
    guard source.elementCount >= count else {
      throw FXError(
        .tensorShape,
        "the source has \(source.elementCount) elements for \(count) true ones of the mask")
    }
    let values = try source.reshape([source.elementCount]).slice(0, from: 0, to: count)
    if rank == 0 {
      if count > 0 { try copy(from: values.select(0, 0)) }
      return
    }
    try indexPut(places.unbind(1), values, accumulates: false)
  }

  private func checkMask() throws {
    guard dtype == .bool || dtype == .uint8 else {
      throw FXError(.tensorDType, "a mask is of bool, and not of \(dtype.name)")
    }
  }
}
