import FXCore
import FXOperators
import FXTensor

/// Operators of the namespace `prims` that `run_decompositions()` can leave in a graph.
///
/// Most are an operator of ATen that has lost what it is lenient about.
enum PrimOperators {
  static let all: [OperatorDefinition] =
    renamed + reduced + [
      convert, copyStrided, broadcastInDim, collapse, collapseView, splitDim, divide, iota,
      multiplyAdd, complexToComplex, complexToReal, realToComplex,
    ]

  /// Operators that take the same arguments under another name.
  private static let renamed = [
    ("abs", "abs"), ("acos", "acos"), ("acosh", "acosh"), ("add", "add.Tensor"), ("asin", "asin"),
    ("asinh", "asinh"), ("atan", "atan"), ("atan2", "atan2"), ("atanh", "atanh"),
    ("bessel_i0", "i0"), ("bessel_i0e", "special_i0e"), ("bessel_i1", "special_i1"),
    ("bessel_i1e", "special_i1e"), ("bessel_j0", "special_bessel_j0"),
    ("bessel_j1", "special_bessel_j1"), ("bitwise_and", "bitwise_and.Tensor"),
    ("bitwise_not", "bitwise_not"), ("bitwise_or", "bitwise_or.Tensor"),
    ("bitwise_xor", "bitwise_xor.Tensor"), ("ceil", "ceil"), ("clone", "clone"),
    ("conj_physical", "conj_physical"), ("copy_to", "copy_"), ("cos", "cos"), ("cosh", "cosh"),
    ("digamma", "digamma"), ("eq", "eq.Tensor"), ("erf", "erf"), ("erf_inv", "erfinv"),
    ("erfc", "erfc"), ("erfcx", "special_erfcx"), ("exp", "exp"), ("exp2", "exp2"),
    ("expm1", "expm1"), ("fill", "fill.Scalar"), ("floor", "floor"), ("fmax", "fmax"),
    ("fmin", "fmin"), ("fmod", "fmod.Tensor"), ("frexp", "frexp.Tensor"), ("gcd", "gcd"),
    ("ge", "ge.Tensor"), ("gt", "gt.Tensor"), ("hypot", "hypot"), ("igamma", "igamma"),
    ("igammac", "igammac"), ("isfinite", "isfinite"), ("item", "item"), ("le", "le.Tensor"),
    ("lgamma", "lgamma"), ("log", "log"), ("log10", "log10"), ("log1p", "log1p"),
    ("log2", "log2"), ("lt", "lt.Tensor"), ("maximum", "maximum"), ("minimum", "minimum"),
    ("mul", "mul.Tensor"), ("ndtri", "special_ndtri"), ("ne", "ne.Tensor"), ("neg", "neg"),
    ("nextafter", "nextafter"), ("pow", "pow.Tensor_Tensor"), ("reciprocal", "reciprocal"),
    ("remainder", "remainder.Tensor"), ("round", "round"), ("rsqrt", "rsqrt"),
    ("shift_left", "bitwise_left_shift.Tensor"),
    ("shift_right_arithmetic", "bitwise_right_shift.Tensor"), ("sign", "sign"),
    ("signbit", "signbit"), ("sin", "sin"), ("sinh", "sinh"),
    ("spherical_bessel_j0", "special_spherical_bessel_j0"), ("sqrt", "sqrt"),
    ("sub", "sub.Tensor"), ("tan", "tan"), ("tanh", "tanh"), ("trunc", "trunc"),
    ("where", "where.self"), ("zeta", "special_zeta"),
    ("_unsafe_index_put_", "index_put_"), ("empty", "empty.memory_format"),
    ("empty_permuted", "empty_permuted"), ("empty_strided", "empty_strided"), ("full", "full"),
    ("full_like", "full_like"), ("scalar_tensor", "scalar_tensor"),
  ].map { name, target in
    OperatorDefinition("prims::\(name)") { call, e in
      var positional: [IValue] = []
      var keywords: [(name: String, value: IValue)] = []
      for (parameter, value) in zip(call.schema.parameters, call.arguments) {
        if !parameter.isKeywordOnly {
          positional.append(value)
        } else if parameter.name != "requires_grad", !value.isNone {
          keywords.append((parameter.name, value))
        }
      }
      return try e.apply("aten::\(target)", positional, keywords)
    }
  }

  /// `sum(Tensor inp, int[]? dims, *, ScalarType? output_dtype=None) -> Tensor` and its kin.
  private static let reduced = ["sum", "prod", "amax", "amin", "var"].map { name in
    OperatorDefinition("prims::\(name)") { call, e in
      var result = call[0]
      let axes = call[1].isNone ? Array(0..<(try call[0].rank)) : try call.ints(1)
      switch name {
      case "prod":
        for axis in axes.sorted(by: >) {
          result = try e.call("aten::prod.dim_int", result, .int(axis))
        }
      case "sum": result = try e.call("aten::sum.dim_IntList", result, .ints(axes))
      case "var":
        result = try e.call(
          "aten::var.correction", result, .ints(axes), keywords: [("correction", call[2])])
      default: result = try e.call("aten::\(name)", result, .ints(axes))
      }
      let dtype = call.named("output_dtype")
      if dtype.isNone { return result }
      return try e.call("aten::_to_copy", result, keywords: [("dtype", dtype)])
    }
  }

  /// `convert_element_type(Tensor a, ScalarType dtype) -> Tensor`
  static let convert = OperatorDefinition("prims::convert_element_type") { call, e in
    try e.call("aten::_to_copy", call[0], keywords: [("dtype", call[1])])
  }

  /// `copy_strided(Tensor a, SymInt[] stride) -> Tensor`
  static let copyStrided = OperatorDefinition(
    "prims::copy_strided",
    shape: { call in
      let (dtype, device) = (try call[0].dtype, try call[0].device)
      let (sizes, strides) = (try call[0].sizes, try call.sizes(1))
      return .fake(FakeTensor(dtype, sizes, strides: strides, device: device))
    },
    kernel: { call in
      let source = try call.tensor(0)
      let result = try Tensor.empty(
        source.sizes, strides: call.ints(1), source.dtype, device: source.device)
      try result.copy(from: source)
      return .tensor(result)
    })

  /// `broadcast_in_dim(Tensor(a) a, SymInt[] shape, int[] broadcast_dimensions) -> Tensor(a)`
  static let broadcastInDim = OperatorDefinition("prims::broadcast_in_dim") { call, e in
    let shape = try call.sizes(1)
    let kept = try Set(call.ints(2))
    var result = call[0]
    for axis in shape.indices where !kept.contains(axis) {
      result = try e.call("aten::unsqueeze", result, .int(axis))
    }
    return try e.call("aten::expand", result, .sizes(shape))
  }

  /// `collapse(Tensor a, int start, int end) -> Tensor`
  static let collapse = OperatorDefinition("prims::collapse") { call, e in
    let result = try e.call("aten::view", call[0], .sizes(collapsed(call)))
    return try e.call("aten::clone", result)
  }

  /// `collapse_view(Tensor(a) a, int start, int end) -> Tensor(a)`
  static let collapseView = OperatorDefinition("prims::collapse_view") { call, e in
    try e.call("aten::view", call[0], .sizes(collapsed(call)))
  }

  private static func collapsed(_ call: OperatorCall) throws -> [SymbolicSize] {
    let sizes = try call[0].sizes
    if sizes.isEmpty { return [1] }
    let (start, end) = (try call.axis(1, of: call[0]), try call.axis(2, of: call[0]))
    guard start <= end else { throw call.error("dimension \(start) comes after \(end)") }
    let joined = try sizes[start...end].reduce(1 as SymbolicSize) { try $0 * $1 }
    return sizes[..<start] + [joined] + sizes[(end + 1)...]
  }

  /// `split_dim(Tensor(a) a, int dim, SymInt outer_length) -> Tensor(a)`
  static let splitDim = OperatorDefinition("prims::split_dim") { call, e in
    try e.call("aten::unflatten.int", call[0], call[1], .list([call[2], -1]))
  }

  /// `div(Tensor self, Tensor other) -> Tensor`: of integers, towards zero.
  static let divide = OperatorDefinition("prims::div") { call, e in
    if try call[0].dtype.isIntegral(includingBool: true) {
      return try e.call(
        "aten::div.Tensor_mode", call[0], call[1], keywords: [("rounding_mode", "trunc")])
    }
    return try e.call("aten::div.Tensor", call[0], call[1])
  }

  /// `iota(SymInt length, *, SymInt start, SymInt step, ScalarType dtype, Device device, bool
  /// requires_grad) -> Tensor`
  static let iota = OperatorDefinition("prims::iota") { call, e in
    let start = call.named("start")
    guard case .int(let first) = start, case .int(let step) = call.named("step") else {
      throw call.error("the start and the step have to be numbers")
    }
    let end = try call.size(0) * .int(step) + .int(first)
    return try e.call(
      "aten::arange.start_step", start, IValue(end), .int(step),
      keywords: [("dtype", call.named("dtype")), ("device", call.named("device"))])
  }

  /// `fma(Tensor a, Tensor b, Tensor c) -> Tensor`
  static let multiplyAdd = OperatorDefinition("prims::fma") { call, e in
    try e.call("aten::addcmul", call[2], call[0], call[1])
  }

  /// `fft_c2c(Tensor self, *, int[] dim, bool forward) -> Tensor`
  static let complexToComplex = OperatorDefinition("prims::fft_c2c") { call, e in
    try e.call("aten::_fft_c2c", call[0], call.named("dim"), 0, call.named("forward"))
  }

  /// `fft_c2r(Tensor self, *, int[] dim, SymInt last_dim_size) -> Tensor`
  static let complexToReal = OperatorDefinition("prims::fft_c2r") { call, e in
    try e.call("aten::_fft_c2r", call[0], call.named("dim"), 0, call.named("last_dim_size"))
  }

  /// `fft_r2c(Tensor self, *, int[] dim, bool onesided) -> Tensor`
  static let realToComplex = OperatorDefinition("prims::fft_r2c") { call, e in
    try e.call("aten::_fft_r2c", call[0], call.named("dim"), 0, call.named("onesided"))
  }
}
