import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that leave out elements at random: `dropout` and its kin.
enum DropoutOperators {
  static let all: [OperatorDefinition] = [
    dropout, nativeDropout, nativeDropoutBackward,
  ]

  /// `dropout(Tensor input, float p, bool train) -> Tensor`, `feature_dropout`, `alpha_dropout`,
  /// `feature_alpha_dropout`
  static let dropout = OperatorDefinition(
    "aten::dropout", "aten::feature_dropout", "aten::alpha_dropout", "aten::feature_alpha_dropout",
    shape: { call in
      let input = try call.fake(0)
      guard try isNeeded(call, input.sizes) else { return call[0] }
      return .fake(try ShapeRules.elementwise([input], input.dtype, call.symbols))
    },
    decomposition: { call, e in
      guard try isNeeded(call, call[0].sizes) else { return call[0] }
      if call.schema.name == "dropout" {
        return try e.call("aten::native_dropout", call[0], call[1], true).elements?[0] ?? .none
      }
      return try noisy(call, e)
    },
    kernel: { call in
      guard try isNeeded(call, call[0].sizes) else { return call[0] }
      return try noisy(call, call.emitter)
    })

  /// Tells whether elements are left out at all; else the result is the input itself.
  private static func isNeeded(_ call: OperatorCall, _ sizes: [SymbolicSize]) throws -> Bool {
    try call.bool(2) && probability(call) > 0 && !sizes.contains(0)
  }

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
    }
  )
  .batched(.elementwise)

  /// `native_dropout_backward(Tensor grad_output, Tensor mask, float scale) -> Tensor`
  static let nativeDropoutBackward = OperatorDefinition(
    "aten::native_dropout_backward",
    shape: { call in
      let gradient = try call.fake(0)
      let dtype = try ShapeRules.promoted([gradient, call.fake(2)], .same)
      return .fake(
        try ShapeRules.image(like: gradient, gradient.sizes, dtype, symbols: call.symbols))
    },
    decomposition: { call, e in
      let kept = try e.call("aten::mul.Tensor", call[0], call[1])
      return try e.call("aten::mul.Scalar", kept, call[2])
    })

  // MARK: Randomized leaky ReLU
}
