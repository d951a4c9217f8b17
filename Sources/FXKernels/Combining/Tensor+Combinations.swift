import FXCore
import FXTensor

extension Tensor {
  /// Repeats each index as often as a vector of numbers says (`torch.repeat_interleave`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func indicesOfRepeats() throws -> Tensor {
    guard rank == 1 else {
      throw FXError(.tensorShape, "repeats are a vector, and not of \(rank) dimensions")
    }
    guard dtype == .int64 || dtype == .int32 else {
      throw FXError(.tensorDType, "repeats are int64 or int32, and not \(dtype.name)")
    }
    var indices: [Int] = []
    for (index, count) in try elements(as: Int64.self).enumerated() {
      guard count >= 0 else { throw FXError(.tensorShape, "a repeat is negative: \(count)") }
      indices += [Int](repeating: index, count: Int(count))
    }
    return try Tensor.of(indices).converted(to: dtype)
  }

  /// Returns all selections of so many elements of a vector, a row each (`torch.combinations`).
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func combinations(_ length: Int, withReplacement: Bool) throws -> Tensor {
    guard rank == 1, length >= 0 else {
      throw FXError(.tensorShape, "combinations of \(length) need a vector")
    }
    if length == 0 { return try .empty([0], dtype, device: device) }
    let count = elementCount
    var rows: [Int] = []
    var row = withReplacement ? [Int](repeating: 0, count: length) : Array(0..<length)
    var isDone = row.contains { $0 >= count }
    while !isDone {
      rows += row
      // The last place that can go on does, and those behind it follow.
      var place = length - 1
      while place >= 0 {
        let most = withReplacement ? count - 1 : count - length + place
        if row[place] < most { break }
        place -= 1
      }
      isDone = place < 0
      if isDone { break }
      let next = row[place] + 1
      for later in place..<length { row[later] = withReplacement ? next : next + later - place }
    }
    return try take(Tensor.of(rows, [rows.count / length, length]))
  }
}
