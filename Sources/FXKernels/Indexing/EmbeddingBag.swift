import FXCore
import FXTensor

/// Joins the rows of weights that indices name, bag by bag (`aten._embedding_bag`).
public struct EmbeddingBag {
  /// How rows of a bag are joined, with PyTorch's numbers.
  public enum Mode: Int, Sendable {
    case sum, mean, max
  }

  /// The joined rows, one for each bag.
  public let output: Tensor
  /// The bag of each index, where derivatives need it.
  public let bagOfIndex: Tensor
  /// The number of rows of each bag.
  public let bagSizes: Tensor
  /// The index that each maximum comes from.
  public let maximumIndices: Tensor

  /// Joins rows.
  ///
  /// - Parameters:
  ///   - rowWeights: a factor for each index, for sums.
  ///   - hasLastOffset: whether the last offset is the end of the last bag.
  ///   - padding: the index that does not count; none where it is negative.
  /// - Throws: `tensor.shape`, `tensor.index`, `tensor.dtype` or `tensor.memory`.
  public init(
    _ weight: Tensor, _ indices: Tensor, _ offsets: Tensor, mode: Mode, rowWeights: Tensor?,
    hasLastOffset: Bool, padding: Int
  ) throws {
    guard weight.rank == 2, indices.rank == 1, offsets.rank == 1 else {
      throw FXError(.tensorShape, "bags need a matrix of weights, and vectors of indices")
    }
    let known = try indices.elements(as: Int64.self)
    let starts = try offsets.elements(as: Int64.self)
    let count = hasLastOffset ? starts.count - 1 : starts.count
    guard count >= 0 else { throw FXError(.tensorShape, "there is no last offset") }
    let bags = try Self.bags(starts, count: count, indexCount: known.count)
    let compute = weight.dtype == .float64 ? ScalarType.float64 : .float32
    var rows = try weight.indexSelect(0, indices).converted(to: compute)
    if let rowWeights {
      guard mode == .sum, rowWeights.sizes == indices.sizes else {
        throw FXError(.tensorShape, "a factor for each index is for sums")
      }
      rows = try rows.scaledRows(by: rowWeights.converted(to: compute))
    }
    let joined = try Tensor.zeros([count, weight.sizes[1]], compute)
    let sources = try Tensor.zeros(joined.sizes, .int64)
    var bagOf = [Int](repeating: 0, count: known.count)
    var sizes = [Int](repeating: 0, count: count)
    for (bag, range) in bags.enumerated() {
      let kept = range.filter { padding < 0 || known[$0] != Int64(padding) }
      for index in range { bagOf[index] = bag }
      sizes[bag] = kept.count
      if kept.isEmpty { continue }
      let row = Row(bag: bag, members: kept, known: known, mode: mode)
      if compute == .float64 {
        try row.join(rows, joined, sources, Double.self)
      } else {
        try row.join(rows, joined, sources, Float.self)
      }
    }
    output = try joined.converted(to: weight.dtype)
    let isPlainSum = mode == .sum
    bagOfIndex = try Tensor.of(isPlainSum && padding < 0 ? [] : bagOf)
    bagSizes = try Tensor.of(isPlainSum ? [Int](repeating: 0, count: count) : sizes)
    maximumIndices = mode == .max ? sources : bagSizes
  }

  /// Returns the range of indices of each bag.
  private static func bags(
    _ starts: [Int64], count: Int, indexCount: Int
  ) throws -> [Range<Int>] {
    if let first = starts.first, first != 0 {
      throw FXError(.tensorShape, "the first offset is \(first), and not 0")
    }
    return try (0..<count).map { bag in
      let start = Int(starts[bag])
      let end = bag + 1 < starts.count ? Int(starts[bag + 1]) : indexCount
      guard start >= 0, start <= end, end <= indexCount else {
        throw FXError(.tensorShape, "the offsets \(start) and \(end) are not a range of indices")
      }
      return start..<end
    }
  }

  private struct Row {
    let bag: Int
    let members: [Int]
    let known: [Int64]
    let mode: Mode

    func join<Number: FloatElement & BinaryFloatingPoint>(
      _ rows: Tensor, _ result: Tensor, _ sources: Tensor, _: Number.Type
    ) throws {
      let width = rows.sizes[1]
      let source = try rows.pointer(Number.self)
      let target = try result.mutablePointer(Number.self) + bag * width
      let places = try sources.mutablePointer(Int64.self) + bag * width
      for (number, member) in members.enumerated() {
        let row = source + member * width
        if mode != .max {
          for column in 0..<width { target[column] += row[column] }
          continue
        }
        for column in 0..<width where number == 0 || row[column] > target[column] {
          target[column] = row[column]
          places[column] = known[member]
        }
      }
      if mode == .mean {
        for column in 0..<width { target[column] /= Number(members.count) }
      }
    }
  }
}

extension Tensor {
  /// Multiplies each row of a matrix by a number.
  fileprivate func scaledRows(by factors: Tensor) throws -> Tensor {
    let result = try clone()
    let iterator = try ElementIterator(outputs: [result], inputs: [factors.unsqueeze(1)])
    func scale<Number: BinaryFloatingPoint & BitwiseCopyable>(_: Number.Type) {
      iterator.forEachRun { pointers, strides, count in
        for place in 0..<count {
          let target = pointers[0] + place &* strides[0]
          let factor = (pointers[1] + place &* strides[1]).load(as: Number.self)
          target.storeBytes(of: target.load(as: Number.self) * factor, as: Number.self)
        }
      }
    }
    if dtype == .float64 { scale(Double.self) } else { scale(Float.self) }
    return result
  }
}
