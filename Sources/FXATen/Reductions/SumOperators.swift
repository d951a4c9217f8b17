import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Sums, products, means and counts.
enum SumOperators {
  static let all: [OperatorDefinition] = [
    sum, sumDim, nansum, mean, meanDim, nanmean, prod, prodDim, countNonzero, countNonzeroDims,
    sumToSize, gradSumToSize,
  ]

  /// `sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`
  static let sum = OperatorDefinition("aten::sum") { call, e in
    try e.call("aten::sum.dim_IntList", call[0], [], false, keywords: [("dtype", call[1])])
  }
  .batched(.flattened(by: "aten::sum.dim_IntList"))

  /// `sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) ->
  /// Tensor`
  static let sumDim = OperatorDefinition(
    "aten::sum.dim_IntList", shape: sumShape,
    kernel: { call in
      .tensor(
        try Reductions.sum(
          call.tensor(0), call.optionalInts(1), keepsAxes: call.bool(2), call.optionalDType(3)))
    }
  )
  .differentiated(by: .linear { call, g in try g.unreduced(call[0], axes: call[1], keep: call[2]) })
  .batched(.dimensions([1]))

  /// `nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) ->
  /// Tensor`
  static let nansum = OperatorDefinition("aten::nansum") { call, e in
    var numbers = call[0]
    guard try !numbers.dtype.isComplex else { throw call.error("complex numbers have no order") }
    if try numbers.dtype.isFloatingPoint {
      let isMissing = try e.call("aten::isnan", numbers)
      numbers = try e.call("aten::where.ScalarSelf", isMissing, 0, numbers)
    }
    return try e.call(
      "aten::sum.dim_IntList", numbers, call[1], call[2], keywords: [("dtype", call[3])])
  }
  .batched(.dimensions([1]))

  /// `mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`
  static let mean = OperatorDefinition(
    "aten::mean", shape: ShapeRules.reduction(axes: nil, keep: nil) { try meanType($0, 1) },
    kernel: { call in
      let dtype = try meanType(call, 1)
      return .tensor(try Reductions.mean(call.tensor(0), nil, dtype))
    }
  )
  .differentiated(
    by: .linear { call, g in
      try g.unreduced(call[0], axes: .none, keep: false).averaged(over: call[0], as: g)
    }
  )
  .batched(.flattened(by: "aten::mean.dim"))

  /// `mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
  static let meanDim = OperatorDefinition(
    "aten::mean.dim", shape: ShapeRules.reduction(axes: 1, keep: 2) { try meanType($0, 3) },
    kernel: { call in
      let dtype = try meanType(call, 3)
      let axes = try call.optionalInts(1)
      return .tensor(
        try Reductions.mean(call.tensor(0), axes, keepsAxes: call.bool(2), dtype))
    }
  )
  .differentiated(
    by: .linear { call, g in
      try g.unreduced(call[0], axes: call[1], keep: call[2]).averaged(over: call[0], as: g)
    }
  )
  .batched(.dimensions([1]))

  /// `nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) ->
  /// Tensor`
  static let nanmean = OperatorDefinition("aten::nanmean") { call, e in
    let isThere = try e.call("aten::logical_not", e.call("aten::isnan", call[0]))
    let count = try e.call("aten::sum.dim_IntList", isThere, call[1], call[2])
    let total = try e.call(
      "aten::nansum", call[0], call[1], call[2], keywords: [("dtype", call[3])])
    return try e.call("aten::div.Tensor", total, count)
  }

  /// `prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`
  static let prod = OperatorDefinition(
    "aten::prod",
    shape: ShapeRules.reduction(axes: nil, keep: nil) { call in
      ShapeRules.sumType(try call.fake(0), try call.optionalDType(1))
    },
    kernel: { call in
      .tensor(try Reductions.product(call.tensor(0), nil, call.optionalDType(1)))
    }
  )
  .autocast(.single)
  .batched(.flattened(by: "aten::prod.dim_int"))

  /// `prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
  static let prodDim = OperatorDefinition(
    "aten::prod.dim_int", shape: sumShape,
    kernel: { call in
      .tensor(
        try Reductions.product(
          call.tensor(0), [call.int(1)], keepsAxes: call.bool(2), call.optionalDType(3)))
    }
  )
  .autocast(.single)
  .batched(.dimensions([1]))

  /// `count_nonzero(Tensor self, int? dim=None) -> Tensor`
  static let countNonzero = OperatorDefinition("aten::count_nonzero") { call, e in
    try e.call("aten::count_nonzero.dim_IntList", call[0], call[1].isNone ? [] : [call[1]])
  }

  /// `count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`
  static let countNonzeroDims = OperatorDefinition(
    "aten::count_nonzero.dim_IntList",
    decomposition: { call, e in
      let isCounted = try e.call("aten::ne.Scalar", call[0], 0)
      return try e.call("aten::sum.dim_IntList", isCounted, call[1])
    },
    kernel: { call in .tensor(try Reductions.countNonzero(call.tensor(0), call.ints(1))) }
  )
  .batched(.dimensions([1]))

  /// `sum_to_size(Tensor self, SymInt[] size) -> Tensor`
  static let sumToSize = OperatorDefinition("aten::sum_to_size") { call, e in
    try sum(call, e, to: call.sizes(1))
  }

  /// `_grad_sum_to_size(Tensor(a) self, int[]? size) -> Tensor(a)`
  static let gradSumToSize = OperatorDefinition("aten::_grad_sum_to_size") { call, e in
    call[1].isNone ? call[0] : try sum(call, e, to: call.sizes(1))
  }

  /// Adds along the dimensions by which a shape was broadcast.
  private static func sum(
    _ call: OperatorCall, _ e: any Emitter, to shape: [SymbolicSize]
  ) throws -> IValue {
    if shape.isEmpty { return try e.call("aten::sum", call[0]) }
    let sizes = try call[0].sizes
    let added = sizes.count - shape.count
    guard added >= 0 else { throw call.error("the size has more dimensions than the tensor") }
    var axes = Array(0..<added)
    for (axis, size) in shape.enumerated() where size != sizes[axis + added] {
      guard size == 1 else { throw call.error("the tensor was not broadcast from the size") }
      axes.append(axis + added)
    }
    if axes.isEmpty { return call[0] }
    let total = try e.call("aten::sum.dim_IntList", call[0], .ints(axes), true)
    return added == 0 ? total : try e.call("aten::view", total, .sizes(shape))
  }

  private static let sumShape = ShapeRules.reduction(axes: 1, keep: 2) { call in
    ShapeRules.sumType(try call.fake(0), try call.optionalDType(3))
  }

  /// Returns the dtype of a mean, which is not there for integers.
  private static func meanType(_ call: OperatorCall, _ position: Int) throws -> ScalarType {
    let dtype = try call.optionalDType(position) ?? call[0].dtype
    guard dtype.isFloatingPoint || dtype.isComplex else {
      throw call.error("the mean of integers needs a floating dtype, and not \(dtype.name)")
    }
    return dtype
  }
}
