import FXCore
import FXTensor

extension Sorting {
  /// Finds where numbers would be put in sorted rows (`torch.searchsorted`).
  ///
  /// - Parameters:
  ///   - sequence: one sorted row for all numbers, or as many as the numbers have rows.
  ///   - isRight: whether numbers go behind equal ones.
  ///   - sorter: the places of the sequence's elements in order, where it is not sorted itself.
  /// - Throws: also `tensor.shape` where rows do not match.
  public static func search(
    _ sequence: Tensor, for values: Tensor, isRight: Bool, sorter: Tensor? = nil
  ) throws -> Tensor {
    guard sequence.rank > 0 else {
      throw FXError(.tensorShape, "a sorted sequence has at least one dimension")
    }
    let isShared = sequence.rank == 1
    guard isShared || sequence.sizes.dropLast() == values.sizes.dropLast(),
      values.rank > 0 || isShared
    else {
      throw FXError(
        .tensorShape,
        "rows of \(Geometry.text(sequence.sizes)) do not match \(Geometry.text(values.sizes))")
    }
    if let sorter, sorter.sizes != sequence.sizes {
      throw FXError(.tensorShape, "the sorter has another shape than the sequence")
    }
    let common = try TypePromotion.result(of: sequence, values)
    let opMath = common.opMathType
    let result = try Tensor.empty(values.sizes, .int64, device: values.device)
    let work = Search(
      rows: try sequence.converted(to: opMath).contiguous(),
      values: try values.converted(to: opMath).contiguous(),
      sorter: try sorter?.converted(to: .int64).contiguous(), result: result, isShared: isShared,
      isRight: isRight)
    try dispatchOrdered(opMath, work)
    return result
  }
}

private struct Search: OrderedWork {
  let rows: Tensor
  let values: Tensor
  let sorter: Tensor?
  let result: Tensor
  let isShared: Bool
  let isRight: Bool

  func run<Number: OrderedOpMath>(_: Number.Type) throws {
    let rows = try rows.pointer(Number.self)
    let values = try values.pointer(Number.self)
    let order = try sorter?.pointer(Int64.self)
    let target = try result.mutablePointer(Int64.self)
    let length = self.rows.sizes.last ?? 1
    let width = isShared ? result.elementCount : result.sizes.last ?? 1
    if let sorter { try checkPlaces(sorter, length) }
    Parallel.ranges(of: result.elementCount, grain: Parallel.grain / 16) { range in
      for index in range {
        let start = isShared || width == 0 ? 0 : index / width * length
        let value = values[index]
        var (low, high) = (0, length)
        while low < high {
          let middle = (low + high) / 2
          let place = order.map { Int($0[start + middle]) } ?? middle
          let other = rows[start + place]
          let isBefore = isRight ? !(other > value) : !(other >= value)
          if isBefore { low = middle + 1 } else { high = middle }
        }
        target[index] = Int64(low)
      }
    }
  }

  private func checkPlaces(_ sorter: Tensor, _ length: Int) throws {
    for place in try sorter.elements(as: Int64.self) where place < 0 || place >= length {
      throw FXError(.tensorIndex, "the sorter's index \(place) is outside of the sequence")
    }
  }
}
