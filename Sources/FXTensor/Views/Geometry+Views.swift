import FXCore

extension Geometry {
  /// Returns the strides that show elements in another shape, or nil where only a copy can.
  ///
  /// The rule is PyTorch's `computeStride`: dimensions that step as one form chunks, and every
  /// new dimension must lie within one. Both shapes have the same number of elements.
  public static func viewStrides(_ sizes: [Int], _ strides: [Int], to shape: [Int]) -> [Int]? {
    if sizes.isEmpty { return [Int](repeating: 1, count: shape.count) }
    if sizes.contains(0) { return sizes == shape ? strides : contiguousStrides(shape) }
    var result = [Int](repeating: 1, count: shape.count)
    var target = shape.count - 1
    var chunkStride = strides[sizes.count - 1]
    var chunkCount = 1
    var viewCount = 1
    for axis in sizes.indices.reversed() {
      chunkCount = chunkCount &* sizes[axis]
      let endsChunk =
        axis == 0 || (sizes[axis - 1] != 1 && strides[axis - 1] != chunkCount &* chunkStride)
      guard endsChunk else { continue }
      while target >= 0, viewCount < chunkCount || shape[target] == 1 {
        result[target] = viewCount &* chunkStride
        viewCount = viewCount &* shape[target]
        target -= 1
      }
      if viewCount != chunkCount { return nil }
      if axis > 0 {
        chunkStride = strides[axis - 1]
        chunkCount = 1
        viewCount = 1
      }
    }
    return target == -1 ? result : nil
  }

  /// Returns a shape with its -1 replaced by the size that makes up the number of elements.
  ///
  /// - Throws: `tensor.shape` where there is none, or more than one -1.
  public static func inferred(_ shape: [Int], count: Int) throws(FXError) -> [Int] {
    guard let unknown = shape.firstIndex(of: -1) else {
      guard try elementCount(shape) == count else { throw misfit(shape, count) }
      return shape
    }
    var result = shape
    result[unknown] = 1
    guard !result.contains(-1) else {
      throw FXError(.tensorShape, "only one size can be -1: \(text(shape))")
    }
    let known = try elementCount(result)
    guard known > 0 else {
      throw FXError(
        .tensorShape, "the size of -1 could be any number beside a size of 0: \(text(shape))")
    }
    guard count % known == 0 else { throw misfit(shape, count) }
    result[unknown] = count / known
    return result
  }

  /// Returns the shape that tensors of two shapes have together, by PyTorch's broadcasting.
  ///
  /// - Throws: `tensor.shape` where sizes differ and neither is 1.
  public static func broadcast(_ left: [Int], _ right: [Int]) throws(FXError) -> [Int] {
    if left == right { return left }
    let rank = max(left.count, right.count)
    var result = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let first = axis - rank + left.count
      let second = axis - rank + right.count
      let mine = first >= 0 ? left[first] : 1
      let theirs = second >= 0 ? right[second] : 1
      guard mine == theirs || mine == 1 || theirs == 1 else {
        throw FXError(
          .tensorShape,
          "the shapes \(text(left)) and \(text(right)) do not fit: \(mine) and \(theirs) at the "
            + "dimension \(axis)")
      }
      result[axis] = mine == 1 ? theirs : mine
    }
    return result
  }

  /// Returns the strides by which sizes are repeated up to a shape: 0 where they repeat.
  ///
  /// A size of -1 keeps what is there.
  /// - Throws: `tensor.shape`.
  public static func expanded(
    _ sizes: [Int], _ strides: [Int], to shape: [Int]
  ) throws(FXError) -> (sizes: [Int], strides: [Int]) {
    let added = shape.count - sizes.count
    guard added >= 0 else {
      throw FXError(
        .tensorShape,
        "\(text(sizes)) has more dimensions than \(text(shape)), to which it is expanded")
    }
    // A tensor without dimensions repeats everywhere, also along sizes of 1.
    if sizes.isEmpty, !shape.contains(where: { $0 < 0 }) {
      return (shape, [Int](repeating: 0, count: shape.count))
    }
    var result = shape
    var steps = [Int](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
      let old = axis - added
      let size = old >= 0 ? sizes[old] : 1
      if shape[axis] == -1, old >= 0 { result[axis] = size }
      guard result[axis] >= 0, size == result[axis] || size == 1 else {
        throw FXError(.tensorShape, "\(text(sizes)) cannot be expanded to \(text(shape))")
      }
      if size == result[axis] {
        // A new dimension steps over all that is behind it, as if it were there.
        let behind = axis + 1 < shape.count ? result[axis + 1] &* steps[axis + 1] : 1
        steps[axis] = old >= 0 ? strides[old] : behind
      }
    }
    return (result, steps)
  }

  private static func misfit(_ shape: [Int], _ count: Int) -> FXError {
    FXError(.tensorShape, "the shape \(text(shape)) does not have \(count) elements")
  }
}
