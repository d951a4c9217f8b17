import FXCore
import FXOperators
import FXTensor

/// Gradients by differences (`torch.gradient`), in the seven ways that spacing can be told.
enum FiniteDifferences {
  static let all: [OperatorDefinition] = [
    OperatorDefinition("aten::gradient.scalarint") { call, e in
      let axes = try axes(call, call.optionalInt(2).map { [$0] })
      let spacing: IValue = call[1].isNone ? 1 : call[1]
      return try gradients(e, call, axes, axes.map { _ in spacing }, order: 3)
    },
    OperatorDefinition("aten::gradient.scalararray") { call, e in
      let axes = try axes(call, call.ints(2))
      return try gradients(e, call, axes, axes.map { _ in call[1] }, order: 3)
    },
    OperatorDefinition("aten::gradient.array") { call, e in
      let axes = try axes(call, call.ints(1))
      return try gradients(e, call, axes, axes.map { _ in 1 }, order: 2)
    },
    OperatorDefinition("aten::gradient.scalarrayint", "aten::gradient.tensorarrayint") { call, e in
      let axes = try axes(call, call.optionalInt(2).map { [$0] })
      return try gradients(e, call, axes, call[1].elements, order: 3)
    },
    OperatorDefinition("aten::gradient.scalarrayarray", "aten::gradient.tensorarray") { call, e in
      let axes = try axes(call, call.ints(2))
      return try gradients(e, call, axes, call[1].elements, order: 3)
    },
  ].map { $0.autocast(.transparent) }

  /// Returns dimensions counted from the start; without any, all of them.
  private static func axes(_ call: OperatorCall, _ given: [Int]?) throws -> [Int] {
    let rank = try call[0].rank
    return try given?.map { try Geometry.axis($0, of: rank) } ?? Array(0..<rank)
  }

  private static func gradients(
    _ e: any Emitter, _ call: OperatorCall, _ axes: [Int], _ spacing: [IValue]?, order: Int
  ) throws -> IValue {
    guard let spacing, spacing.count == axes.count else {
      throw call.error("there are not as many spacings as dimensions")
    }
    let order = try call.int(order)
    guard order == 1 || order == 2 else { throw call.error("the order of edges is 1 or 2") }
    return .list(
      try zip(axes, spacing).map { axis, spacing in
        let line = Line(tensor: Formula(call[0], e), axis: axis)
        let gradient =
          try spacing.isTensor
          ? line.gradient(at: Formula(spacing, e), order) : line.gradient(by: spacing, order)
        return gradient.value
      })
  }
}

/// A tensor along one dimension.
private struct Line {
  let tensor: Formula
  let axis: Int

  /// Returns the gradient of elements at one distance.
  func gradient(by spacing: IValue, _ order: Int) throws -> Formula {
    let outer = try slice(2) - slice(0, -2)
    let center = try outer / spacing / 2.0
    let (first, last) = try order == 1 ? steps() : curves()
    return try joined(first / spacing, center, last / spacing)
  }

  /// Returns the gradient of elements at places of their own.
  func gradient(at places: Formula, _ order: Int) throws -> Formula {
    let steps = try places.applying("aten::diff", 1, 0)
    let (before, after) = (try steps.slice(0, from: 0, to: -1), try steps.slice(0, from: 1))
    let both = try before + after
    let weights = [
      try -after / (before * both), try (after - before) / (before * after),
      try before / (after * both),
    ]
    var shape = [IValue](repeating: 1, count: try tensor.value.rank)
    shape[axis] = -1
    let shaped = try weights.map { try $0.applying("aten::reshape", .list(shape)) }
    let parts = [try slice(0, -2), try slice(1, -1), try slice(2)]
    let center = try weighted(shaped, parts)
    if order == 1 {
      let (first, last) = try self.steps()
      return try joined(
        first / steps.select(0, at: 0), center, last / steps.select(0, at: -1))
    }
    let first = try weighted(
      edge(before, after, both, 0), [slice(0, 1), slice(1, 2), slice(2, 3)])
    let last = try weighted(
      edge(after, before, both, -1).reversed(), [slice(-3, -2), slice(-2, -1), slice(-1)])
    // Seen from the end, distances have the other sign.
    return try joined(first, center, -last)
  }

  /// The first and the last difference of neighbours.
  private func steps() throws -> (first: Formula, last: Formula) {
    (try slice(1, 2) - slice(0, 1), try slice(-1) - slice(-2, -1))
  }

  /// The slopes at both ends of parabolas through three elements, at distances of 1.
  private func curves() throws -> (first: Formula, last: Formula) {
    let (a, b, c) = (try slice(0, 1), try slice(1, 2), try slice(2, 3))
    let first = try a * -1.5 + b * 2.0 - c * 0.5
    let (x, y, z) = (try slice(-3, -2), try slice(-2, -1), try slice(-1))
    return (first, try x * 0.5 - y * 2.0 + z * 1.5)
  }

  /// Returns the weights of three elements from an edge inwards.
  private func edge(
    _ near: Formula, _ far: Formula, _ both: Formula, _ place: Int
  ) throws -> [Formula] {
    let parts = try [near, far, both].map { try $0.select(0, at: place) }
    let (near, far, both) = (parts[0], parts[1], parts[2])
    let double = try near + both
    return [
      try -(double / (near * both)), try both / (near * far), try -(near / (far * both)),
    ]
  }

  private func weighted(_ weights: [Formula], _ parts: [Formula]) throws -> Formula {
    var total = try weights[0] * parts[0]
    for (weight, part) in zip(weights, parts).dropFirst() { total = try total + weight * part }
    return total
  }

  private func slice(_ start: Int, _ end: Int? = nil) throws -> Formula {
    try tensor.slice(axis, from: start, to: end)
  }

  private func joined(_ first: Formula, _ center: Formula, _ last: Formula) throws -> Formula {
    tensor.with(
      try tensor.emitter.call("aten::cat", [first.value, center.value, last.value], .int(axis)))
  }
}
