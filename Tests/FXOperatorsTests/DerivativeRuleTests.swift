import FXATen
import FXCore
import FXGraph
import FXKernels
import FXOperators
import FXTensor
import Testing

/// Rules of derivatives, against one another and against differences.
@Suite struct DerivativeRuleTests {
  /// A call by its operator; tensors are drawn for its shapes.
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    /// The shapes of the first arguments, which are tensors.
    let shapes: [[Int]]
    var rest: [Rest] = []
    var dtype = ScalarType.float64
    /// What elements are between.
    var range: ClosedRange<Double> = -1.5...1.5

    enum Rest: Sendable {
      case int(Int)
      case ints([Int])
      case number(Double)
      case none
      case flag(Bool)

      var value: IValue {
        switch self {
        case .int(let value): .int(value)
        case .ints(let values): .ints(values)
        case .number(let value): .float(value)
        case .flag(let value): .bool(value)
        case .none: .none
        }
      }
    }

    var testDescription: String { "\(name) \(shapes) \(dtype.name)" }
  }

  private static let elementwise = [
    "exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan", "sigmoid",
    "neg",
    "abs", "reciprocal", "relu", "frac", "silu", "mish", "log_sigmoid", "sgn", "sinc", "deg2rad",
    "rad2deg", "nan_to_num", "angle", "erf", "erfc", "erfinv", "lgamma", "digamma", "i0",
    "special_erfcx", "special_ndtri", "special_i0e", "special_i1", "special_i1e", "special_ndtr",
    "special_log_ndtr", "special_entr", "special_bessel_j0", "special_bessel_j1",
    "special_bessel_y0", "special_bessel_y1", "special_modified_bessel_k0",
    "special_modified_bessel_k1", "gelu", "hardswish", "hardsigmoid", "hardtanh", "relu6", "elu",
    "celu", "selu", "softplus", "leaky_relu", "hardshrink", "logit", "square", "positive",
  ].map { Sample(name: "aten::\($0)", shapes: [[2, 3]], range: 0.2...0.9) }

  private static let positive = ["log", "log2", "log10", "log1p", "sqrt", "rsqrt"].map {
    Sample(name: "aten::\($0)", shapes: [[3]], range: 0.3...2)
  }

  private static let others: [Sample] = [
    Sample(name: "aten::asin", shapes: [[4]], range: -0.8...0.8),
    Sample(name: "aten::acos", shapes: [[4]], range: -0.8...0.8),
    Sample(name: "aten::atanh", shapes: [[4]], range: -0.8...0.8),
    Sample(name: "aten::acosh", shapes: [[4]], range: 1.2...3),
    Sample(name: "aten::relu", shapes: [[7]]),
    Sample(name: "aten::add.Tensor", shapes: [[2, 3], [3]], rest: [.number(-2.5)]),
    Sample(name: "aten::sub.Tensor", shapes: [[3], [2, 1]], rest: [.int(2)]),
    Sample(name: "aten::sub.Tensor", shapes: [[3], [3]]),
    Sample(name: "aten::mul.Tensor", shapes: [[2, 3], [1, 3]]),
    Sample(name: "aten::mul.Scalar", shapes: [[2, 3]], rest: [.number(2.5)]),
    Sample(name: "aten::div.Tensor", shapes: [[2, 3], [2, 1]], range: 0.5...2),
    Sample(name: "aten::div.Scalar", shapes: [[2, 3]], rest: [.number(2.5)]),
    Sample(name: "aten::addcmul", shapes: [[2, 3], [3], [2, 1]], rest: [.number(0.5)]),
    Sample(name: "aten::hypot", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::atan2", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::hardtanh", shapes: [[2, 5]], rest: [.number(-0.7), .number(0.4)]),
    Sample(name: "aten::elu", shapes: [[2, 5]], rest: [.number(0.5), .number(2), .number(1.5)]),
    Sample(name: "aten::celu", shapes: [[2, 5]], rest: [.number(0.5)]),
    Sample(name: "aten::softplus", shapes: [[2, 5]], rest: [.number(2), .number(1)]),
    Sample(name: "aten::softshrink", shapes: [[2, 5]], rest: [.number(0.4)]),
    Sample(name: "aten::threshold", shapes: [[2, 5]], rest: [.number(0.4), .number(7)]),
    Sample(name: "aten::logit", shapes: [[4]], rest: [.number(0.1)], range: 0.2...0.8),
    Sample(name: "aten::prelu", shapes: [[2, 3, 4], [3]]),
    Sample(name: "aten::glu", shapes: [[2, 4]]),
    Sample(name: "aten::silu_backward", shapes: [[2, 3], [2, 3]]),
    Sample(name: "aten::mish_backward", shapes: [[2, 3], [2, 3]]),
    Sample(name: "aten::gelu_backward", shapes: [[2, 3], [2, 3]]),
    Sample(name: "aten::softplus_backward", shapes: [[3], [3]], rest: [.number(2), .number(1)]),
    Sample(name: "aten::sigmoid_backward", shapes: [[3], [3]], dtype: .complex128),
    Sample(name: "aten::tanh_backward", shapes: [[3], [3]]),
    Sample(name: "aten::pow.Tensor_Tensor", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(
      name: "aten::pow.Tensor_Tensor", shapes: [[3], [2, 1]], dtype: .complex128, range: 0.5...2),
    Sample(name: "aten::pow.Tensor_Scalar", shapes: [[2, 3]], rest: [.int(3)]),
    Sample(name: "aten::pow.Tensor_Scalar", shapes: [[3]], rest: [.number(-1.5)], range: 0.5...2),
    Sample(
      name: "aten::float_power.Tensor_Scalar", shapes: [[3]], rest: [.number(2.5)], range: 0.5...2),
    Sample(name: "aten::xlogy.Tensor", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::xlogy.Scalar_Other", shapes: [[3]], rest: [.number(2.5)]),
    Sample(name: "aten::special_xlog1py", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::logaddexp", shapes: [[2, 3], [3]]),
    Sample(name: "aten::logaddexp2", shapes: [[2, 3], [2, 1]]),
    Sample(name: "aten::maximum", shapes: [[2, 3], [3]]),
    Sample(name: "aten::minimum", shapes: [[2, 3], [2, 1]]),
    Sample(name: "aten::fmax", shapes: [[2, 3], [3]]),
    Sample(name: "aten::fmin", shapes: [[2, 3], [3]]),
    Sample(name: "aten::fmod.Tensor", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::remainder.Tensor", shapes: [[2, 3], [3]], range: 0.5...2),
    Sample(name: "aten::copysign.Tensor", shapes: [[2, 3], [3]]),
    Sample(name: "aten::ldexp.Tensor", shapes: [[2, 3], [3]]),
    Sample(name: "aten::rsub.Tensor", shapes: [[3], [2, 3]], rest: [.number(2)]),
    Sample(name: "aten::lerp.Tensor", shapes: [[2, 3], [3], [2, 1]]),
    Sample(name: "aten::lerp.Scalar", shapes: [[2, 3], [3]], rest: [.number(0.75)]),
    Sample(
      name: "aten::addcdiv", shapes: [[2, 3], [3], [2, 1]], rest: [.number(0.5)], range: 0.5...2),
    Sample(name: "aten::clamp", shapes: [[2, 5]], rest: [.number(-0.5), .number(0.7)]),
    Sample(name: "aten::clamp", shapes: [[2, 5]], rest: [.none, .number(0.7)]),
    Sample(name: "aten::clamp.Tensor", shapes: [[2, 5], [5], [2, 1]]),
    Sample(name: "aten::clamp.Tensor", shapes: [[2, 5], [5]]),
    Sample(name: "aten::clamp_min", shapes: [[2, 5]], rest: [.number(-0.5)]),
    Sample(name: "aten::clamp_max.Tensor", shapes: [[2, 5], [5]]),
    Sample(name: "aten::div.Tensor_mode", shapes: [[2, 3], [3]], rest: [.none], range: 0.5...2),
    Sample(name: "aten::complex", shapes: [[2, 3], [2, 3]]),
    Sample(name: "aten::polar", shapes: [[2, 3], [2, 3]], range: 0.5...2),
    Sample(name: "aten::angle", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::sgn", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::_conj_physical", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::acosh", shapes: [[3]], dtype: .complex128, range: 0.5...2),
    Sample(name: "aten::silu", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::logaddexp", shapes: [[3], [2, 1]], dtype: .complex128),
    Sample(name: "aten::mm", shapes: [[2, 3], [3, 4]]),
    Sample(name: "aten::bmm", shapes: [[2, 2, 3], [2, 3, 4]]),
    Sample(name: "aten::baddbmm", shapes: [[2, 1, 4], [2, 2, 3], [2, 3, 4]]),
    Sample(name: "aten::sum", shapes: [[2, 3]]),
    Sample(name: "aten::sum.dim_IntList", shapes: [[2, 3]], rest: [.ints([-1]), .flag(false)]),
    Sample(name: "aten::mean", shapes: [[2, 3]]),
    Sample(name: "aten::mean.dim", shapes: [[2, 3]], rest: [.ints([0]), .flag(true)]),
    Sample(name: "aten::tril", shapes: [[3, 3]], rest: [.int(-1)]),
    Sample(name: "aten::triu", shapes: [[3, 3]]),
    Sample(name: "aten::alias", shapes: [[3]]),
    Sample(name: "aten::view", shapes: [[2, 3]], rest: [.ints([3, 2])]),
    Sample(name: "aten::reshape", shapes: [[2, 3]], rest: [.ints([-1])]),
    Sample(name: "aten::flatten.using_ints", shapes: [[2, 3, 2]], rest: [.int(1)]),
    Sample(name: "aten::permute", shapes: [[2, 3, 4]], rest: [.ints([2, 0, 1])]),
    Sample(name: "aten::transpose.int", shapes: [[2, 3]], rest: [.int(0), .int(-1)]),
    Sample(name: "aten::t", shapes: [[2, 3]]),
    Sample(name: "aten::movedim.int", shapes: [[2, 3, 4]], rest: [.int(0), .int(2)]),
    Sample(name: "aten::unsqueeze", shapes: [[2, 3]], rest: [.int(1)]),
    Sample(name: "aten::squeeze.dim", shapes: [[2, 1, 3]], rest: [.int(1)]),
    Sample(name: "aten::select.int", shapes: [[2, 3]], rest: [.int(1), .int(-1)]),
    Sample(
      name: "aten::slice.Tensor", shapes: [[5, 2]], rest: [.int(0), .int(1), .int(5), .int(2)]),
    Sample(name: "aten::diagonal", shapes: [[3, 4]], rest: [.int(1)]),
    Sample(
      name: "aten::as_strided", shapes: [[6]], rest: [.ints([2, 2]), .ints([3, 1]), .int(1)]),
    Sample(name: "aten::expand", shapes: [[2, 1]], rest: [.ints([4, 2, 3])]),
    Sample(name: "aten::split.Tensor", shapes: [[5, 2]], rest: [.int(2), .int(0)]),
    Sample(name: "aten::unbind.int", shapes: [[3, 2]], rest: [.int(1)]),
    Sample(name: "aten::chunk", shapes: [[5, 2]], rest: [.int(2), .int(0)]),
    Sample(name: "aten::exp", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::tanh", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::abs", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::mul.Tensor", shapes: [[3], [2, 1]], dtype: .complex128),
    Sample(name: "aten::div.Tensor", shapes: [[3], [2, 1]], dtype: .complex128, range: 0.5...2),
    Sample(name: "aten::mm", shapes: [[2, 3], [3, 2]], dtype: .complex128),
    Sample(name: "aten::_conj", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::view_as_real", shapes: [[3]], dtype: .complex128),
    Sample(name: "aten::view_as_complex", shapes: [[3, 2]]),
  ]

  private let e = ExecutionEnvironment(library: OperatorLibrary(context: GraphContext()))
  private let generator = RandomGenerator(seed: 7)

  /// Draws a tensor of a shape and dtype.
  private func draw(_ sizes: [Int], _ dtype: ScalarType, _ range: ClosedRange<Double>) throws
    -> IValue
  {
    if dtype.isComplex {
      let parts = try draw(sizes + [2], .float64, range)
      return try e.call("aten::clone", e.call("aten::view_as_complex", parts))
    }
    let tensor = try Tensor.empty(sizes, dtype)
    try tensor.fillUniform(from: range.lowerBound, to: range.upperBound, generator)
    return .tensor(tensor)
  }

  private func like(_ value: IValue) throws -> IValue {
    if let parts = value.elements { return .list(try parts.map { try like($0) }) }
    return try draw(value.sizes.map { try $0.requireStatic() }, value.dtype, -1...1)
  }

  /// The real inner product, of lists that of their parts.
  private func inner(_ a: IValue, _ b: IValue) throws -> Double {
    if a.isNone || b.isNone { return 0 }
    if let parts = a.elements, let others = b.elements {
      return try zip(parts, others).reduce(0) { try $0 + inner($1.0, $1.1) }
    }
    let product = try e.call("aten::mul.Tensor", e.call("aten::conj", a), b)
    let real = try product.dtype.isComplex ? e.call("aten::real", product) : product
    guard case .tensor(let sum) = try e.call("aten::sum", real) else { return .nan }
    return try sum.item().double
  }

  private func combined(_ a: IValue, _ b: IValue, _ scale: Double) throws -> IValue {
    if let parts = a.elements, let others = b.elements {
      return .list(try zip(parts, others).map { try combined($0, $1, scale) })
    }
    return try e.call("aten::add.Tensor", a, b, keywords: [("alpha", .float(scale))])
  }

  /// ⟨u, Jv⟩ = ⟨Jᵀu, v⟩, and Jv is what the operator changes by.
  @Test(arguments: elementwise + positive + others)
  func bothModesAreThoseOfDifferences(_ sample: Sample) throws {
    let tensors = try sample.shapes.map { try draw($0, sample.dtype, sample.range) }
    let arguments = tensors + sample.rest.map(\.value)
    let result = try e.apply(sample.name, arguments)
    let tangents = try tensors.map { try like($0) }
    let gradient = try like(result)
    let back = try e.vjp(sample.name, arguments, result: result, gradients: [gradient])
    let forth = try e.jvp(sample.name, arguments, result: result, tangents: tangents)
    #expect(forth.count == 1)
    let (forward, reverse) = (
      try inner(gradient, forth[0]),
      try zip(back, tangents).reduce(0) { try $0 + inner($1.0, $1.1) }
    )
    #expect(abs(forward - reverse) < 1e-9, "\(forward) and \(reverse)")
    let step = 1e-6
    func moved(_ scale: Double) throws -> Double {
      let changed = try zip(tensors, tangents).map { try combined($0, $1, scale) }
      return try inner(gradient, e.apply(sample.name, changed + sample.rest.map(\.value)))
    }
    let difference = try (moved(step) - moved(-step)) / (2 * step)
    #expect(abs(difference - forward) < 1e-6, "\(difference) and \(forward)")
    #expect(try e.library.resolved(named: sample.name).differentiability == .known)
  }

  @Test func zeroUnknownAndNoneAreThreeThings() throws {
    func kind(_ name: String) throws -> Differentiability {
      try e.library.resolved(named: name).differentiability
    }
    for name in [
      "aten::floor", "aten::eq.Tensor", "aten::sign", "aten::detach", "aten::isnan",
      "aten::round.decimals", "aten::isclose", "aten::bitwise_and.Tensor", "aten::gcd",
      "aten::special_airy_ai", "aten::special_hermite_polynomial_h",
    ] {
      #expect(try kind(name) == .zero, "\(name)")
    }
    #expect(try kind("aten::heaviside") == .none)
    #expect(try kind("aten::sort") == .unknown)
    let x = try draw([3], .float64, -1...1)
    #expect(try e.vjp("aten::floor", [x], result: x, gradients: [x])[0].isNone)
    for name in ["aten::heaviside", "aten::sort"] {
      let error = #expect(throws: FXError.self) {
        try e.vjp(
          name, [x, x], result: name == "aten::sort" ? .list([x, x]) : x,
          gradients: name == "aten::sort" ? [x, .none] : [x])
      }
      #expect(error?.code == .notDifferentiable)
    }
  }

  @Test func onlyWhatIsWantedIsMade() throws {
    let (a, b) = (try draw([2, 3], .float64, 1...2), try draw([3, 2], .float64, 1...2))
    let result = try e.call("aten::mm", a, b)
    let found = try e.vjp(
      "aten::mm", [a, b], result: result, gradients: [result], wanted: [false, true])
    #expect(found[0].isNone && !found[1].isNone)
    // Nothing depends on the result.
    #expect(try e.vjp("aten::mm", [a, b], result: result, gradients: [.none]).allSatisfy(\.isNone))
  }

  @Test func variantsHaveTheDerivativeOfTheFunctionalOverload() throws {
    let (a, b) = (try draw([3], .float64, 1...2), try draw([3], .float64, 1...2))
    let result = try e.call("aten::mul.Tensor", a, b)
    let expected = try e.vjp("aten::mul.Tensor", [a, b], result: result, gradients: [a])
    let inPlace = try e.vjp("aten::mul_.Tensor", [a, b], result: result, gradients: [a])
    let out = try e.vjp("aten::mul.out", [a, b, result], result: result, gradients: [a])
    #expect(try inner(expected[0], a) == inner(inPlace[0], a))
    #expect(try inner(expected[1], a) == inner(out[1], a))
    #expect(out.count == 3 && out[2].isNone)
  }

  @Test func realArgumentsHaveRealGradients() throws {
    let (a, b) = (try draw([3], .float64, 1...2), try draw([3], .complex128, 1...2))
    let result = try e.call("aten::mul.Tensor", a, b)
    let found = try e.vjp("aten::mul.Tensor", [a, b], result: result, gradients: [result])
    #expect(try found[0].dtype == .float64 && found[1].dtype == .complex128)
    let halves = try draw([3], .float32, 1...2)
    let mixed = try e.call("aten::mul.Tensor", halves, a)
    let narrow = try e.vjp("aten::mul.Tensor", [halves, a], result: mixed, gradients: [mixed])
    #expect(try narrow[0].dtype == .float32 && narrow[1].dtype == .float64)
  }
}
