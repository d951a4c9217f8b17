import FXCore
import FXTensor

extension Tensor {
  /// Adds elements of one number at both ends of the last dimensions, the last one first
  /// (`aten.constant_pad_nd`); negative amounts take elements away.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func padded(_ amounts: [Int], _ value: Scalar) throws -> Tensor {
    let count = amounts.count / 2
    guard amounts.count % 2 == 0, count <= rank else {
      throw FXError(.tensorShape, "\(amounts.count) amounts of padding for \(rank) dimensions")
    }
    var source = self
    var shape = sizes
    for place in 0..<count {
      let axis = rank - 1 - place
      let (before, after) = (amounts[2 * place], amounts[2 * place + 1])
      shape[axis] = sizes[axis] + before + after
      guard shape[axis] >= 0 else {
        throw FXError(
          .tensorShape,
          "the padding \(before) and \(after) leaves nothing of the size \(sizes[axis])")
      }
      let (first, last) = (max(-before, 0), sizes[axis] - max(-after, 0))
      source = try source.slice(axis, from: min(first, last), to: last)
    }
    if amounts.allSatisfy({ $0 <= 0 }) { return try source.clone() }
    let result = try Tensor.empty(shape, dtype, device: device, format: suggestedFormat)
    try result.fill(value)
    var target = result
    for place in 0..<count {
      let axis = rank - 1 - place
      let start = max(amounts[2 * place], 0)
      target = try target.slice(axis, from: start, to: start + source.sizes[axis])
    }
    try target.copy(from: source)
    return result
  }

  /// Says which part of a matrix stays.
  public enum Triangle: Sendable {
    case lower, upper
  }

  /// Keeps one side of a diagonal of each matrix; the rest is zero (`torch.tril`, `torch.triu`).
  ///
  /// - Throws: `tensor.shape` for fewer than two dimensions, or `tensor.memory`.
  public func triangle(_ side: Triangle, diagonal: Int) throws -> Tensor {
    guard rank >= 2 else {
      throw FXError(.tensorShape, "a matrix has two dimensions, and not \(rank)")
    }
    let result = try clone(format: .contiguous)
    if elementCount == 0 { return result }
    let (rows, columns) = (sizes[rank - 2], sizes[rank - 1])
    let bytes = UnsafeMutableRawBufferPointer(
      start: try result.mutableBytes(), count: result.byteCount)
    for index in 0..<(elementCount / columns) {
      // The first column that is above the diagonal, or on it for the upper side.
      let row = index % rows
      let limit = side == .lower ? row &+ diagonal &+ 1 : row &+ diagonal
      let edge = min(max(limit, 0), columns)
      let zeros = side == .lower ? edge..<columns : 0..<edge
      let start = (index * columns + zeros.lowerBound) * itemSize
      let row8 = UnsafeMutableRawBufferPointer(
        rebasing: bytes[start..<start + zeros.count * itemSize])
      row8.initializeMemory(as: UInt8.self, repeating: 0)
    }
    return result
  }
}
