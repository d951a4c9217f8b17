import FXCore
import FXTensor

extension Tensor {
  /// Takes the rows of a matrix of weights that indices name (`torch.embedding`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func embedding(_ indices: Tensor) throws -> Tensor {
    guard rank == 2 else {
      throw FXError(.tensorShape, "weights of an embedding are a matrix, found \(rank) dimensions")
    }
    let rows = try indexSelect(0, indices.reshape([indices.elementCount]))
    return try rows.view(indices.sizes + [sizes[1]])
  }

  /// Adds a gradient's rows to the rows of weights that they came from
  /// (`aten.embedding_dense_backward`).
  ///
  /// - Parameters:
  ///   - count: the number of rows of the weights.
  ///   - padding: the row that gets no gradient; none where it is negative.
  ///   - isScaled: whether rows are divided by how often they were taken.
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func embeddingGradient(
    _ indices: Tensor, count: Int, padding: Int, isScaled: Bool
  ) throws -> Tensor {
    let flat = try indices.reshape([indices.elementCount])
    let width = sizes.last ?? 1
    guard elementCount == flat.elementCount * width else {
      throw FXError(
        .tensorShape,
        "a gradient of the shape \(Geometry.text(sizes)) does not fit indices of the shape "
          + Geometry.text(indices.sizes))
    }
    var rows = try reshape([flat.elementCount, width])
    var places = flat
    let known = try flat.elements(as: Int64.self)
    if padding >= 0 {
      let kept = known.indices.filter { known[$0] != Int64(padding) }
      let selection = try Tensor.of(kept)
      rows = try rows.indexSelect(0, selection)
      places = try flat.indexSelect(0, selection)
    }
    let result = try Tensor.zeros([count, width], dtype, device: device)
    guard isScaled else {
      try result.indexReduce(0, places, rows, .sum)
      return result
    }
    // A row that is taken n times gets the mean of its gradients.
    try result.indexReduce(0, places, rows, .mean, includesSelf: false)
    return result
  }
}
