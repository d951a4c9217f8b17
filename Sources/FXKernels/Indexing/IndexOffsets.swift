import FXCore
import FXTensor

/// Where indices of dimensions lead to: distances from the first element.
///
/// Indexing operators walk a tensor whose indexed dimensions have stride 0, and add these.
public struct IndexOffsets {
  /// The distances, int64, in steps.
  public private(set) var tensor: Tensor
  /// What one step is, in bytes.
  public let step: Int

  /// Looks up the indices of one dimension.
  ///
  /// - Parameters:
  ///   - size: the size of the dimension.
  ///   - step: its stride, in bytes.
  ///   - countsFromEnd: whether negative indices are allowed, which count from the end.
  /// - Throws: `tensor.index` for an index outside of the dimension.
  public init(_ index: Tensor, size: Int, step: Int, countsFromEnd: Bool) throws {
    self.step = step
    tensor = try Self.checked(index, size: size, countsFromEnd: countsFromEnd)
  }

  /// Looks up several index tensors, which are broadcast together; their steps are bytes.
  ///
  /// - Throws: `tensor.shape` where they don't fit together, and as the other initializer.
  public init(_ indices: [(tensor: Tensor, size: Int, step: Int)]) throws {
    if indices.count == 1 {
      let only = indices[0]
      try self.init(only.tensor, size: only.size, step: only.step, countsFromEnd: true)
      return
    }
    let known = try indices.map { try Self.checked($0.tensor, size: $0.size, countsFromEnd: true) }
    self.init(try Tensor.elementwiseOutput(.int64, inputs: known), step: 1)
    try tensor.fill(0)
    for (index, positions) in zip(indices, known) { try add(positions, step: index.step) }
  }

  private init(_ tensor: Tensor, step: Int) {
    self.tensor = tensor
    self.step = step
  }

  /// Returns the distances in another shape.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  func reshaped(_ shape: [Int]) throws -> IndexOffsets {
    var copy = self
    copy.tensor = try tensor.reshape(shape)
    return copy
  }

  private func add(_ positions: Tensor, step: Int) throws {
    let iterator = try ElementIterator(outputs: [tensor], inputs: [positions])
    iterator.forEachRun { pointers, strides, count in
      for place in 0..<count {
        let target = pointers[0] + place &* strides[0]
        let position = (pointers[1] + place &* strides[1]).load(as: Int.self)
        target.storeBytes(of: target.load(as: Int.self) &+ position &* step, as: Int.self)
      }
    }
  }

  /// Returns indices as int64, all of them from 0 to below the size.
  private static func checked(_ index: Tensor, size: Int, countsFromEnd: Bool) throws -> Tensor {
    guard index.dtype.isIntegral() else {
      throw FXError(.tensorDType, "indices are integers, and not \(index.dtype.name)")
    }
    let index = try index.converted(to: .int64)
    let (least, greatest) = try range(of: index)
    guard least >= (countsFromEnd ? -size : 0), greatest < size else {
      let wrong = greatest < size ? least : greatest
      throw FXError(.tensorIndex, "the index \(wrong) is outside of a dimension of size \(size)")
    }
    if least >= 0 { return index }
    let result = try index.emptyLike()
    let iterator = try ElementIterator(outputs: [result], inputs: [index])
    iterator.forEachRun { pointers, strides, count in
      for place in 0..<count {
        let position = (pointers[1] + place &* strides[1]).load(as: Int.self)
        let wrapped = position < 0 ? position + size : position
        (pointers[0] + place &* strides[0]).storeBytes(of: wrapped, as: Int.self)
      }
    }
    return result
  }

  /// Returns the least and the greatest of integers; 0 and -1 where there are none.
  private static func range(of index: Tensor) throws -> (Int, Int) {
    if index.elementCount == 0 { return (0, -1) }
    var (least, greatest) = (Int.max, Int.min)
    try ElementIterator(outputs: [], inputs: [index]).forEachRun { pointers, strides, count in
      for place in 0..<count {
        let position = (pointers[0] + place &* strides[0]).load(as: Int.self)
        least = min(least, position)
        greatest = max(greatest, position)
      }
    }
    return (least, greatest)
  }
}
