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
      let (left, right) = try neighbours(e, result, axis)
      result = try e.call(isBool ? "aten::logical_xor" : "aten::sub.Tensor", right, left)
    }
    return result
  }
  .autocast(.transparent)

  /// `trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
  static let trapezoid = OperatorDefinition("aten::trapezoid.x", "aten::trapz.x") { call, e in
    guard let (axis, areas) = try areas(call, e, axis: 2) else { return try nothing(call, e, 2) }
    let total = try e.call("aten::sum.dim_IntList", areas, [.int(axis)])
    return try e.call("aten::div.Scalar", total, 2.0)
  }

  /// `trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
  static let trapezoidStep = OperatorDefinition("aten::trapezoid.dx", "aten::trapz.dx") { call, e in
    guard let (axis, sums) = try sums(call, e, axis: 2) else { return try nothing(call, e, 2) }
    let total = try e.call("aten::sum.dim_IntList", sums, [.int(axis)])
    return try e.call("aten::mul.Scalar", total, .float(call.scalar(1).double / 2))
  }

  /// `cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
  static let cumulativeTrapezoid = OperatorDefinition("aten::cumulative_trapezoid.x") { call, e in
    guard let (axis, areas) = try areas(call, e, axis: 2) else { return call[0] }
    return try e.call("aten::div.Scalar", e.call("aten::cumsum", areas, .int(axis)), 2.0)
  }

  /// `cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
  static let cumulativeTrapezoidStep = OperatorDefinition("aten::cumulative_trapezoid.dx") {
    call, e in
    guard let (axis, sums) = try sums(call, e, axis: 2) else { return call[0] }
    let areas = try e.call("aten::mul.Scalar", sums, .float(call.scalar(1).double / 2))
    return try e.call("aten::cumsum", areas, .int(axis))
  }

  /// Returns all elements but the last, and all but the first, along a dimension.
  static func neighbours(
    _ e: any Emitter, _ tensor: IValue, _ axis: Int
  ) throws -> (left: IValue, right: IValue) {
    let left = try e.call("aten::slice.Tensor", tensor, .int(axis), 0, -1)
    return (left, try e.call("aten::slice.Tensor", tensor, .int(axis), 1))
  }

  /// Returns sums of neighbours; nil where there are no elements.
  private static func sums(
    _ call: OperatorCall, _ e: any Emitter, axis: Int
  ) throws -> (axis: Int, sums: IValue)? {
    let axis = try call.dimension(axis, of: call[0])
    guard try call[0].dtype != .bool else { throw call.error("bools have no integral") }
    if try call[0].sizes[axis] == 0 { return nil }
    let (left, right) = try neighbours(e, call[0], axis)
    return (axis, try e.call("aten::add.Tensor", left, right))
  }

  /// Returns twice the areas between neighbours; nil where there are no elements.
  private static func areas(
    _ call: OperatorCall, _ e: any Emitter, axis: Int
  ) throws -> (axis: Int, areas: IValue)? {
    guard let (axis, sums) = try sums(call, e, axis: axis) else { return nil }
    let rank = try call[0].rank
    var places = call[1]
    let sizes = try places.sizes
    if sizes.count == 1 {
      var shape = [SymbolicSize](repeating: 1, count: rank)
      shape[axis] = sizes[0]
      places = try e.call("aten::view", places, .sizes(shape))
    } else if sizes.count < rank {
      let added = [SymbolicSize](repeating: 1, count: rank - sizes.count)
      places = try e.call("aten::view", places, .sizes(added + sizes))
    }
    let (left, right) = try neighbours(e, places, axis)
    let widths = try e.call("aten::sub.Tensor", right, left)
    return (axis, try e.call("aten::mul.Tensor", widths, sums))
  }

  /// Returns the integral of no elements.
  private static func nothing(
    _ call: OperatorCall, _ e: any Emitter, _ axis: Int
  ) throws -> IValue {
    var sizes = try call[0].sizes
    sizes.remove(at: try call.dimension(axis, of: call[0]))
    return try e.call("aten::new_zeros", call[0], .sizes(sizes))
  }
}
