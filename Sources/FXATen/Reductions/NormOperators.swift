import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Norms of vectors, and what is made of them.
enum NormOperators {
  static let all: [OperatorDefinition] =
    [vectorNorm, frobenius, dist, renorm, normExceptDim, weightNorm, weightNormInterface] + norms

  /// `linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *,
  /// ScalarType? dtype=None) -> Tensor`
  static let vectorNorm = OperatorDefinition(
    "aten::linalg_vector_norm",
    shape: ShapeRules.reduction(axes: 2, keep: 3) { call in
      try (call.optionalDType(4) ?? call.fake(0).dtype).partType
    },
    decomposition: { call, e in
      let dtype = try resultType(call)
      let wide = try e.converted(call[0], to: call.optionalDType(4) ?? call[0].dtype)
      let magnitudes = try e.call("aten::abs", e.widened(wide))
      let norm = try norm(e, magnitudes, call, order: call.scalar(1).double)
      return try e.converted(norm, to: dtype)
    },
    kernel: { call in
      _ = try resultType(call)
      var tensor = try call.tensor(0)
      if let dtype = try call.optionalDType(4) { tensor = try tensor.converted(to: dtype) }
      let axes = try call.optionalInts(2)
      return .tensor(
        try Reductions.norm(
          tensor, axes, keepsAxes: call.bool(3), order: call.scalar(1).double))
    }
  )
  .batched(.dimensions([2]))

  /// The norms of before `torch.linalg`, whose order may be missing:
  /// `norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`
  static let norms: [OperatorDefinition] = [
    OperatorDefinition("aten::norm.Scalar", "aten::native_norm") { call, e in
      try e.call("aten::linalg_vector_norm", call[0], call[1])
    },
    OperatorDefinition("aten::norm.ScalarOpt_dtype") { call, e in
      try e.call("aten::linalg_vector_norm", call[0], order(call), keywords: [("dtype", call[2])])
    },
    OperatorDefinition("aten::norm.ScalarOpt_dim") { call, e in
      try e.call("aten::linalg_vector_norm", call[0], order(call), call[2], call[3])
    }
    .batched(.dimensions([2])),
    OperatorDefinition(
      "aten::norm.ScalarOpt_dim_dtype", "aten::native_norm.ScalarOpt_dim_dtype"
    ) { call, e in
      try e.call(
        "aten::linalg_vector_norm", call[0], order(call), call[2], call[3],
        keywords: [("dtype", call[4])])
    },
  ]

  /// `frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`
  static let frobenius = OperatorDefinition("aten::frobenius_norm.dim") { call, e in
    try e.call("aten::linalg_vector_norm", call[0], 2, call[1], call[2])
  }

  /// `dist(Tensor self, Tensor other, Scalar p=2) -> Tensor`
  static let dist = OperatorDefinition("aten::dist") { call, e in
    let difference = try e.call("aten::sub.Tensor", call[0], call[1])
    return try e.call("aten::linalg_vector_norm", difference, call[2])
  }
  .kept()

  /// `renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor`
  static let renorm = OperatorDefinition("aten::renorm") { call, e in
    let axis = try call.axis(2, of: call[0])
    let axes = try (0..<call[0].rank).filter { $0 != axis }
    guard axes.count > 0 else { throw call.error("the tensor needs at least 2 dimensions") }
    let dtype = try call[0].dtype
    let norm = try e.call(
      "aten::linalg_vector_norm", call[0], call[1], .ints(axes), true,
      keywords: [("dtype", .dtype(dtype.computeType))])
    let guarded = try e.call("aten::add.Scalar", norm, 1e-7)
    let factor = try e.call("aten::mul.Tensor", e.call("aten::reciprocal", guarded), call[3])
    let isLarge = try e.call("aten::gt.Scalar", norm, call[3])
    let scale = try e.call("aten::where.ScalarOther", isLarge, factor, 1)
    let result = try e.call("aten::mul.Tensor", call[0], e.converted(scale, to: dtype))
    return try e.call("aten::contiguous", result)
  }
  .overlapping(OverlapRule(out: .all))

  /// `norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor`
  static let normExceptDim = OperatorDefinition("aten::norm_except_dim") { call, e in
    try norm(e, of: call[0], order: call[1], except: call.int(2))
  }

  /// `_weight_norm(Tensor v, Tensor g, int dim=0) -> Tensor`
  static let weightNorm = OperatorDefinition("aten::_weight_norm") { call, e in
    let norm = try norm(e, of: call[0], order: 2, except: call.int(2))
    return try e.call("aten::mul.Tensor", call[0], e.call("aten::div.Tensor", call[1], norm))
  }

  /// `_weight_norm_interface(Tensor v, Tensor g, int dim=0) -> (Tensor, Tensor)`
  static let weightNormInterface = OperatorDefinition("aten::_weight_norm_interface") { call, e in
    let wide = try e.widened(call[0])
    let norm = try norm(e, of: wide, order: 2, except: call.int(2))
    let scale = try e.call("aten::div.Tensor", e.widened(call[1]), norm)
    let result = try e.call("aten::mul.Tensor", wide, scale)
    return .tuple([try e.converted(result, to: call[0].dtype), norm])
  }

  private static func order(_ call: OperatorCall) -> IValue { call[1].isNone ? 2 : call[1] }

  /// Returns the norm over all dimensions but one; -1 stands for all of them.
  private static func norm(
    _ e: any Emitter, of tensor: IValue, order: IValue, except axis: Int
  ) throws -> IValue {
    if axis == -1 { return try e.call("aten::linalg_vector_norm", tensor, order) }
    let kept = try Geometry.axis(axis, of: tensor.rank)
    let axes = try (0..<tensor.rank).filter { $0 != kept }
    if axes.isEmpty { return try e.call("aten::abs", tensor) }
    return try e.call("aten::linalg_vector_norm", tensor, order, .ints(axes), true)
  }

  /// Returns the dtype of a norm, which is not there for integers.
  private static func resultType(_ call: OperatorCall) throws -> ScalarType {
    let own = try call[0].dtype
    guard own.isFloatingPoint || own.isComplex else {
      throw call.error("the norm of integers is not there")
    }
    return try (call.optionalDType(4) ?? own).partType
  }

  /// Returns the norm of magnitudes by powers and sums.
  private static func norm(
    _ e: any Emitter, _ magnitudes: IValue, _ call: OperatorCall, order: Double
  ) throws -> IValue {
    let axes = call[2].isNone ? IValue.list([]) : call[2]
    switch order {
    case .infinity: return try e.call("aten::amax", magnitudes, axes, call[3])
    case -.infinity: return try e.call("aten::amin", magnitudes, axes, call[3])
    case 0:
      let isCounted = try e.call("aten::ne.Scalar", magnitudes, 0)
      let count = try e.call("aten::sum.dim_IntList", isCounted, axes, call[3])
      return try e.converted(count, to: magnitudes.dtype)
    case 1: return try e.call("aten::sum.dim_IntList", magnitudes, axes, call[3])
    case 2:
      let squares = try e.call("aten::mul.Tensor", magnitudes, magnitudes)
      return try e.call("aten::sqrt", e.call("aten::sum.dim_IntList", squares, axes, call[3]))
    default:
      let powers = try e.call("aten::pow.Tensor_Scalar", magnitudes, .float(order))
      let total = try e.call("aten::sum.dim_IntList", powers, axes, call[3])
      return try e.call("aten::pow.Tensor_Scalar", total, .float(1 / order))
    }
  }
}
