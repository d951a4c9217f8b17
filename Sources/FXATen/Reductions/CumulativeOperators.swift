import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Running sums, products and extremes.
enum CumulativeOperators {
  static let all: [OperatorDefinition] = [cumsum, cumprod, logCumSumExp, cummax, cummin]

  /// `cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`
  static let cumsum = OperatorDefinition("aten::cumsum", shape: totalShape) { call in
    .tensor(try Cumulation.sum(call.tensor(0), call.int(1), call.optionalDType(2)))
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([1]))

  /// `cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`
  static let cumprod = OperatorDefinition("aten::cumprod", shape: totalShape) { call in
    .tensor(try Cumulation.product(call.tensor(0), call.int(1), call.optionalDType(2)))
  }
  .overlapping(OverlapRule(out: .all))
  .kept()
  .batched(.dimensions([1]))

  /// `logcumsumexp(Tensor self, int dim) -> Tensor`
  static let logCumSumExp = OperatorDefinition(
    "aten::logcumsumexp", "aten::_logcumsumexp", shape: ShapeRules.contiguous()
  ) { call in
    .tensor(try Cumulation.logSumExp(call.tensor(0), call.int(1)))
  }
  .overlapping(OverlapRule(out: .all))
  .kept("aten::logcumsumexp")
  .batched(.dimensions([1]), only: "aten::logcumsumexp")

  /// `cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)`
  static let cummax = OperatorDefinition("aten::cummax", shape: extremeShape) { call in
    try extreme(call, isLargest: true)
  }
  .kept()
  .batched(.dimensions([1]))

  /// `cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)`
  static let cummin = OperatorDefinition("aten::cummin", shape: extremeShape) { call in
    try extreme(call, isLargest: false)
  }
  .kept()
  .batched(.dimensions([1]))

  private static let totalShape = ShapeRules.contiguous { call in
    ShapeRules.sumType(try call.fake(0), try call.optionalDType(2))
  }

  private static let extremeShape: OperatorDefinition.ShapeRule = { call in
    let tensor = try call.fake(0)
    return .tuple(
      [tensor.dtype, .int64].map { .fake(FakeTensor($0, tensor.sizes, device: tensor.device)) })
  }

  private static func extreme(_ call: OperatorCall, isLargest: Bool) throws -> IValue {
    let found = try Cumulation.extreme(call.tensor(0), call.int(1), isLargest: isLargest)
    return .tuple([.tensor(found.values), .tensor(found.indices)])
  }
}
