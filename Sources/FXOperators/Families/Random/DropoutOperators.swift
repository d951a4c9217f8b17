import FXCore
import FXKernels
import FXTensor

/// Operators that leave out elements at random: `dropout` and its kin, `rrelu`.
enum DropoutOperators {
  static let all: [OperatorDefinition] = [
    dropout, nativeDropout, nativeDropoutBackward, rrelu, rreluWithNoise, rreluWithNoiseInPlace,
    rreluFunctional,
    rreluBackward,
  ]

  /// `dropout(Tensor input, float p, bool train) -> Tensor`, `feature_dropout`, `alpha_dropout`,
  /// `feature_alpha_dropout`
  static let dropout = OperatorDefinition(
    "aten::dropout", "aten::feature_dropout", "aten::alpha_dropout", "aten::feature_alpha_dropout",
    shape: ShapeRules.like(0),
    decomposition: { call, e in
      guard try call.bool(2), try probability(call) > 0 else {
        return try e.call("aten::clone", call[0])
      }
      if call.schema.name == "dropout" {
        return try e.call("aten::native_dropout", call[0], call[1], true).elements?[0] ?? .none
      }
      return try noisy(call, e)
    },
    kernel: { call in
      guard try call.bool(2), try probability(call) > 0, try call.tensor(0).elementCount > 0 else {
        return call[0]
      }
      return try noisy(call, call.emitter)
    })

  private static func probability(_ call: OperatorCall) throws -> Double {
    let probability = try call.float(1)
    guard probability >= 0, probability <= 1 else {
      throw call.error("the probability \(probability) is not from 0 to 1")
    }
    return probability
  }

  /// Multiplies with noise of 0 and more, and for `alpha` forms adds some.
  private static func noisy(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let input = call[0]
    let (name, p) = (call.schema.name, try probability(call))
    if p == 1 {
      let zero = try e.call("aten::new_zeros", input, [])
      return try e.call("aten::mul.Tensor", input, zero)
    }
    var noise: IValue
    if name.hasPrefix("feature") {
      let sizes = try input.sizes
      guard sizes.count >= 2 else { throw call.error("expected at least 2 dimensions") }
      let ones = [SymbolicSize](repeating: 1, count: sizes.count - 2)
      noise = try e.call("aten::new_empty", input, .sizes(sizes.prefix(2) + ones))
    } else {
      noise = try e.call("aten::empty_like", input)
    }
    noise = try e.call("aten::bernoulli.p", noise, .float(1 - p))
    if !name.hasSuffix("alpha_dropout") {
      let scaled = try e.call("aten::div.Scalar", noise, .float(1 - p))
      return try e.call("aten::mul.Tensor", input, scaled)
    }
    // Keeps mean and variance of what SELU gives (Klambauer and others, 2017).
    let alpha = 1.7580993408473766
    let scale = 1 / ((alpha * alpha * p + 1) * (1 - p)).squareRoot()
    var added = try e.call("aten::add.Scalar", noise, -1)
    added = try e.call("aten::mul.Scalar", added, .float(alpha * scale))
    added = try e.call("aten::add.Scalar", added, .float(alpha * scale * p))
    let factors = try e.call("aten::mul.Scalar", noise, .float(scale))
    let product = try e.call("aten::mul.Tensor", input, factors)
    return try e.call("aten::add.Tensor", product, added)
  }

  /// `native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)`
  static let nativeDropout = OperatorDefinition(
    "aten::native_dropout",
    shape: { call in
      let input = try call.fake(0)
      let result = try ShapeRules.dense(like: input, input.dtype, call.symbols)
      let mask = try ShapeRules.dense(like: input, .bool, call.symbols)
      return .tuple([.fake(result), .fake(mask)])
    },
    kernel: { call in
      let (input, p) = (try call.tensor(0), try probability(call))
      let e = call.emitter
      if input.elementCount == 0 { return .tuple([call[0], .tensor(try input.emptyLike(.bool))]) }
      let mask = try input.emptyLike(.bool)
      guard try call[2].isNone || call.bool(2) else {
        try mask.fill(true)
        return .tuple([.tensor(try input.clone()), .tensor(mask)])
      }
      try mask.fillBernoulli(1 - p, call.environment.generator)
      let kept = try e.call("aten::mul.Tensor", call[0], .tensor(mask))
      let scale = p == 1 ? 0 : 1 / (1 - p)
      return .tuple([try e.call("aten::mul.Scalar", kept, .float(scale)), .tensor(mask)])
    })

  /// `native_dropout_backward(Tensor grad_output, Tensor mask, float scale) -> Tensor`
  static let nativeDropoutBackward = OperatorDefinition(
    "aten::native_dropout_backward"
  ) { call, e in
    let kept = try e.call("aten::mul.Tensor", call[0], call[1])
    return try e.call("aten::mul.Scalar", kept, call[2])
  }

  // MARK: Randomized leaky ReLU

  /// `rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False,
  /// Generator? generator=None) -> Tensor`
  static let rrelu = OperatorDefinition("aten::rrelu") { call, e in
    let noise = try e.call("aten::empty_like", call[0])
    let result = try e.call(
      "aten::rrelu_with_noise_functional", call[0], noise, call[1], call[2], call[3])
    return result.elements?[0] ?? .none
  }

  /// `rrelu_with_noise_functional(Tensor self, Tensor noise, Scalar lower=0.125, Scalar
  /// upper=0.33333333333333331, bool training=False, Generator? generator=None) -> (Tensor, Tensor
  /// noise_out)`
  static let rreluFunctional = OperatorDefinition(
    "aten::rrelu_with_noise_functional",
    decomposition: { call, e in
      try rrelu(call, e) { isNegative in
        let drawn = try e.call("aten::uniform", call[0], call[2], call[3])
        let one = try e.call("aten::new_ones", call[0], [])
        return try e.call("aten::where.self", isNegative, drawn, one)
      }
    },
    kernel: { call in
      let input = try call.tensor(0)
      let (lower, upper) = (try call.scalar(2).double, try call.scalar(3).double)
      let generator = try call.environment.generator
      return try rrelu(call, call.emitter) { isNegative in
        guard case .tensor(let flags) = isNegative else { throw call.wrong(0, "a tensor") }
        // Positive elements have no draw.
        let factors = try Tensor.empty(input.sizes, input.dtype, device: input.device)
        try factors.fillRandomly(from: flags) { flag in
          flag == 0 ? 1 : lower.addingProduct(generator.nextDouble(), upper - lower)
        }
        return .tensor(factors)
      }
    })

  /// Multiplies with factors of elements, of which a closure makes those of negative ones.
  private static func rrelu(
    _ call: OperatorCall, _ e: any Emitter, _ factors: (IValue) throws -> IValue
  ) throws -> IValue {
    guard try call.bool(4) else {
      let slope = try (call.scalar(2).double + call.scalar(3).double) / 2
      return .tuple([try e.call("aten::leaky_relu", call[0], .float(slope)), call[1]])
    }
    let noise = try factors(e.call("aten::le.Scalar", call[0], 0))
    return .tuple([try e.call("aten::mul.Tensor", call[0], noise), noise])
  }

  /// `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower=0.125, Scalar
  /// upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor`
  static let rreluWithNoise = OperatorDefinition(
    "aten::rrelu_with_noise", shape: ShapeRules.like(0)
  ) { call in try withNoise(call) }

  /// `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, …) -> Tensor(a!)`
  static let rreluWithNoiseInPlace = OperatorDefinition(
    "aten::rrelu_with_noise_", shape: { $0[0] },
    kernel: { call in
      let (tensor, result) = (try call.tensor(0), try withNoise(call))
      if case .tensor(let value) = result { try tensor.copy(from: value) }
      return .tensor(tensor)
    })

  private static func withNoise(_ call: OperatorCall) throws -> IValue {
    let parts = try call.emitter.call("aten::rrelu_with_noise_functional", call.arguments, [])
    guard let results = parts.elements, results.count == 2, case .tensor(let noise) = results[1]
    else { throw call.wrong(1, "a tensor") }
    if try call.bool(4) { try call.tensor(1).copy(from: noise) }
    return results[0]
  }

  /// `rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar
  /// upper, bool training, bool self_is_result) -> Tensor`
  static let rreluBackward = OperatorDefinition("aten::rrelu_with_noise_backward") { call, e in
    let (lower, upper) = (try call.scalar(3).double, try call.scalar(4).double)
    if try call.bool(5), upper - lower > 1e-6 {
      return try e.call("aten::mul.Tensor", call[2], call[0])
    }
    return try e.call(
      "aten::leaky_relu_backward", call[0], call[1], .float((lower + upper) / 2), call[6])
  }
}
