import FXCore

/// Arithmetic on sizes and strides, checked for overflow.
public enum Geometry {
  /// Returns the product of sizes.
  ///
  /// - Throws: `tensor.shape` for a negative size, `tensor.memory` where 64 bits do not hold it.
  public static func elementCount(_ sizes: [Int]) throws(FXError) -> Int {
    var product = 1
    var hasOverflow = false
    var isEmpty = false
    for size in sizes {
      guard size >= 0 else {
        throw FXError(.tensorShape, "a size is negative: \(text(sizes))")
      }
      if size == 0 { isEmpty = true }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      hasOverflow = hasOverflow || overflow
      product = next
    }
    if isEmpty { return 0 }
    guard !hasOverflow else {
      throw FXError(.tensorMemory, "a tensor of the shape \(text(sizes)) has too many elements")
    }
    return product
  }

  /// Returns the number of elements of a tensor whose bytes can be counted too.
  ///
  /// - Throws: as `elementCount(_:)` does.
  public static func elementCount(
    _ sizes: [Int], _ dtype: ScalarType
  ) throws(FXError) -> Int {
    let count = try elementCount(sizes)
    _ = try byteCount(count, dtype)
    return count
  }

  /// Returns row-major strides; a size of 0 counts as 1, as in PyTorch.
  ///
  /// Sizes are those of a tensor without overflow; what 64 bits do not hold wraps around, which
  /// only happens where another size is 0.
  public static func contiguousStrides(_ sizes: [Int]) -> [Int] {
    [Int](unsafeUninitializedCapacity: sizes.count) { buffer, count in
      count = sizes.count
      var stride = 1
      for axis in sizes.indices.reversed() {
        buffer[axis] = stride
        stride = stride &* max(sizes[axis], 1)
      }
    }
  }

  /// Returns the strides of a memory format.
  ///
  /// - Throws: `tensor.shape` where the format needs another number of dimensions.
  public static func strides(
    of sizes: [Int], in format: MemoryFormat
  ) throws(FXError) -> [Int] {
    let order: [Int]
    switch format {
    case .channelsLast where sizes.count == 4: order = [1, 3, 2, 0]
    case .channelsLast3d where sizes.count == 5: order = [1, 4, 3, 2, 0]
    case .channelsLast, .channelsLast3d:
      throw FXError(
        .tensorShape,
        "\(format.name) needs \(format == .channelsLast ? 4 : 5) dimensions, and not \(sizes.count)"
      )
    default: return contiguousStrides(sizes)
    }
    return strides(of: sizes, fastestFirst: order)
  }

  /// Returns dense strides for an order of dimensions that starts with the fastest; after a size
  /// of 0 they are 0, as in PyTorch.
  public static func strides(of sizes: [Int], fastestFirst order: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    var stride = 1
    for axis in order {
      strides[axis] = stride
      stride = stride &* sizes[axis]
    }
    return strides
  }

  /// Returns how many elements a storage needs, up to the last one that sizes and strides reach.
  ///
  /// - Throws: `tensor.shape` for a negative or missing number, `tensor.memory` for overflow.
  public static func requiredCount(
    _ sizes: [Int], _ strides: [Int], offset: Int
  ) throws(FXError) -> Int {
    guard sizes.count == strides.count else {
      throw FXError(
        .tensorShape, "there are \(sizes.count) sizes and \(strides.count) strides")
    }
    guard offset >= 0 else { throw FXError(.tensorShape, "the offset \(offset) is negative") }
    for (size, stride) in zip(sizes, strides) where size < 0 || stride < 0 {
      throw FXError(.tensorShape, "a \(size < 0 ? "size" : "stride") is negative")
    }
    if sizes.contains(0) { return 0 }
    var last = offset
    for (size, stride) in zip(sizes, strides) {
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowToo) = last.addingReportingOverflow(step)
      if overflow || overflowToo { throw tooLarge(sizes) }
      last = sum
    }
    let (count, overflow) = last.addingReportingOverflow(1)
    if overflow { throw tooLarge(sizes) }
    return count
  }

  /// Returns the bytes of a number of elements.
  ///
  /// - Throws: `tensor.memory` for overflow.
  public static func byteCount(_ count: Int, _ dtype: ScalarType) throws(FXError) -> Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
    if overflow { throw tooLarge([count]) }
    return bytes
  }

  /// Returns a dimension counted from the start; -1 is the last one.
  ///
  /// A tensor without dimensions counts as if it had one, as in PyTorch.
  /// - Throws: `tensor.index`.
  @inlinable
  public static func axis(_ axis: Int, of rank: Int) throws(FXError) -> Int {
    let count = max(rank, 1)
    if axis >= 0, axis < count { return axis }
    guard axis < 0, axis >= -count else { throw outside(axis, of: count) }
    return axis + count
  }

  @usableFromInline
  static func outside(_ axis: Int, of count: Int) -> FXError {
    FXError(
      .tensorIndex, "the dimension \(axis) is not in the range from \(-count) to \(count - 1)")
  }

  /// Returns sizes as PyTorch spells them: `[2, 3]`.
  public static func text(_ sizes: [Int]) -> String {
    "[" + sizes.map { "\($0)" }.joined(separator: ", ") + "]"
  }

  private static func tooLarge(_ sizes: [Int]) -> FXError {
    FXError(.tensorMemory, "a tensor of the shape \(text(sizes)) has too many elements")
  }
}
