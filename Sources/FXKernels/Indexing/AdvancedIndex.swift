import FXCore
import FXTensor

/// Index tensors for some dimensions of a tensor, as `x[i, :, j]` has them (`at::AdvancedIndex`).
public struct AdvancedIndex {
  /// The tensor, shaped as the result, with stride 0 where indices tell the place.
  public let walk: Tensor
  /// The distances, shaped to broadcast to the result.
  public let offsets: IndexOffsets

  /// Prepares indices; nil takes a whole dimension, and a mask counts for as many as it has.
  ///
  /// Where the indexed dimensions are not neighbours, their result comes first.
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public init(_ tensor: Tensor, _ indices: [Tensor?]) throws {
    var tensor = tensor
    var indices = try Self.expandMasks(tensor, indices)
    guard indices.count <= tensor.rank else {
      throw FXError(
        .tensorIndex, "there are \(indices.count) indices for \(tensor.rank) dimensions")
    }
    indices += [Tensor?](repeating: nil, count: tensor.rank - indices.count)
    var taken = indices.indices.filter { indices[$0] != nil }
    if let first = taken.first, let last = taken.last, last - first >= taken.count {
      let order = taken + indices.indices.filter { indices[$0] == nil }
      tensor = try tensor.permute(order)
      indices = order.map { indices[$0] }
      taken = Array(taken.indices)
    }
    let first = taken.first ?? 0
    let after = tensor.rank - first - taken.count
    var known: [(tensor: Tensor, size: Int, step: Int)] = []
    for axis in taken {
      guard let index = indices[axis] else { continue }
      known.append((index, tensor.sizes[axis], tensor.strides[axis] * tensor.itemSize))
    }
    let found = try IndexOffsets(known)
    let shape = found.tensor.sizes
    let steps = [Int](repeating: 0, count: shape.count)
    walk = try tensor.asStrided(
      tensor.sizes[..<first] + shape + tensor.sizes[(first + taken.count)...],
      tensor.strides[..<first] + steps + tensor.strides[(first + taken.count)...])
    offsets = try found.reshaped(shape + [Int](repeating: 1, count: after))
  }

  /// Replaces masks by the indices of their true elements.
  private static func expandMasks(_ tensor: Tensor, _ indices: [Tensor?]) throws -> [Tensor?] {
    var result: [Tensor?] = []
    for index in indices {
      guard let index, index.dtype == .bool || index.dtype == .uint8 else {
        result.append(index)
        continue
      }
      for (axis, size) in index.sizes.enumerated() {
        let place = result.count + axis
        guard place < tensor.rank, tensor.sizes[place] == size else {
          throw FXError(
            .tensorIndex,
            "the mask of the shape \(Geometry.text(index.sizes)) does not fit the tensor of the "
              + "shape \(Geometry.text(tensor.sizes)) at the dimension \(result.count)")
        }
      }
      // A mask without dimensions takes nothing of the tensor's; it adds a dimension of 0 or 1.
      if index.rank == 0 {
        throw FXError(.tensorIndex, "a mask has no dimensions")
      }
      result += try index.nonzero().unbind(1)
    }
    return result
  }
}

extension Tensor {
  /// Takes the elements that indices tell (`aten.index.Tensor`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func index(_ indices: [Tensor?]) throws -> Tensor {
    let places = try AdvancedIndex(self, indices)
    let result = try Tensor.elementwiseOutput(
      dtype, inputs: [places.walk, places.offsets.tensor], device: device)
    if result.elementCount > 0 { try copyFromPlaces(result, places.walk, places.offsets) }
    return result
  }

  /// Writes elements to the places that indices tell, or adds them (`Tensor.index_put_`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func indexPut(_ indices: [Tensor?], _ values: Tensor, accumulates: Bool) throws {
    guard accumulates else {
      let places = try AdvancedIndex(self, indices)
      if places.walk.elementCount > 0 { try copyToPlaces(places.walk, values, places.offsets) }
      return
    }
    try withOpMath(of: .sum, keepsHalves: true) { target in
      let places = try AdvancedIndex(target, indices)
      if places.walk.elementCount == 0 { return }
      try reduceToPlaces(
        places.walk, values.converted(to: target.dtype), places.offsets, .sum)
    }
  }
}
