import FXCore
import FXTensor

extension Tensor {
  /// Takes an element for each position of an index along a dimension (`torch.gather`).
  ///
  /// - Parameter countsFromEnd: whether negative indices are allowed, which count from the end.
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func gather(
    _ axis: Int, _ index: Tensor, countsFromEnd: Bool = false
  ) throws -> Tensor {
    let places = try DimensionIndex(
      positions: index, of: self, axis, countsFromEnd: countsFromEnd)
    let result = try Tensor.empty(index.sizes, dtype, device: device)
    if result.elementCount == 0 { return result }
    try copyFromPlaces(result, places.walked(self), places.offsets)
    return result
  }

  /// Takes the indices of a vector from a dimension (`torch.index_select`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func indexSelect(_ axis: Int, _ index: Tensor) throws -> Tensor {
    let places = try DimensionIndex(vector: index, of: self, axis)
    let result = try Tensor.empty(places.shape, dtype, device: device)
    if result.elementCount == 0 { return result }
    try copyFromPlaces(result, places.walked(self), places.offsets)
    return result
  }

  /// Takes elements by their places in row-major order (`torch.take`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func take(_ index: Tensor) throws -> Tensor {
    let result = try Tensor.empty(index.sizes, dtype, device: device)
    if index.elementCount == 0 { return result }
    let flat = try reshape([elementCount])
    let offsets = try IndexOffsets(
      index, size: elementCount, step: flat.strides[0] * itemSize, countsFromEnd: true)
    let walk = try flat.asStrided(index.sizes, [Int](repeating: 0, count: index.rank))
    try copyFromPlaces(result, walk, offsets)
    return result
  }
}
