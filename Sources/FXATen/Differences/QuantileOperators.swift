import FXCore
import FXOperators
import FXTensor

/// Quantiles: elements by their rank among sorted ones, with interpolation.
enum QuantileOperators {
  static let all: [OperatorDefinition] = [quantile, nanquantile]

  /// `quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str
  /// interpolation="linear") -> Tensor`
  static let quantile = OperatorDefinition.formula("aten::quantile", "aten::quantile.scalar") { x in
    try quantile(x, ignoresNaN: false)
  }
  .autocast(.single)

  /// `nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str
  /// interpolation="linear") -> Tensor`
  static let nanquantile = OperatorDefinition.formula(
    "aten::nanquantile", "aten::nanquantile.scalar"
  ) { x in try quantile(x, ignoresNaN: true) }
  .autocast(.single)

  private static func quantile(_ x: Operands, ignoresNaN: Bool) throws -> Formula {
    let call = x.call
    let dtype = try call[0].dtype
    guard dtype == .float32 || dtype == .float64 else {
      throw call.error("quantiles are there for float32 and float64")
    }
    guard try !call[0].sizes.contains(0) else { throw call.error("the tensor has no elements") }
    let places = try call[1].isTensor ? x[1] : x[0].constant(call[1])
    let rank = try call[0].rank
    let axis = try call.optionalInt(2).map { try Geometry.axis($0, of: rank) }
    let rows: Formula
    if let axis, rank > 0 {
      rows = try x[0].applying("aten::movedim.int", .int(axis), -1)
    } else {
      rows = try x[0].reshape([-1])
    }
    let values = try quantiles(call, rows, places, ignoresNaN: ignoresNaN)
    return try arranged(call, values, axis, isNumber: places.value.rank == 0)
  }

  /// Returns quantiles in a last dimension of one for each place.
  private static func quantiles(
    _ call: OperatorCall, _ rows: Formula, _ places: Formula, ignoresNaN: Bool
  ) throws -> Formula {
    let sort = try rows.applying("aten::sort")
    guard let first = sort.value.elements?.first else { throw call.error("a sort gave no values") }
    let sorted = rows.with(first)
    let isMissing = try sorted.isNaN()
    var ranks: Formula
    if ignoresNaN {
      let count = try (.!isMissing).sum(over: [-1], keeps: true)
      ranks = try (places * (count - 1)).atLeast(0)
    } else {
      let last = IValue(try first.size(-1) - 1)
      let all = try places * last
      let hasMissing = try isMissing.applying("aten::any.dim", -1, true)
      let atEnd = try all.applying("aten::zeros_like") + last
      ranks = try atEnd.where(hasMissing, else: all)
    }
    let mode = try call.optionalString(4) ?? "linear"
    switch mode {
    case "lower": ranks = try ranks.applying("aten::floor")
    case "higher": ranks = try ranks.applying("aten::ceil")
    case "nearest": ranks = try ranks.applying("aten::round")
    case "linear", "midpoint": break
    default: throw call.error("there is no interpolation '\(mode)'")
    }
    let below = try ranks.converted(to: .int64)
    let low = try sorted.gather(-1, below)
    guard mode == "linear" || mode == "midpoint" else { return low }
    let above = try ranks.applying("aten::ceil").converted(to: .int64)
    let high = try sorted.gather(-1, above)
    if mode == "midpoint" { return try low.applying("aten::lerp.Scalar", high.value, 0.5) }
    return try low.applying("aten::lerp.Tensor", high.value, (ranks - below).value)
  }

  /// Moves the dimension of places to the front, or removes it where there is but one.
  private static func arranged(
    _ call: OperatorCall, _ values: Formula, _ axis: Int?, isNumber: Bool
  ) throws -> Formula {
    var result = values
    if isNumber {
      result = try result.squeeze(-1)
    } else if try result.value.rank > 1 {
      result = try result.applying("aten::movedim.int", -1, 0)
    }
    guard try call.bool(3) else { return result }
    let offset = isNumber ? 0 : 1
    let rank = try call[0].rank
    if let axis, rank > 0 { return try result.unsqueeze(axis + offset) }
    for _ in 0..<rank { result = try result.unsqueeze(offset) }
    return result
  }
}
