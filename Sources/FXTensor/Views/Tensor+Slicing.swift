import FXCore

extension Tensor {
  /// Takes one index of a dimension, which goes away (`torch.select`).
  ///
  /// - Throws: `tensor.index`.
  public func select(_ axis: Int, _ index: Int) throws(FXError) -> Tensor {
    let axis = try existing(axis)
    let size = sizes[axis]
    guard index >= -size, index < size else {
      throw FXError(
        .tensorIndex, "the index \(index) is outside of the dimension \(axis) of size \(size)")
    }
    var (sizes, strides) = (sizes, strides)
    let stride = strides.remove(at: axis)
    sizes.remove(at: axis)
    return alias(
      sizes, strides, offset: storageOffset &+ (index < 0 ? index + size : index) &* stride)
  }

  /// Takes a range of a dimension as Python's slices do; ends outside of it are cut off
  /// (`aten.slice`).
  ///
  /// - Throws: `tensor.index`, also for a step below 1.
  public func slice(
    _ axis: Int, from start: Int? = nil, to end: Int? = nil, step: Int = 1
  ) throws(FXError) -> Tensor {
    let axis = try existing(axis)
    guard step > 0 else {
      throw FXError(.tensorIndex, "the step \(step) of a slice is not positive")
    }
    let size = sizes[axis]
    func clamped(_ number: Int) -> Int { min(max(number < 0 ? number + size : number, 0), size) }
    let first = clamped(start ?? 0)
    let last = max(clamped(end ?? size), first)
    var (sizes, strides) = (sizes, strides)
    let length = last - first
    sizes[axis] = length / step + (length % step == 0 ? 0 : 1)
    let offset = storageOffset &+ first &* strides[axis]
    // A stride that a single element never takes may be too large for 64 bits.
    strides[axis] = strides[axis] &* step
    return alias(sizes, strides, offset: offset)
  }

  /// Takes a range of a dimension that must lie within it (`torch.narrow`).
  ///
  /// - Throws: `tensor.index`.
  public func narrow(_ axis: Int, start: Int, length: Int) throws(FXError) -> Tensor {
    let axis = try existing(axis)
    let size = sizes[axis]
    guard start >= -size, start <= size else {
      throw FXError(.tensorIndex, "the start \(start) is outside of the size \(size)")
    }
    let first = start < 0 ? start + size : start
    guard length >= 0, length <= size - first else {
      throw FXError(
        .tensorIndex, "a length of \(length) from \(start) is outside of the size \(size)")
    }
    return try slice(axis, from: first, to: first + length)
  }

  /// Divides a dimension into parts of one size, the last of which may be smaller (`torch.split`).
  ///
  /// - Throws: `tensor.index` or `tensor.shape`.
  public func split(_ size: Int, _ axis: Int = 0) throws(FXError) -> [Tensor] {
    let axis = try existing(axis)
    let length = sizes[axis]
    guard size > 0 || (size == 0 && length == 0) else {
      throw FXError(.tensorShape, "a dimension of size \(length) has no parts of size \(size)")
    }
    if length == 0 || size == 0 { return [try slice(axis)] }
    var parts: [Tensor] = []
    var start = 0
    while start < length {
      let count = min(size, length - start)
      parts.append(try slice(axis, from: start, to: start + count))
      start += count
    }
    return parts
  }

  /// Divides a dimension into parts of the given sizes (`torch.split_with_sizes`).
  ///
  /// - Throws: `tensor.index`, or `tensor.shape` where the sizes are not the dimension's.
  public func split(sizes parts: [Int], _ axis: Int = 0) throws(FXError) -> [Tensor] {
    let axis = try existing(axis)
    var start = 0
    var result: [Tensor] = []
    for part in parts {
      guard part >= 0, part <= sizes[axis] - start else { throw unequal(parts, sizes[axis]) }
      result.append(try slice(axis, from: start, to: start + part))
      start += part
    }
    guard start == sizes[axis] else { throw unequal(parts, sizes[axis]) }
    return result
  }

  /// Divides a dimension into at most so many parts of equal size (`torch.chunk`).
  ///
  /// - Throws: `tensor.index`, or `tensor.shape` where the number is not positive.
  public func chunk(_ count: Int, _ axis: Int = 0) throws(FXError) -> [Tensor] {
    guard count > 0 else { throw FXError(.tensorShape, "there are no \(count) chunks") }
    let axis = try existing(axis)
    let size = sizes[axis] / count + (sizes[axis] % count == 0 ? 0 : 1)
    // An empty dimension has as many empty parts as were asked for.
    if size == 0 {
      return try split(sizes: [Int](repeating: 0, count: count), axis)
    }
    return try split(size, axis)
  }

  /// Takes every index of a dimension, which goes away (`torch.unbind`).
  ///
  /// - Throws: `tensor.index`.
  public func unbind(_ axis: Int = 0) throws(FXError) -> [Tensor] {
    let axis = try existing(axis)
    var result: [Tensor] = []
    for index in 0..<sizes[axis] { result.append(try select(axis, index)) }
    return result
  }

  /// Takes a diagonal of two dimensions, which becomes the last dimension (`torch.diagonal`).
  ///
  /// - Throws: `tensor.index`.
  public func diagonal(
    offset: Int = 0, _ first: Int = 0, _ second: Int = 1
  ) throws(FXError) -> Tensor {
    let row = try existing(first)
    let column = try existing(second)
    guard row != column else {
      throw FXError(.tensorIndex, "a diagonal needs two dimensions, and both are \(row)")
    }
    let rows = offset < 0 ? sizes[row] + offset : sizes[row]
    let columns = offset > 0 ? sizes[column] - offset : sizes[column]
    let length = max(min(rows, columns), 0)
    var start = storageOffset
    if length > 0 {
      start &+= offset >= 0 ? offset &* strides[column] : -offset &* strides[row]
    }
    let kept = sizes.indices.filter { $0 != row && $0 != column }
    return alias(
      kept.map { sizes[$0] } + [length],
      kept.map { strides[$0] } + [strides[row] &+ strides[column]],
      offset: start)
  }

  /// Takes windows along a dimension; their elements become the last dimension
  /// (`Tensor.unfold`).
  ///
  /// - Throws: `tensor.index`, or `tensor.shape` for windows that are too large or do not move.
  public func unfold(_ axis: Int, size: Int, step: Int) throws(FXError) -> Tensor {
    let place = try Geometry.axis(axis, of: rank)
    let length = rank == 0 ? 1 : sizes[place]
    guard size >= 0, size <= length, step > 0 else {
      throw FXError(
        .tensorShape, "windows of \(size) every \(step) do not fit a dimension of size \(length)")
    }
    if rank == 0 { return alias([size], [1]) }
    var (sizes, strides) = (sizes, strides)
    sizes.append(size)
    strides.append(strides[place])
    sizes[place] = (length - size) / step + 1
    strides[place] = strides[place] &* step
    return alias(sizes, strides, count: try Geometry.elementCount(sizes, dtype))
  }

  /// Returns a dimension counted from the start, of a tensor that has any.
  func existing(_ axis: Int) throws(FXError) -> Int {
    guard rank > 0 else {
      throw FXError(.tensorIndex, "a tensor without dimensions has no parts")
    }
    return try Geometry.axis(axis, of: rank)
  }

  private func unequal(_ parts: [Int], _ size: Int) -> FXError {
    FXError(.tensorShape, "the parts \(Geometry.text(parts)) do not make up the size \(size)")
  }
}
