import FXCore
import FXTensor

extension Tensor {
  /// Takes, along each dimension that is named, the indices of a list.
  ///
  /// - Throws: `tensor.index` or `tensor.memory`.
  private func remapped(
    _ maps: [(axis: Int, places: [Int])], into result: Tensor
  ) throws -> Tensor {
    if result.elementCount == 0 { return result }
    var (sizes, strides) = (sizes, strides)
    let indices = try maps.map { axis, places -> (tensor: Tensor, size: Int, step: Int) in
      var shape = [Int](repeating: 1, count: rank)
      shape[axis] = places.count
      let index = try Tensor.of(places, shape)
      let known = (index, sizes[axis], strides[axis] * itemSize)
      sizes[axis] = places.count
      strides[axis] = 0
      return known
    }
    try copyFromPlaces(result, asStrided(sizes, strides), IndexOffsets(indices))
    return result
  }

  /// Turns dimensions around (`torch.flip`).
  ///
  /// - Throws: `tensor.index` where a dimension is named twice, or `tensor.memory`.
  public func flip(_ axes: [Int]) throws -> Tensor {
    let axes = try axes.map { try Geometry.axis($0, of: rank) }
    guard Set(axes).count == axes.count else {
      throw FXError(.tensorIndex, "a dimension is named twice in \(Geometry.text(axes))")
    }
    let long = axes.filter { rank > 0 && sizes[$0] > 1 }
    let result = try Tensor.elementwiseOutput(dtype, inputs: [self])
    if long.isEmpty {
      try result.copy(from: self)
      return result
    }
    return try remapped(
      long.map { ($0, Array((0..<sizes[$0]).reversed())) }, into: result)
  }

  /// Says what elements beyond the ends of a dimension are.
  public enum PaddingMode: Sendable {
    /// Those inside, as in a mirror that shows the last one once.
    case reflect
    /// The last one.
    case replicate
  }

  /// Adds elements at both ends of the last dimensions, the last one first (`torch.nn.functional.pad`).
  ///
  /// Negative amounts take elements away.
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func padded(_ amounts: [Int], _ mode: PaddingMode) throws -> Tensor {
    let count = amounts.count / 2
    guard amounts.count % 2 == 0, count <= rank else {
      throw FXError(
        .tensorShape, "\(amounts.count) amounts of padding for \(rank) dimensions")
    }
    var shape = sizes
    let maps = try (0..<count).map { place -> (axis: Int, places: [Int]) in
      let axis = rank - 1 - place
      let (before, after) = (amounts[2 * place], amounts[2 * place + 1])
      let places = try mode.places(sizes[axis], before, after)
      shape[axis] = places.count
      return (axis, places)
    }
    let result = try Tensor.empty(shape, dtype, device: device, format: suggestedFormat)
    return try remapped(maps, into: result)
  }
}

extension Tensor.PaddingMode {
  /// Returns the index that each index of a padded dimension takes.
  ///
  /// - Throws: `tensor.shape`.
  fileprivate func places(_ size: Int, _ before: Int, _ after: Int) throws -> [Int] {
    guard size > 0, size + before + after > 0 else {
      throw FXError(
        .tensorShape, "a dimension of size \(size) can't have the padding \(before) and \(after)")
    }
    switch self {
    case .reflect:
      guard before < size, after < size else {
        throw FXError(
          .tensorShape, "the padding \(before) and \(after) is as large as the size \(size)")
      }
      let last = size - 1
      return (-before..<size + after).map { last - abs(last - abs($0)) }
    case .replicate:
      return (-before..<size + after).map { min(max($0, 0), size - 1) }
    }
  }
}
