import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Sorts, and elements by their rank.
enum SortingOperators {
  static let all: [OperatorDefinition] = [
    sort, sortStable, argsort, argsortStable, msort, topk, kthvalue, median, medianDim, nanmedian,
    nanmedianDim, mode,
  ]

  /// `sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
  static let sort = OperatorDefinition("aten::sort", shape: ShapeRules.valuesAndIndices) { call in
    pair(try Sorting.sort(call.tensor(0), call.int(1), isDescending: call.bool(2)))
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([1]))

  /// `sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor
  /// values, Tensor indices)`
  static let sortStable = OperatorDefinition(
    "aten::sort.stable", shape: ShapeRules.valuesAndIndices
  ) { call in
    pair(
      try Sorting.sort(
        call.tensor(0), call.int(2), isDescending: call.bool(3), isStable: call.bool(1)))
  }
  .kept()
  .batched(.dimensions([2]))

  /// `argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor`
  static let argsort = OperatorDefinition("aten::argsort") { call, e in
    try second(e.call("aten::sort", call[0], call[1], call[2]), call)
  }
  .batched(.dimensions([1]))

  /// `argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`
  static let argsortStable = OperatorDefinition("aten::argsort.stable") { call, e in
    let sorted = try e.call(
      "aten::sort.stable", call[0],
      keywords: [("stable", call[1]), ("dim", call[2]), ("descending", call[3])])
    return try second(sorted, call)
  }

  /// `msort(Tensor self) -> Tensor`
  static let msort = OperatorDefinition("aten::msort") { call, e in
    let sorted = try e.call("aten::sort", call[0], 0)
    guard let values = sorted.elements?.first else { throw call.error("a sort gave no values") }
    return values
  }

  /// `topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor
  /// values, Tensor indices)`
  static let topk = OperatorDefinition(
    "aten::topk",
    shape: ShapeRules.topk,
    kernel: { call in
      let tensor = try call.tensor(0)
      return pair(
        try Sorting.topK(
          tensor, call.int(1), call.int(2), isLargest: call.bool(3), isSorted: call.bool(4)))
    }
  )
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([2]))

  /// `kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor
  /// indices)`
  static let kthvalue = OperatorDefinition(
    "aten::kthvalue", shape: ShapeRules.choice(axis: 2, keep: 3)
  ) { call in
    pair(
      try Sorting.kthValue(call.tensor(0), call.int(1), call.int(2), keepsAxis: call.bool(3)))
  }
  .overlapping(OverlapRule(out: .all))
  .kept()
  .batched(.dimensions([2]))

  /// `median(Tensor self) -> Tensor`
  static let median = OperatorDefinition("aten::median", shape: numberShape) { call in
    .tensor(try median(call, ignoresNaN: false))
  }
  .kept()
  .batched(.flattened(by: "aten::median.dim"))

  /// `median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
  static let medianDim = OperatorDefinition(
    "aten::median.dim", shape: ShapeRules.choice(axis: 1, keep: 2)
  ) { call in
    pair(try Sorting.median(call.tensor(0), call.int(1), keepsAxis: call.bool(2)))
  }
  .kept()
  .batched(.dimensions([1]))

  /// `nanmedian(Tensor self) -> Tensor`
  static let nanmedian = OperatorDefinition("aten::nanmedian", shape: numberShape) { call in
    .tensor(try median(call, ignoresNaN: true))
  }
  .kept()
  .batched(.flattened(by: "aten::nanmedian.dim"))

  /// `nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
  static let nanmedianDim = OperatorDefinition(
    "aten::nanmedian.dim", shape: ShapeRules.choice(axis: 1, keep: 2)
  ) { call in
    pair(
      try Sorting.median(
        call.tensor(0), call.int(1), keepsAxis: call.bool(2), ignoresNaN: true))
  }
  .kept()
  .batched(.dimensions([1]))

  /// `mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`
  static let mode = OperatorDefinition("aten::mode", shape: ShapeRules.choice(axis: 1, keep: 2)) {
    call in
    pair(try Sorting.mode(call.tensor(0), call.int(1), keepsAxis: call.bool(2)))
  }
  .overlapping(OverlapRule(out: .all))
  .kept()
  .batched(.dimensions([1]))

  private static let numberShape = ShapeRules.reduction(axes: nil, keep: nil) {
    try $0.fake(0).dtype
  }

  private static func pair(_ result: Sorting.Result) -> IValue {
    .tuple([.tensor(result.values), .tensor(result.indices)])
  }

  private static func second(_ sorted: IValue, _ call: OperatorCall) throws -> IValue {
    guard let parts = sorted.elements, parts.count == 2 else {
      throw call.error("a sort gave no indices")
    }
    return parts[1]
  }

  /// Returns the median of all elements; NaN where there are none.
  private static func median(_ call: OperatorCall, ignoresNaN: Bool) throws -> Tensor {
    let tensor = try call.tensor(0)
    if tensor.elementCount == 0 { return try .scalar(.float(.nan), tensor.dtype) }
    return try Sorting.median(tensor.reshape([-1]), 0, ignoresNaN: ignoresNaN).values
  }
}
