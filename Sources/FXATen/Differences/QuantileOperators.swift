import FXCore
import FXOperators
import FXTensor

/// Quantiles: elements by their rank among sorted ones, with interpolation.
enum QuantileOperators {
  static let all: [OperatorDefinition] = [quantile, nanquantile]

  /// `quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str
  /// interpolation="linear") -> Tensor`
  static let quantile = OperatorDefinition("aten::quantile", "aten::quantile.scalar") { call, e in
    try quantile(call, e, ignoresNaN: false)
  }
  .autocast(.single)

  /// `nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str
  /// interpolation="linear") -> Tensor`
  static let nanquantile = OperatorDefinition("aten::nanquantile", "aten::nanquantile.scalar") {
    call, e in
    try quantile(call, e, ignoresNaN: true)
  }
  .autocast(.single)

  private static func quantile(
    _ call: OperatorCall, _ e: any Emitter, ignoresNaN: Bool
  ) throws -> IValue {
    let dtype = try call[0].dtype
    guard dtype == .float32 || dtype == .float64 else {
      throw call.error("quantiles are there for float32 and float64")
    }
    guard try !call[0].sizes.contains(0) else { throw call.error("the tensor has no elements") }
    var places = call[1]
    if !places.isTensor {
      places = try e.call("aten::scalar_tensor", places, keywords: [("dtype", .dtype(dtype))])
    }
    let rank = try call[0].rank
    let axis = try call.optionalInt(2).map { try Geometry.axis($0, of: rank) }
    let rows: IValue
    if let axis, rank > 0 {
      rows = try e.call("aten::movedim.int", call[0], .int(axis), -1)
    } else {
      rows = try e.call("aten::reshape", call[0], [-1])
    }
    let values = try quantiles(call, e, rows, places, ignoresNaN: ignoresNaN)
    return try arranged(call, e, values, axis, isNumber: places.rank == 0)
  }

  /// Returns quantiles in a last dimension of one for each place.
  private static func quantiles(
    _ call: OperatorCall, _ e: any Emitter, _ rows: IValue, _ places: IValue, ignoresNaN: Bool
  ) throws -> IValue {
    let sort = try e.call("aten::sort", rows)
    guard let sorted = sort.elements?.first else { throw call.error("a sort gave no values") }
    let isMissing = try e.call("aten::isnan", sorted)
    var ranks: IValue
    if ignoresNaN {
      let isThere = try e.call("aten::logical_not", isMissing)
      let count = try e.call("aten::sum.dim_IntList", isThere, [-1], true)
      let last = try e.call("aten::sub.Scalar", count, 1)
      ranks = try e.call("aten::clamp_min", e.call("aten::mul.Tensor", places, last), 0)
    } else {
      let last = try IValue(sorted.size(-1) - 1)
      let all = try e.call("aten::mul.Scalar", places, last)
      let hasMissing = try e.call("aten::any.dim", isMissing, -1, true)
      let atEnd = try e.call("aten::zeros_like", all)
      ranks = try e.call(
        "aten::where.self", hasMissing, e.call("aten::add.Scalar", atEnd, last), all)
    }
    let mode = try call.optionalString(4) ?? "linear"
    switch mode {
    case "lower": ranks = try e.call("aten::floor", ranks)
    case "higher": ranks = try e.call("aten::ceil", ranks)
    case "nearest": ranks = try e.call("aten::round", ranks)
    case "linear", "midpoint": break
    default: throw call.error("there is no interpolation '\(mode)'")
    }
    let below = try e.converted(ranks, to: .int64)
    let low = try e.call("aten::gather", sorted, -1, below)
    guard mode == "linear" || mode == "midpoint" else { return low }
    let above = try e.converted(e.call("aten::ceil", ranks), to: .int64)
    let high = try e.call("aten::gather", sorted, -1, above)
    if mode == "midpoint" { return try e.call("aten::lerp.Scalar", low, high, 0.5) }
    return try e.call("aten::lerp.Tensor", low, high, e.call("aten::sub.Tensor", ranks, below))
  }

  /// Moves the dimension of places to the front, or removes it where there is but one.
  private static func arranged(
    _ call: OperatorCall, _ e: any Emitter, _ values: IValue, _ axis: Int?, isNumber: Bool
  ) throws -> IValue {
    var result = values
    if isNumber {
      result = try e.call("aten::squeeze.dim", result, -1)
    } else if try result.rank > 1 {
      result = try e.call("aten::movedim.int", result, -1, 0)
    }
    guard try call.bool(3) else { return result }
    let offset = isNumber ? 0 : 1
    let rank = try call[0].rank
    if let axis, rank > 0 { return try e.call("aten::unsqueeze", result, .int(axis + offset)) }
    for _ in 0..<rank { result = try e.call("aten::unsqueeze", result, .int(offset)) }
    return result
  }
}
