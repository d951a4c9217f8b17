import FXCore
import FXTensor

extension Reductions {
  /// Finds the first of the largest or smallest elements along a dimension, and its place; NaN
  /// counts as both (`torch.max`, `torch.argmax`).
  ///
  /// - Throws: also `tensor.shape` where the dimension has no elements.
  public static func extremeWithIndex(
    _ tensor: Tensor, _ axis: Int, keepsAxis: Bool = false, isLargest: Bool
  ) throws -> (values: Tensor, indices: Tensor) {
    let rows = try RowMatrix(tensor, axis, as: tensor.dtype.opMathType)
    guard rows.length > 0 else {
      throw FXError(
        .tensorShape, "no elements have no largest or smallest one (dimension \(rows.axis))")
    }
    let values = try rows.makeRows(length: 1)
    let indices = try rows.makeRows(.int64, length: 1)
    let work = FindFirst(rows: rows, values: values, indices: indices, isLargest: isLargest)
    try dispatchOrdered(values.dtype, work)
    return (
      try rows.reduced(values, keepsAxis: keepsAxis).converted(to: tensor.dtype),
      try rows.reduced(indices, keepsAxis: keepsAxis)
    )
  }
}

private struct FindFirst: OrderedWork {
  let rows: RowMatrix
  let values: Tensor
  let indices: Tensor
  let isLargest: Bool

  func run<Number: OrderedOpMath>(_: Number.Type) throws {
    let source = try rows.tensor.pointer(Number.self)
    let values = try values.mutablePointer(Number.self)
    let indices = try indices.mutablePointer(Int64.self)
    let length = rows.length
    rows.forEachRow { row in
      let run = source + row * length
      // The extreme is found without branches, and then its place.
      let best = Number.extreme(run, length, isLargest: isLargest)
      var place = 0
      if best.isUnordered {
        while place < length - 1, !run[place].isUnordered { place += 1 }
      } else {
        while place < length - 1, run[place] != best { place += 1 }
      }
      values[row] = run[place]
      indices[row] = Int64(place)
    }
  }
}
