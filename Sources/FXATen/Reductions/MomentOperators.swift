import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Variances and standard deviations.
enum MomentOperators {
  static let all: [OperatorDefinition] =
    [variance, varianceDim]
    + [
      unbiased("aten::var", "aten::var.correction"),
      unbiased("aten::std", "aten::std.correction"),
      unbiasedDim("aten::std.dim", "aten::std.correction"), standardDeviation,
    ]
    + withMean("aten::var_mean", "aten::var").map { $0.kept("aten::var_mean.correction") }
    + withMean("aten::std_mean", "aten::std")

  /// `var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False)
  /// -> Tensor`
  static let variance = OperatorDefinition(
    "aten::var.correction", shape: ShapeRules.reduction(axes: 1, keep: 3, dtype: realType)
  ) { call in
    .tensor(try spread(call, takesRoot: false))
  }
  .batched(.dimensions([1]))

  /// `var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
  static let varianceDim = OperatorDefinition(
    "aten::var.dim", shape: ShapeRules.reduction(axes: 1, keep: 3, dtype: realType)
  ) { call in
    let axes = try call.optionalInts(1)
    return .tensor(
      try Reductions.variance(
        call.tensor(0), axes, keepsAxes: call.bool(3), correction: call.bool(2) ? 1 : 0))
  }

  /// `std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False)
  /// -> Tensor`
  static let standardDeviation = OperatorDefinition(
    "aten::std.correction",
    decomposition: { call, e in
      let wide = try e.widened(call[0])
      let variance = try e.call(
        "aten::var.correction", wide, call[1],
        keywords: [("correction", call[2]), ("keepdim", call[3])])
      return try e.converted(e.call("aten::sqrt", variance), to: call[0].dtype.partType)
    }, kernel: { call in .tensor(try spread(call, takesRoot: true)) }
  )
  .batched(.dimensions([1]))

  /// `var(Tensor self, bool unbiased=True) -> Tensor`
  private static func unbiased(_ name: String, _ general: String) -> OperatorDefinition {
    OperatorDefinition(name) { call, e in
      let correction: IValue = try call.bool(1) ? 1 : 0
      return try e.call(general, call[0], nil, keywords: [("correction", correction)])
    }
  }

  /// `std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
  private static func unbiasedDim(_ name: String, _ general: String) -> OperatorDefinition {
    OperatorDefinition(name) { call, e in
      let correction: IValue = try call.bool(2) ? 1 : 0
      return try e.call(
        general, call[0], call[1], keywords: [("correction", correction), ("keepdim", call[3])])
    }
  }

  /// `var_mean`, `std_mean` in their three forms: a pair of the spread and the mean.
  private static func withMean(_ name: String, _ spread: String) -> [OperatorDefinition] {
    [
      unbiased(name, name + ".correction"),
      unbiasedDim(name + ".dim", name + ".correction"),
      OperatorDefinition(name + ".correction") { call, e in
        let first = try e.call(
          spread + ".correction", call[0], call[1],
          keywords: [("correction", call[2]), ("keepdim", call[3])])
        return .tuple([first, try e.call("aten::mean.dim", call[0], call[1], call[3])])
      }
      .batched(.dimensions([1])),
    ]
  }

  private static func spread(_ call: OperatorCall, takesRoot: Bool) throws -> Tensor {
    let axes = try call.optionalInts(1)
    return try Reductions.variance(
      call.tensor(0), axes, keepsAxes: call.bool(3),
      correction: call.optionalScalar(2)?.double ?? 1, takesRoot: takesRoot)
  }

  @Sendable
  private static func realType(_ call: OperatorCall) throws -> ScalarType {
    try call[0].dtype.partType
  }
}
