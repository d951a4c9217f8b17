import FXCore
import FXOperators
import FXTensor

/// Differences of neighbours, and integrals by the trapezoidal rule.
enum DifferenceOperators {
  static let all: [OperatorDefinition] = [
    diff, trapezoid, trapezoidStep, cumulativeTrapezoid, cumulativeTrapezoidStep,
  ]

  /// `diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor`
  static let diff = OperatorDefinition("aten::diff") { call, e in
    guard try call[0].rank > 0 else { throw call.error("the tensor has no dimensions") }
    let axis = try call.dimension(2, of: call[0])
    let count = try call.int(1)
    guard count >= 0 else { throw call.error("the order of differences is negative") }
    if count == 0 { return try e.call("aten::clone", call[0]) }
    var result = call[0]
    if !call[3].isNone || !call[4].isNone {
      let parts = [call[3], call[0], call[4]].filter { !$0.isNone }
      result = try e.call("aten::cat", .list(parts), .int(axis))
    }
    let isBool = try result.dtype == .bool
    let length = try result.sizes[axis].int
    for _ in 0..<Swift.min(count, length ?? count) {
      let (left, right) = try Formula(result, e).neighbours(axis)
      let step = try isBool ? right.applying("aten::logical_xor", left.value) : right - left
      result = step.value
    }
    return result
  }
  .autocast(.transparent)

  /// `trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
  static let trapezoid = OperatorDefinition.formula("aten::trapezoid.x", "aten::trapz.x") { x in
    guard let (axis, areas) = try areas(x, axis: 2) else { return try nothing(x, 2) }
    return try areas.sum(over: [axis]) / 2.0
  }

  /// `trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
  static let trapezoidStep = OperatorDefinition.formula("aten::trapezoid.dx", "aten::trapz.dx") {
    x in
    guard let (axis, sums) = try sums(x, axis: 2) else { return try nothing(x, 2) }
    return try sums.sum(over: [axis]) * (x.call.scalar(1).double / 2)
  }

  /// `cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
  static let cumulativeTrapezoid = OperatorDefinition.formula("aten::cumulative_trapezoid.x") { x in
    guard let (axis, areas) = try areas(x, axis: 2) else { return x[0] }
    return try areas.applying("aten::cumsum", .int(axis)) / 2.0
  }

  /// `cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
  static let cumulativeTrapezoidStep = OperatorDefinition.formula("aten::cumulative_trapezoid.dx") {
    x in
    guard let (axis, sums) = try sums(x, axis: 2) else { return x[0] }
    return try (sums * (x.call.scalar(1).double / 2)).applying("aten::cumsum", .int(axis))
  }

  /// Returns sums of neighbours; nil where there are no elements.
  private static func sums(_ x: Operands, axis: Int) throws -> (axis: Int, sums: Formula)? {
    let axis = try x.call.dimension(axis, of: x.call[0])
    guard try x.call[0].dtype != .bool else { throw x.call.error("bools have no integral") }
    if try x.call[0].sizes[axis] == 0 { return nil }
    let (left, right) = try x[0].neighbours(axis)
    return (axis, try left + right)
  }

  /// Returns twice the areas between neighbours; nil where there are no elements.
  private static func areas(_ x: Operands, axis: Int) throws -> (axis: Int, areas: Formula)? {
    guard let (axis, sums) = try sums(x, axis: axis) else { return nil }
    let rank = try x.call[0].rank
    var places = x[1]
    let sizes = try places.value.sizes
    if sizes.count == 1 {
      var shape = [SymbolicSize](repeating: 1, count: rank)
      shape[axis] = sizes[0]
      places = try places.view(shape)
    } else if sizes.count < rank {
      places = try places.view([SymbolicSize](repeating: 1, count: rank - sizes.count) + sizes)
    }
    let (left, right) = try places.neighbours(axis)
    return (axis, try (right - left) * sums)
  }

  /// Returns the integral of no elements.
  private static func nothing(_ x: Operands, _ axis: Int) throws -> Formula {
    var sizes = try x.call[0].sizes
    sizes.remove(at: try x.call.dimension(axis, of: x.call[0]))
    return try x[0].applying("aten::new_zeros", .sizes(sizes))
  }
}

extension Formula {
  /// Returns all elements but the last, and all but the first, along a dimension.
  fileprivate func neighbours(_ axis: Int) throws -> (left: Formula, right: Formula) {
    (try slice(axis, from: 0, to: -1), try slice(axis, from: 1))
  }
}
