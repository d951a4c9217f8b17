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
        let line = Line(e: e, tensor: call[0], axis: axis)
        return try spacing.isTensor
          ? line.gradient(at: spacing, order) : line.gradient(by: spacing, order)
      })
  }
}

/// A tensor along one dimension.
private struct Line {
  let e: any Emitter
  let tensor: IValue
  let axis: Int

  /// Returns the gradient of elements at one distance.
  func gradient(by spacing: IValue, _ order: Int) throws -> IValue {
    let outer = try sum([(slice(2), 1.0), (slice(0, -2), -1.0)])
    let center = try div(div(outer, spacing), 2.0)
    if order == 1 {
      let first = try sum([(slice(1, 2), 1.0), (slice(0, 1), -1.0)])
      let last = try sum([(slice(-1), 1.0), (slice(-2, -1), -1.0)])
      return try joined(div(first, spacing), center, div(last, spacing))
    }
    let first = try sum([(slice(0, 1), -1.5), (slice(1, 2), 2.0), (slice(2, 3), -0.5)])
    let last = try sum([(slice(-3, -2), 0.5), (slice(-2, -1), -2.0), (slice(-1), 1.5)])
    return try joined(div(first, spacing), center, div(last, spacing))
  }

  /// Returns the gradient of elements at places of their own.
  func gradient(at places: IValue, _ order: Int) throws -> IValue {
    let steps = try e.call("aten::diff", places, 1, 0)
    let before = try e.call("aten::slice.Tensor", steps, 0, 0, -1)
    let after = try e.call("aten::slice.Tensor", steps, 0, 1)
    let both = try e.call("aten::add.Tensor", before, after)
    let weights = [
      try div(e.call("aten::neg", after), mul(before, both)),
      try div(e.call("aten::sub.Tensor", after, before), mul(before, after)),
      try div(before, mul(after, both)),
    ]
    var shape = [IValue](repeating: 1, count: try tensor.rank)
    shape[axis] = -1
    let shaped = try weights.map { try e.call("aten::reshape", $0, .list(shape)) }
    let parts = [try slice(0, -2), try slice(1, -1), try slice(2)]
    let center = try weighted(shaped, parts)
    if order == 1 {
      let first = try sum([(slice(1, 2), 1.0), (slice(0, 1), -1.0)])
      let last = try sum([(slice(-1), 1.0), (slice(-2, -1), -1.0)])
      return try joined(
        div(first, e.call("aten::select.int", steps, 0, 0)), center,
        div(last, e.call("aten::select.int", steps, 0, -1)))
    }
    let first = try weighted(
      edge(before, after, both, 0), [slice(0, 1), slice(1, 2), slice(2, 3)])
    let last = try weighted(
      edge(after, before, both, -1).reversed(), [slice(-3, -2), slice(-2, -1), slice(-1)])
    // Seen from the end, distances have the other sign.
    return try joined(first, center, e.call("aten::neg", last))
  }

  /// Returns the weights of three elements from an edge inwards.
  private func edge(
    _ near: IValue, _ far: IValue, _ both: IValue, _ place: Int
  ) throws -> [IValue] {
    let parts = try [near, far, both].map { try e.call("aten::select.int", $0, 0, .int(place)) }
    let (near, far, both) = (parts[0], parts[1], parts[2])
    let double = try e.call("aten::add.Tensor", near, both)
    return [
      try e.call("aten::neg", div(double, mul(near, both))), try div(both, mul(near, far)),
      try e.call("aten::neg", div(near, mul(far, both))),
    ]
  }

  private func weighted(_ weights: [IValue], _ parts: [IValue]) throws -> IValue {
    var total = try mul(weights[0], parts[0])
    for (weight, part) in zip(weights, parts).dropFirst() {
      total = try e.call("aten::add.Tensor", total, mul(weight, part))
    }
    return total
  }

  private func sum(_ terms: [(IValue, Double)]) throws -> IValue {
    var total: IValue?
    for (term, factor) in terms {
      guard let known = total else {
        total = try factor == 1 ? term : e.call("aten::mul.Scalar", term, .float(factor))
        continue
      }
      let isDifference = factor < 0
      let size = abs(factor)
      let scaled = try size == 1 ? term : e.call("aten::mul.Scalar", term, .float(size))
      total = try e.call(isDifference ? "aten::sub.Tensor" : "aten::add.Tensor", known, scaled)
    }
    return total ?? tensor
  }

  private func slice(_ start: Int, _ end: Int? = nil) throws -> IValue {
    let end = end.map { IValue.int($0) } ?? .none
    return try e.call("aten::slice.Tensor", tensor, .int(axis), .int(start), end)
  }

  private func mul(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call("aten::mul.Tensor", left, right)
  }

  private func div(_ left: IValue, _ right: IValue) throws -> IValue {
    try e.call(right.isTensor ? "aten::div.Tensor" : "aten::div.Scalar", left, right)
  }

  private func joined(_ first: IValue, _ center: IValue, _ last: IValue) throws -> IValue {
    try e.call("aten::cat", [first, center, last], .int(axis))
  }
}
