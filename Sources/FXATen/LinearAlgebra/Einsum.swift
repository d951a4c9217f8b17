import FXCore
import FXOperators
import FXTensor

/// Sums of products of tensors by subscripts, as a chain of products of batches of matrices.
///
/// Every operand gets all dimensions of the equation: those of the result, then those that are
/// summed over; what it lacks is of size 1. Pairs are multiplied from left to right, or in the
/// order of a path, and each dimension is summed with the last pair that has it.
struct Einsum {
  private let e: any Emitter
  private var values: [IValue] = []
  /// Whether there are two operands, which may change places.
  private var isPair = false
  /// The number of dimensions of the result.
  private var resultRank = 0
  private var rank = 0
  /// For each dimension, how many operands have it.
  private var counts: [Int] = []

  /// Arranges operands by the equation.
  ///
  /// - Throws: `operator.domain`.
  init(_ equation: EinsumEquation, _ operands: [IValue], _ e: any Emitter) throws {
    self.e = e
    guard operands.count == equation.operands.count, !operands.isEmpty else {
      throw EinsumEquation.error("the equation has another number of operands")
    }
    var dots = 0
    for (labels, operand) in zip(equation.operands, operands) {
      let letters = labels.filter { $0 != .ellipsis }.count
      let hidden = try operand.rank - letters
      guard hidden == 0 || (hidden > 0 && labels.contains(.ellipsis)) else {
        throw EinsumEquation.error("an operand has another number of dimensions")
      }
      dots = max(dots, hidden)
    }
    var places: [EinsumEquation.Label: Int] = [:]
    func place(_ label: EinsumEquation.Label, _ rank: inout Int) {
      places[label] = rank
      rank += label == .ellipsis ? dots : 1
    }
    for label in equation.resultLabels {
      guard places[label] == nil else { throw EinsumEquation.error("a result names a label twice") }
      guard label == .ellipsis || equation.operands.joined().contains(label) else {
        throw EinsumEquation.error("the result has a label that no operand has")
      }
      place(label, &rank)
    }
    resultRank = rank
    if places[.ellipsis] == nil { place(.ellipsis, &rank) }
    for label in equation.operands.joined() where places[label] == nil { place(label, &rank) }
    for (labels, operand) in zip(equation.operands, operands) {
      values.append(try arranged(operand, labels, places, dots))
    }
    counts = [Int](repeating: 0, count: rank)
    var shape = [SymbolicSize](repeating: 1, count: rank)
    for value in values {
      for (axis, size) in try value.sizes.enumerated() where size != 1 {
        counts[axis] += 1
        if let known = shape[axis].int, let other = size.int, known != 1, known != other {
          throw EinsumEquation.error("a label has the sizes \(known) and \(other)")
        }
        shape[axis] = size
      }
    }
  }

  /// Permutes an operand to all dimensions of the equation.
  private func arranged(
    _ operand: IValue, _ labels: [EinsumEquation.Label],
    _ places: [EinsumEquation.Label: Int], _ dots: Int
  ) throws -> IValue {
    var value = operand
    var order = [Int](repeating: -1, count: rank)
    var axis = 0
    for label in labels {
      let place = places[label] ?? 0
      if label == .ellipsis {
        let hidden = try operand.rank - (labels.count - 1)
        for index in 0..<hidden {
          order[place + dots - hidden + index] = axis
          axis += 1
        }
      } else if order[place] >= 0 {
        // A label that occurs twice takes the diagonal.
        let first = order[place]
        guard try value.size(first) == value.size(axis) else {
          throw EinsumEquation.error("a label that occurs twice has two sizes")
        }
        value = try e.call("aten::diagonal", value, 0, .int(first), .int(axis))
        value = try e.call("aten::movedim.int", value, -1, .int(first))
      } else {
        order[place] = axis
        axis += 1
      }
    }
    for place in order.indices where order[place] < 0 {
      value = try e.call("aten::unsqueeze", value, -1)
      order[place] = axis
      axis += 1
    }
    return order == Array(0..<rank) ? value : try e.call("aten::permute", value, .ints(order))
  }

  /// Multiplies and sums.
  ///
  /// - Parameter path: pairs of positions in the list of operands that are left, in turn; the
  ///   product goes to the end of the list.
  mutating func result(path: [Int]?) throws -> IValue {
    var path = path?[...]
    let isSingle = values.count == 1
    isPair = values.count == 2
    while values.count > 1 {
      var pair = (0, 1)
      if let first = path?.popFirst(), let second = path?.popFirst() { pair = (first, second) }
      if pair.0 > pair.1 { pair = (pair.1, pair.0) }
      guard pair.0 >= 0, pair.0 < pair.1, pair.1 < values.count else {
        throw EinsumEquation.error("the path leads outside of the operands")
      }
      let right = values.remove(at: pair.1)
      let left = values.remove(at: pair.0)
      let product = try multiply(left, right)
      values.insert(product, at: path == nil ? 0 : values.count)
    }
    let rest = IValue.ints(Array(resultRank..<rank))
    if resultRank == rank { return values[0] }
    return try e.call(isSingle ? "aten::sum.dim_IntList" : "aten::squeeze.dims", values[0], rest)
  }

  private mutating func multiply(_ left: IValue, _ right: IValue) throws -> IValue {
    var (left, right) = (left, right)
    var summed: [Int] = []
    let (mine, theirs) = (try left.sizes, try right.sizes)
    for axis in resultRank..<rank {
      if mine[axis] != 1, theirs[axis] != 1 {
        counts[axis] -= 1
        if counts[axis] == 1 {
          summed.append(axis)
          counts[axis] = 0
        }
      } else if counts[axis] == 1, mine[axis] != 1 || theirs[axis] != 1 {
        counts[axis] = 0
        if mine[axis] != 1 {
          left = try e.call("aten::sum.dim_IntList", left, [.int(axis)], true)
        } else {
          right = try e.call("aten::sum.dim_IntList", right, [.int(axis)], true)
        }
      }
    }
    if summed.isEmpty { return try e.call("aten::mul.Tensor", left, right) }
    return try product(left, right, summed)
  }

  /// Multiplies two operands as batches of matrices and keeps summed dimensions at size 1.
  private mutating func product(_ left: IValue, _ right: IValue, _ summed: [Int]) throws -> IValue {
    let (mine, theirs) = (try left.sizes, try right.sizes)
    let others = (0..<rank).filter { !summed.contains($0) }
    let shared = others.filter { mine[$0] != 1 && theirs[$0] != 1 }
    let onlyLeft = others.filter { mine[$0] != 1 && theirs[$0] == 1 }
    let onlyRight = others.filter { mine[$0] == 1 }
    // Of two operands the one whose dimensions come first in the result makes the rows.
    if isPair, let last = onlyRight.last, let first = onlyLeft.first, last < first {
      isPair = false
      return try product(right, left, summed)
    }
    func size(_ axes: [Int], _ sizes: [SymbolicSize]) throws -> SymbolicSize {
      try .product(axes.map { sizes[$0] })
    }
    let batch = try size(shared, mine)
    let depth = try size(summed, mine)
    let rows = try e.call(
      "aten::reshape", e.call("aten::permute", left, .ints(shared + onlyLeft + summed + onlyRight)),
      .sizes([batch, size(onlyLeft, mine), depth]))
    let columns = try e.call(
      "aten::reshape",
      e.call("aten::permute", right, .ints(shared + summed + onlyRight + onlyLeft)),
      .sizes([batch, depth, size(onlyRight, theirs)]))
    let order = shared + onlyLeft + summed + onlyRight
    let shape = order.map { axis in
      summed.contains(axis) ? 1 : onlyRight.contains(axis) ? theirs[axis] : mine[axis]
    }
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    let product = try e.call("aten::bmm", rows, columns)
    return try e.call(
      "aten::permute", e.call("aten::view", product, .sizes(shape)), .ints(back))
  }
}
