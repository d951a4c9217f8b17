import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Softmax in its forms, and the logarithms of sums of exponentials.
enum SoftmaxOperators {
  static let all: [OperatorDefinition] =
    [
      softmax, logSoftmax, safeSoftmax, softmaxGradient, logSoftmaxGradient, maskedSoftmax,
      logSumExp,
    ] + callers

  /// `_softmax(Tensor self, int dim, bool half_to_float) -> Tensor`
  static let softmax = OperatorDefinition("aten::_softmax", shape: shape) { call in
    try softmax(call, isLogarithm: false)
  }
  .batched(.dimensions([1]))

  /// `_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor`
  static let logSoftmax = OperatorDefinition("aten::_log_softmax", shape: shape) { call in
    try softmax(call, isLogarithm: true)
  }
  .batched(.dimensions([1]))

  /// `softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`
  static let callers = [
    ("aten::softmax.int", "aten::_softmax"), ("aten::special_softmax", "aten::_softmax"),
    ("aten::log_softmax.int", "aten::_log_softmax"),
    ("aten::special_log_softmax", "aten::_log_softmax"),
  ].map { name, core in
    OperatorDefinition(name) { call, e in
      let dtype = try call.optionalDType(2) ?? call[0].dtype
      return try e.call(core, e.converted(call[0], to: dtype), call[1], false)
    }
    .batched(.dimensions([1]))
  }

  /// `_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`
  static let safeSoftmax = OperatorDefinition(
    "aten::_safe_softmax",
    decomposition: { call, e in
      let result = try e.call("aten::softmax.int", call[0], call[1], call[2])
      let isMasked = try e.call("aten::eq.Scalar", call[0], .float(-.infinity))
      let isEmpty = try e.call("aten::all.dim", isMasked, call[1], true)
      return try e.call("aten::where.ScalarSelf", isEmpty, 0, result)
    },
    kernel: { call in
      let dtype = try call.optionalDType(2) ?? call[0].dtype
      let tensor = try call.tensor(0).converted(to: dtype)
      return .tensor(try Softmax.softmax(tensor, call.int(1), isSafe: true))
    }
  )
  .batched(.dimensions([1]))

  /// `_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) ->
  /// Tensor`
  static let softmaxGradient = OperatorDefinition(
    "aten::_softmax_backward_data",
    shape: ShapeRules.contiguous { try $0.optionalDType(3) ?? $0.fake(0).dtype },
    decomposition: { call, e in
      let (gradient, output) = (try e.widened(call[0]), try e.widened(call[1]))
      let scaled = try e.call("aten::mul.Tensor", gradient, output)
      let total = try e.call("aten::sum.dim_IntList", scaled, [call[2]], true)
      let product = try e.call("aten::mul.Tensor", output, total)
      return try inputType(e, e.call("aten::sub.Tensor", scaled, product), call)
    }, kernel: { call in try gradient(call, isLogarithm: false) })

  /// `_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType
  /// input_dtype) -> Tensor`
  static let logSoftmaxGradient = OperatorDefinition(
    "aten::_log_softmax_backward_data",
    shape: ShapeRules.contiguous { try $0.optionalDType(3) ?? $0.fake(0).dtype },
    decomposition: { call, e in
      let (gradient, output) = (try e.widened(call[0]), try e.widened(call[1]))
      let total = try e.call("aten::sum.dim_IntList", gradient, [call[2]], true)
      let product = try e.call("aten::mul.Tensor", e.call("aten::exp", output), total)
      return try inputType(e, e.call("aten::sub.Tensor", gradient, product), call)
    }, kernel: { call in try gradient(call, isLogarithm: true) })

  /// `_masked_softmax(Tensor self, Tensor mask, int? dim=None, int? mask_type=None) -> Tensor`
  ///
  /// A mask of type 0 is that of (query, key), one of type 1 that of (batch, key); true leaves out.
  static let maskedSoftmax = OperatorDefinition("aten::_masked_softmax") { call, e in
    var mask = call[1]
    if try call.optionalInt(3) == 1, try call[0].rank == 4, try mask.rank == 2 {
      mask = try e.call("aten::unsqueeze", e.call("aten::unsqueeze", mask, 1), 1)
    }
    let masked = try e.call("aten::masked_fill.Scalar", call[0], mask, .float(-.infinity))
    return try e.call("aten::_safe_softmax", masked, call[2].isNone ? -1 : call[2])
  }

  /// `logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`
  static let logSumExp = OperatorDefinition("aten::logsumexp", "aten::special_logsumexp") {
    call, e in
    let isWhole = try call[0].dtype.isIntegral(includingBool: true)
    let numbers = try isWhole ? e.converted(call[0], to: .float32) : call[0]
    if try numbers.sizes.contains(0) {
      let total = try e.call(
        "aten::sum.dim_IntList", e.call("aten::exp", numbers), call[1], call[2])
      return try e.call("aten::log", total)
    }
    let real = try numbers.dtype.isComplex ? e.call("aten::real", numbers) : numbers
    let most = try e.call("aten::amax", real, call[1], true)
    let isInfinite = try e.call("aten::eq.Scalar", e.call("aten::abs", most), .float(.infinity))
    let finite = try e.call("aten::where.ScalarSelf", isInfinite, 0, most)
    let less = try e.call("aten::exp", e.call("aten::sub.Tensor", numbers, finite))
    let total = try e.call("aten::sum.dim_IntList", less, call[1], true)
    let result = try e.call("aten::add.Tensor", e.call("aten::log", total), finite)
    return try call.bool(2) ? result : e.call("aten::squeeze.dims", result, axes(call, numbers))
  }
  .batched(.dimensions([1]), only: "aten::logsumexp")

  /// Returns the dimensions that are reduced: all of them for an empty list.
  private static func axes(_ call: OperatorCall, _ tensor: IValue) throws -> IValue {
    let axes = try call.ints(1)
    return try axes.isEmpty ? .ints(Array(0..<tensor.rank)) : .ints(axes)
  }

  private static let shape = ShapeRules.contiguous { call in
    try call.bool(2) ? .float32 : call.fake(0).dtype
  }

  private static func softmax(_ call: OperatorCall, isLogarithm: Bool) throws -> IValue {
    var tensor = try call.tensor(0)
    if try call.bool(2) { tensor = try tensor.converted(to: .float32) }
    return .tensor(try Softmax.softmax(tensor, call.int(1), isLogarithm: isLogarithm))
  }

  private static func gradient(_ call: OperatorCall, isLogarithm: Bool) throws -> IValue {
    let (gradient, output) = (try call.tensor(0), try call.tensor(1))
    let result = try Softmax.gradient(
      gradient.converted(to: output.dtype), output, call.int(2), isLogarithm: isLogarithm)
    return .tensor(try result.converted(to: call.optionalDType(3) ?? output.dtype))
  }

  private static func inputType(
    _ e: any Emitter, _ gradient: IValue, _ call: OperatorCall
  ) throws -> IValue {
    try e.converted(gradient, to: call.optionalDType(3) ?? call[1].dtype)
  }
}
