import FXCore
import FXOperators
import FXTensor

/// Where the elements of a diagonal are in a tensor: by a mask, and by a row for each of them.
struct DiagonalPlaces {
  private let sizes: [SymbolicSize]
  private let offset: Int
  private let row: Int
  private let column: Int
  /// The dimensions from the outermost in memory on, in which order they are worked on.
  private let order: [Int]

  /// Reads the offset and both dimensions of a call whose first argument is the tensor.
  ///
  /// - Throws: `tensor.index`, or `operator.domain` where both dimensions are the same.
  init(_ call: OperatorCall, offset: Int, axes row: Int, _ column: Int) throws {
    let order = try call.memoryOrder()
    let (first, second) = (try call.axis(row, of: call[0]), try call.axis(column, of: call[0]))
    guard first != second else { throw call.error("the two dimensions are the same") }
    let all = try call[0].sizes
    sizes = order.map { all[$0] }
    self.offset = try call.int(offset)
    self.row = order.firstIndex(of: first) ?? first
    self.column = order.firstIndex(of: second) ?? second
    self.order = order
  }

  /// Returns a copy of the tensor with other elements on its diagonal, of the same strides.
  func replacing(_ diagonal: IValue, in tensor: IValue, _ e: any Emitter) throws -> IValue {
    let isOrdered = order == Array(order.indices)
    let others = order.filter { $0 != order[row] && $0 != order[column] }
    var rows = diagonal
    var target = tensor
    if !isOrdered {
      // A diagonal has the other dimensions in their own order, and itself last.
      let places = others.map { IValue.int(others.sorted().firstIndex(of: $0) ?? 0) }
      rows = try e.call("aten::permute", rows, .list(places + [.int(others.count)]))
      target = try e.call("aten::permute", tensor, .list(order.map { .int($0) }))
    }
    // The tensor comes before the diagonal, since the first of them tells the order of dimensions.
    let result = try e.call("aten::where.self", isElsewhere(e), target, spread(rows, e))
    if isOrdered { return result }
    let back = order.indices.map { axis in IValue.int(order.firstIndex(of: axis) ?? axis) }
    return try e.call("aten::permute", result, .list(back))
  }

  /// Returns a mask, false on the diagonal, that broadcasts to the tensor.
  private func isElsewhere(_ e: any Emitter) throws -> IValue {
    var rows = try e.positions(along: row, of: sizes)
    if offset != 0 { rows = try e.call("aten::add.Scalar", rows, .int(offset)) }
    return try e.call("aten::ne.Tensor", rows, e.positions(along: column, of: sizes))
  }

  /// Gives each element of a diagonal to the row that it is in, for all columns.
  private func spread(_ diagonal: IValue, _ e: any Emitter) throws -> IValue {
    let before = SymbolicSize.int(max(0, -offset))
    let after = try sizes[row] - before - diagonal.size(-1)
    var rows = diagonal
    if before != 0 || after != 0 {
      rows = try e.call("aten::constant_pad_nd", diagonal, [IValue(before), IValue(after)])
    }
    let others = sizes.indices.filter { $0 != row && $0 != column }
    let order = sizes.indices.filter { $0 != column }.map { axis in
      IValue.int(others.firstIndex(of: axis) ?? others.count)
    }
    return try e.call(
      "aten::unsqueeze", e.call("aten::permute", rows, .list(order)), .int(column))
  }
}

extension Emitter {
  /// Makes the positions along a dimension, of as many dimensions as the tensor has.
  func positions(along axis: Int, of sizes: [SymbolicSize]) throws -> IValue {
    var shape = [IValue](repeating: 1, count: sizes.count)
    shape[axis] = IValue(sizes[axis])
    let range = try call("aten::arange.start_step", 0, IValue(sizes[axis]))
    return try call("aten::view", range, .list(shape))
  }

  /// Returns a copy of a matrix or cube with another number on its diagonal (`fill_diagonal_`).
  ///
  /// - Parameter wraps: whether the diagonal of a tall matrix begins again below its end.
  /// - Throws: what the operators throw that it calls.
  public func filledDiagonal(_ tensor: IValue, _ number: IValue, wraps: Bool) throws -> IValue {
    let sizes = try tensor.sizes
    var places = try positions(along: 0, of: sizes)
    if wraps, sizes.count == 2 {
      places = try call("aten::remainder.Scalar", places, IValue(sizes[1] + 1))
    }
    var mask = try call("aten::eq.Tensor", places, positions(along: 1, of: sizes))
    for axis in sizes.indices.dropFirst(2) {
      let isSame = try call("aten::eq.Tensor", places, positions(along: axis, of: sizes))
      mask = try call("aten::logical_and", mask, isSame)
    }
    return try call("aten::masked_fill.Scalar", tensor, mask, number)
  }
}
