import FXCore
import FXTensor

/// Sorts, and what follows from the order of elements along a dimension.
///
/// Where elements are equal, the same indices come out as in PyTorch. NaN counts as larger than all
/// numbers. All throw `tensor.index`, `tensor.dtype` for complex numbers, and `tensor.memory`.
public enum Sorting {
  /// Values, and their places along the dimension.
  public typealias Result = (values: Tensor, indices: Tensor)

  /// Sorts along a dimension (`torch.sort`); results have the strides of the tensor if it is dense.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func sort(
    _ tensor: Tensor, _ axis: Int, isDescending: Bool = false, isStable: Bool = false
  ) throws -> Result {
    let rows = try KeyedRows(tensor, axis)
    // PyTorch sorts long vectors of integers digit by digit.
    let isVector = tensor.rank == 1 && tensor.elementCount >= Parallel.grain
    let usesDigits = isVector && !isDescending && tensor.dtype.isIntegral()
    let found = try rows.choose(rows.matrix.length, isDescending: isDescending) { keys in
      if isStable || usesDigits {
        StableSort.sort(keys)
      } else if let base = keys.baseAddress {
        StandardSort(base).sort(keys.count)
      }
    }
    let values = try tensor.emptyLike()
    let indices = try tensor.emptyLike(.int64)
    try values.copy(from: rows.matrix.restored(found.values))
    try indices.copy(from: rows.matrix.restored(found.indices))
    return (values, indices)
  }

  /// Finds the largest or smallest elements along a dimension (`torch.topk`).
  ///
  /// - Throws: also `tensor.index` for more elements than there are.
  public static func topK(
    _ tensor: Tensor, _ count: Int, _ axis: Int, isLargest: Bool = true, isSorted: Bool = true
  ) throws -> Result {
    let rows = try KeyedRows(tensor, axis)
    let length = rows.matrix.length
    guard count >= 0, count <= length else {
      throw FXError(.tensorIndex, "there are \(length) elements to choose \(count) from")
    }
    let found = try rows.choose(tensor.rank == 0 ? 1 : count, isDescending: isLargest) { keys in
      guard let base = keys.baseAddress, count > 0 else { return }
      let sort = StandardSort(base)
      if count * 64 <= length {
        sort.partialSort(count, of: length)
      } else {
        sort.select(count - 1, of: length)
        if isSorted { sort.sort(count - 1) }
      }
    }
    return try arranged(found, rows, tensor, keepsAxis: true)
  }

  /// Finds the element of a rank along a dimension, counted from 1 (`torch.kthvalue`).
  ///
  /// - Throws: also `tensor.index` for a rank beyond the elements.
  public static func kthValue(
    _ tensor: Tensor, _ rank: Int, _ axis: Int, keepsAxis: Bool = false
  ) throws -> Result {
    let rows = try KeyedRows(tensor, axis)
    guard rank > 0, rank <= rows.matrix.length else {
      throw FXError(
        .tensorIndex, "\(rank) is not a rank among \(rows.matrix.length) elements")
    }
    let found = try rows.choose(1) { keys in
      keys[0] = QuickSelect.select(rank - 1, of: keys)
    }
    return try arranged(found, rows, tensor, keepsAxis: keepsAxis)
  }

  /// Finds the lower of the middle elements along a dimension (`torch.median`).
  ///
  /// - Parameter ignoresNaN: whether NaN counts as missing; else it is the median.
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func median(
    _ tensor: Tensor, _ axis: Int, keepsAxis: Bool = false, ignoresNaN: Bool = false
  ) throws -> Result {
    let rows = try KeyedRows(tensor, axis)
    guard rows.matrix.length > 0 else { throw noElements }
    let found = try rows.choose(1) { keys in
      let missing = rows.unorderedKey.map { nan in keys.count { $0.key == nan } } ?? 0
      if missing > 0, !ignoresNaN || missing == keys.count {
        if let first = keys.first(where: { $0.key == rows.unorderedKey }) { keys[0] = first }
        return
      }
      keys[0] = middle(of: keys, missing: missing)
    }
    return try arranged(found, rows, tensor, keepsAxis: keepsAxis)
  }

  /// Finds the most frequent element along a dimension, the smallest of several (`torch.mode`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func mode(
    _ tensor: Tensor, _ axis: Int, keepsAxis: Bool = false
  ) throws -> Result {
    let rows = try KeyedRows(tensor, axis)
    guard rows.matrix.length > 0 else { throw noElements }
    let found = try rows.choose(1) { keys in
      guard let base = keys.baseAddress else { return }
      StandardSort(base).sort(keys.count)
      var (best, bestCount, count) = (keys[0], 0, 0)
      for index in keys.indices {
        count += 1
        let key = keys[index].key
        let goesOn = index + 1 < keys.count && keys[index + 1].key == key
        if goesOn, key != rows.unorderedKey { continue }
        if count > bestCount { (best, bestCount) = (keys[index], count) }
        count = 0
      }
      keys[0] = best
    }
    return try arranged(found, rows, tensor, keepsAxis: keepsAxis)
  }

  /// Returns the lower of the middle elements, of equal ones the one that a stable sort has there.
  private static func middle(
    of keys: UnsafeMutableBufferPointer<KeyedIndex>, missing: Int
  ) -> KeyedIndex {
    guard let base = keys.baseAddress else { return KeyedIndex(key: 0, index: 0) }
    let rank = (keys.count - missing - 1) / 2
    StandardSort(base).select(rank, of: keys.count)
    let key = keys[rank].key
    var equal: [Int] = []
    var before = 0
    for element in keys {
      if element.key < key { before += 1 }
      if element.key == key { equal.append(element.index) }
    }
    equal.sort()
    return KeyedIndex(key: key, index: equal[rank - before])
  }

  private static func arranged(
    _ found: Result, _ rows: KeyedRows, _ tensor: Tensor, keepsAxis: Bool
  ) throws -> Result {
    let values = try rows.matrix.reduced(found.values, keepsAxis: keepsAxis)
    let indices = try rows.matrix.reduced(found.indices, keepsAxis: keepsAxis)
    return (try values.converted(to: tensor.dtype), indices)
  }

  private static var noElements: FXError {
    FXError(.tensorShape, "the dimension has no elements")
  }
}
