import FXCore
import FXTensor

/// Finds elements, or slices, that differ from one another.
///
/// All throw `tensor.index`, `tensor.dtype` for complex numbers, and `tensor.memory`.
public enum Unique {
  /// What differs; for each element that was given the place of its equal; how often each occurs.
  public typealias Result = (values: Tensor, inverse: Tensor, counts: Tensor)

  /// Finds the elements of a tensor that differ, in order; no NaN equals another
  /// (`torch.unique`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func elements(of tensor: Tensor) throws -> Result {
    let rows = try KeyedRows(tensor.reshape([-1]), 0)
    return try groups(of: tensor, rows, isSorted: true)
  }

  /// Finds the elements that differ from the one before (`torch.unique_consecutive`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func consecutiveElements(of tensor: Tensor) throws -> Result {
    let rows = try KeyedRows(tensor.reshape([-1]), 0)
    return try groups(of: tensor, rows, isSorted: false)
  }

  /// Finds the slices along a dimension that differ; in order, or only from the one before.
  ///
  /// - Throws: also `tensor.shape` where slices have no elements, but there are slices.
  public static func slices(
    of tensor: Tensor, _ axis: Int, isSorted: Bool
  ) throws -> Result {
    let axis = try Geometry.axis(axis, of: tensor.rank)
    let moved = try tensor.rank > 0 ? tensor.movedim([axis], [0]) : tensor.reshape([1])
    let count = moved.sizes[0]
    if tensor.sizes.contains(0) {
      guard count == 0, tensor.sizes.count(where: { $0 == 0 }) == 1 else {
        throw FXError(.tensorShape, "slices without elements can't be told apart")
      }
      return (try tensor.clone(), try .of([Int]()), try .of([Int]()))
    }
    let flat = try moved.contiguous().view([count, -1])
    let table = try SliceTable(flat)
    let order = isSorted ? table.sortedOrder() : Array(0..<count)
    var inverse = [Int](repeating: 0, count: count)
    var (firsts, counts): ([Int], [Int]) = ([], [])
    for (place, slice) in order.enumerated() {
      if place > 0, table.isEqual(order[place - 1], slice) {
        counts[counts.count - 1] += 1
      } else {
        firsts.append(slice)
        counts.append(1)
      }
      inverse[slice] = firsts.count - 1
    }
    let values = try Tensor.empty([firsts.count] + moved.sizes.dropFirst(), tensor.dtype)
    for (place, slice) in firsts.enumerated() {
      try values.select(0, place).copy(from: moved.select(0, slice))
    }
    let restored = tensor.rank > 0 ? try values.movedim([0], [axis]) : values
    return (restored, try .of(inverse), try .of(counts))
  }

  private static func groups(
    of tensor: Tensor, _ rows: KeyedRows, isSorted: Bool
  ) throws -> Result {
    var firsts: [Int] = []
    var counts: [Int64] = []
    let inverse = try Tensor.empty(tensor.sizes, .int64, device: tensor.device)
    let places = try inverse.mutablePointer(Int64.self)
    rows.forEachRow { _, keys in
      if isSorted { StableSort.sort(keys) }
      for index in keys.indices {
        let key = keys[index].key
        let isNew = index == 0 || key != keys[index - 1].key || key == rows.unorderedKey
        if isNew {
          firsts.append(keys[index].index)
          counts.append(0)
        }
        counts[counts.count - 1] += 1
        places[keys[index].index] = Int64(firsts.count - 1)
      }
    }
    let values = try Tensor.empty([firsts.count], tensor.dtype, device: tensor.device)
    try GatherElements.run(from: tensor.reshape([-1]), firsts, to: values)
    return (values, inverse, try .of(counts))
  }
}

/// Copies chosen elements of a vector.
private enum GatherElements {
  static func run(from source: Tensor, _ places: [Int], to target: Tensor) throws {
    let size = source.itemSize
    let step = (source.strides.first ?? 0) * size
    let bytes = try target.mutableBytes()
    for (index, place) in places.enumerated() {
      (bytes + index * size).copyMemory(from: source.bytes + place * step, byteCount: size)
    }
  }
}

/// Slices as rows of keys, which are compared element by element.
private struct SliceTable {
  private let keys: [UInt64]
  private let width: Int
  private let count: Int
  private let unorderedKey: UInt64?

  init(_ matrix: Tensor) throws {
    let rows = try KeyedRows(matrix, 1)
    count = matrix.sizes[0]
    width = matrix.sizes[1]
    unorderedKey = rows.unorderedKey
    let width = width
    keys = [UInt64](unsafeUninitializedCapacity: matrix.elementCount) { buffer, total in
      total = matrix.elementCount
      let base = buffer.baseAddress
      rows.forEachRow { row, elements in
        for index in elements.indices { base?[row * width + index] = elements[index].key }
      }
    }
  }

  func isEqual(_ one: Int, _ other: Int) -> Bool {
    (0..<width).allSatisfy { index in
      let key = keys[one * width + index]
      return key == keys[other * width + index] && key != unorderedKey
    }
  }

  func sortedOrder() -> [Int] {
    (0..<count).sorted { one, other in
      for index in 0..<width {
        let (left, right) = (keys[one * width + index], keys[other * width + index])
        if left != right { return left < right }
      }
      return one < other
    }
  }
}
