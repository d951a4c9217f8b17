import FXCore
import FXTensor

/// Indices along one dimension, and the walk that they make.
///
/// There are two forms: an index for each position (`gather`, `scatter`), and one vector of indices
/// for the whole dimension (`index_select`, `index_add`).
struct DimensionIndex {
  /// The dimension, counted from the start.
  let axis: Int
  /// The shape of the walk.
  let shape: [Int]
  /// The distances, shaped to broadcast to the walk.
  let offsets: IndexOffsets

  /// Prepares an index for each position.
  ///
  /// - Throws: `tensor.shape` where the index is larger than the tensor, `tensor.index`.
  init(
    positions index: Tensor, of tensor: Tensor, _ axis: Int, countsFromEnd: Bool = false
  ) throws {
    self.axis = try Geometry.axis(axis, of: tensor.rank)
    shape = index.sizes
    guard index.elementCount == 0 || max(index.rank, 1) == max(tensor.rank, 1) else {
      throw FXError(
        .tensorShape, "the index has \(index.rank) dimensions, and the tensor \(tensor.rank)")
    }
    for (place, size) in index.sizes.enumerated() where place != self.axis {
      guard index.elementCount == 0 || tensor.rank == 0 || size <= tensor.sizes[place] else {
        throw FXError(
          .tensorShape,
          "the index of the shape \(Geometry.text(index.sizes)) is larger than the tensor of the "
            + "shape \(Geometry.text(tensor.sizes)) in the dimension \(place)")
      }
    }
    let (size, step) = Self.steps(of: tensor, self.axis)
    offsets = try IndexOffsets(index, size: size, step: step, countsFromEnd: countsFromEnd)
  }

  /// Prepares a vector of indices, or a single one.
  ///
  /// - Throws: `tensor.shape` where the index is no vector, `tensor.index`.
  init(
    vector index: Tensor, of tensor: Tensor, _ axis: Int, countsFromEnd: Bool = false
  ) throws {
    self.axis = try Geometry.axis(axis, of: tensor.rank)
    guard index.rank <= 1 else {
      throw FXError(
        .tensorShape, "indices of a dimension are a vector, and not of \(index.rank) dimensions")
    }
    let (size, step) = Self.steps(of: tensor, self.axis)
    let distances = try IndexOffsets(
      index, size: size, step: step, countsFromEnd: countsFromEnd)
    guard tensor.rank > 0 else {
      shape = []
      offsets = try distances.reshaped([])
      return
    }
    var walk = tensor.sizes
    walk[self.axis] = index.elementCount
    shape = walk
    var alone = [Int](repeating: 1, count: tensor.rank)
    alone[self.axis] = index.elementCount
    offsets = try distances.reshaped(alone)
  }

  /// Returns a view of the tensor that the walk goes over: the indexed dimension stands still.
  func walked(_ tensor: Tensor) throws -> Tensor {
    if tensor.rank != shape.count {
      // A number among vectors.
      return try tensor.asStrided(shape, [Int](repeating: 0, count: shape.count))
    }
    if tensor.rank == 0 { return tensor }
    var strides = tensor.strides
    strides[axis] = 0
    return try tensor.asStrided(shape, strides)
  }

  private static func steps(of tensor: Tensor, _ axis: Int) -> (size: Int, step: Int) {
    guard tensor.rank > 0 else { return (1, 0) }
    return (tensor.sizes[axis], tensor.strides[axis] * tensor.itemSize)
  }
}
