import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that draw an element for each one of a tensor: `uniform_`, `normal_`, `bernoulli`.
enum RandomFilling {
  static let all: [OperatorDefinition] = [
    uniform, normal, normalInPlace, normalTensors, bernoulli, bernoulliNumber, bernoulliTensor,
    exponential, cauchy, geometric, logNormal, random, randomTo, randomFrom, poisson, binomial,
    standardGamma, dirichlet, multinomial,
  ]

  /// `uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor`
  static let uniform = OperatorDefinition.filling(["aten::uniform"]) { call, tensor, generator in
    let (start, end) = (try call.float(1), try call.float(2))
    guard start <= end else { throw call.error("\(start) is more than \(end)") }
    try tensor.fillUniform(from: start, to: end, generator)
  }
  .kept()
  .batched(.filling)

  /// `normal_functional(Tensor self, float mean=0., float std=1., *, Generator? generator=None) ->
  /// Tensor`
  static let normal = OperatorDefinition.filling(["aten::normal_functional"], drawNormal)
    .kept()
    .batched(.filling)

  /// `normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) ->
  /// Tensor(a!)`
  static let normalInPlace = OperatorDefinition(
    "aten::normal_", shape: { $0[0] },
    kernel: { call in
      try drawNormal(call, call.tensor(0), call.environment.generator)
      return call[0]
    }
  )
  .writing(
    .call { arguments in
      .init(
        "aten::normal_functional", arguments, writes: [(arguments[0], 0)], results: .written)
    })

  @Sendable private static func drawNormal(
    _ call: OperatorCall, _ tensor: Tensor, _ generator: RandomGenerator
  ) throws {
    try tensor.fillNormal(mean: call.float(1), deviation: call.float(2), generator)
  }

  /// `normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor`
  static let normalTensors = OperatorDefinition(
    "aten::normal.Tensor_Tensor", "aten::normal.Tensor_float", "aten::normal.float_Tensor",
    shape: { call in
      let operands = try [0, 1].filter { call[$0].isTensor }.map { try call.fake($0) }
      guard let first = operands.first, let last = operands.last else {
        throw call.wrong(0, "a tensor")
      }
      let sizes = try ShapeRules.broadcast(first.sizes, last.sizes, call.symbols)
      if sizes != last.sizes { return .fake(FakeTensor(first.dtype, sizes, device: first.device)) }
      return .fake(try ShapeRules.dense(like: last, first.dtype, call.symbols))
    }
  ) { call, e in
    let operands = call.arguments.prefix(2).filter(\.isTensor)
    let shape = try operands.reduce([]) { try SymbolicSize.broadcast($0, $1.sizes) }
    let empty = try e.call("aten::new_empty", operands[0], .sizes(shape))
    let scale = call[1].isTensor ? IValue.float(1) : call[1]
    var result = try e.call("aten::normal_functional", empty, 0.0, scale)
    if call[1].isTensor { result = try e.call("aten::mul.Tensor", result, call[1]) }
    let add = call[0].isTensor ? "aten::add.Tensor" : "aten::add.Scalar"
    return try e.call(add, result, call[0])
  }
  .overlapping(OverlapRule(out: .all))
  .kept("aten::normal.Tensor_Tensor", "aten::normal.Tensor_float")

  /// `bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`
  static let bernoulli = OperatorDefinition(
    "aten::bernoulli", shape: ShapeRules.contiguousLike([0]), decomposition: draw
  ) { call in
    let probabilities = try call.tensor(0)
    let result = try probabilities.emptyLike(format: .contiguous)
    try result.fillBernoulli(probabilities, call.environment.generator)
    return .tensor(result)
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.elementwise)

  /// `bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor`
  static let bernoulliNumber = OperatorDefinition.filling(
    ["aten::bernoulli.p"], decomposition: draw
  ) { call, tensor, generator in try tensor.fillBernoulli(call.float(1), generator) }
  .batched(.filling)

  /// `bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`
  static let bernoulliTensor = OperatorDefinition.filling(
    ["aten::bernoulli.Tensor"], decomposition: draw
  ) { call, tensor, generator in try tensor.fillBernoulli(call.tensor(1), generator) }

  /// Compares uniform numbers with probabilities, in the precision in which the kernels draw.
  @Sendable private static func draw(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let hasTensor = call.schema.overload != "p"
    let probability = call[call.schema.overload.isEmpty ? 0 : 1]
    let isWide = try !hasTensor || probability.dtype == .float64
    let sizes = try call[0].sizes
    let isContiguous = call.schema.overload.isEmpty
    let order = isContiguous ? Array(sizes.indices) : try call.memoryOrder()
    var numbers = try e.call(
      "aten::rand", .sizes(order.map { sizes[$0] }),
      keywords: [
        ("dtype", .dtype(isWide ? .float64 : .float32)), ("device", .device(call[0].device)),
      ])
    if order != Array(order.indices) {
      let places = order.indices.map { axis in IValue.int(order.firstIndex(of: axis) ?? axis) }
      numbers = try e.call("aten::permute", numbers, .list(places))
    }
    let isLess = try e.call(hasTensor ? "aten::lt.Tensor" : "aten::lt.Scalar", numbers, probability)
    return try e.call("aten::_to_copy", isLess, keywords: [("dtype", .dtype(call[0].dtype))])
  }

  /// `exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor`
  static let exponential = OperatorDefinition.filling(["aten::exponential"]) {
    call, tensor, generator in
    let rate = try call.float(1)
    guard rate > 0, tensor.dtype.isFloatingPoint else { throw call.error("the rate is \(rate)") }
    try tensor.fillRandomly { generator.nextExponential(rate) }
  }
  .kept()
  .batched(.filling)

  /// `cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor`
  static let cauchy = OperatorDefinition.filling(["aten::cauchy"]) { call, tensor, generator in
    let (median, scale) = (try call.float(1), try call.float(2))
    guard scale > 0, tensor.dtype.isFloatingPoint else { throw call.error("sigma is \(scale)") }
    try tensor.fillRandomly { generator.nextCauchy(median, scale) }
  }
  .kept()

  /// `geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor`
  static let geometric = OperatorDefinition.filling(["aten::geometric"]) {
    call, tensor, generator in
    let probability = try call.float(1)
    guard probability > 0, probability < 1 else { throw call.error("p is \(probability)") }
    try tensor.fillRandomly { generator.nextGeometric(probability) }
  }
  .kept()

  /// `log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor`
  static let logNormal = OperatorDefinition.filling(["aten::log_normal"]) {
    call, tensor, generator in
    let (mean, deviation) = (try call.float(1), try call.float(2))
    guard deviation > 0, tensor.dtype.isFloatingPoint else {
      throw call.error("std is \(deviation)")
    }
    try tensor.fillLogNormal(mean: mean, deviation: deviation, generator)
  }
  .kept()

  /// `random(Tensor self, *, Generator? generator=None) -> Tensor`
  static let random = OperatorDefinition.filling(["aten::random"]) { _, tensor, generator in
    try tensor.fillIntegers(generator)
  }

  /// `random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`
  static let randomTo = OperatorDefinition.filling(["aten::random.to"]) { call, tensor, generator in
    try tensor.fillIntegers(from: 0, below: call.int(1), generator)
  }

  /// `random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`
  static let randomFrom = OperatorDefinition.filling(["aten::random.from"]) {
    call, tensor, generator in
    try tensor.fillIntegers(from: call.int(1), below: call.optionalInt(2), generator)
  }

  /// `poisson(Tensor self, Generator? generator=None) -> Tensor`
  static let poisson = OperatorDefinition("aten::poisson", shape: ShapeRules.contiguousLike([0])) {
    call in
    try drawEach(call) { generator in
      { rate in generator.nextPoisson(rate) }
    }
  }

  /// `_standard_gamma(Tensor self, Generator? generator=None) -> Tensor`
  static let standardGamma = OperatorDefinition(
    "aten::_standard_gamma", shape: ShapeRules.contiguousLike([0])
  ) { call in
    let dtype = try call.tensor(0).dtype
    let least = dtype == .float64 ? Double.leastNormalMagnitude : 0x1p-126
    return try drawEach(call) { generator in
      { shape in max(generator.nextGamma(shape), least) }
    }
  }

  /// `_sample_dirichlet(Tensor self, Generator? generator=None) -> Tensor`
  static let dirichlet = OperatorDefinition(
    "aten::_sample_dirichlet", shape: ShapeRules.contiguousLike([0])
  ) { call in
    let weights = try call.tensor(0)
    let generator = try call.environment.generator
    let gammas = try Tensor.empty(weights.sizes, .float64)
    try gammas.fillRandomly(from: weights) { generator.nextGamma($0) }
    let e = call.emitter
    let sums = try e.call("aten::sum.dim_IntList", .tensor(gammas), [-1], true)
    let parts = try e.call("aten::div.Tensor", .tensor(gammas), sums)
    return try e.call("aten::_to_copy", parts, keywords: [("dtype", .dtype(weights.dtype))])
  }

  /// Draws an element for each one of the first argument, which is its parameter.
  private static func drawEach(
    _ call: OperatorCall, _ draw: (RandomGenerator) -> (Double) -> Double
  ) throws -> IValue {
    let parameters = try call.tensor(0)
    let result = try Tensor.empty(parameters.sizes, parameters.dtype, device: parameters.device)
    try result.fillRandomly(from: parameters, draw(call.environment.generator))
    return .tensor(result)
  }

  /// `binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor`
  static let binomial = OperatorDefinition("aten::binomial", shape: ShapeRules.binary()) { call in
    let (counts, probabilities) = (try call.tensor(0), try call.tensor(1))
    let shape = try Geometry.broadcast(counts.sizes, probabilities.sizes)
    let result = try Tensor.empty(shape, counts.dtype, device: counts.device)
    try result.fillBinomial(counts, probabilities, call.environment.generator)
    return .tensor(result)
  }

  /// `multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator?
  /// generator=None) -> Tensor`
  static let multinomial = OperatorDefinition(
    "aten::multinomial",
    shape: { call in
      let weights = try call.fake(0)
      let sizes = weights.sizes.dropLast() + [try call.size(1)]
      return .fake(FakeTensor(.int64, Array(sizes), device: weights.device))
    },
    kernel: { call in
      let (weights, count) = (try call.tensor(0), try call.int(1))
      guard (1...2).contains(weights.rank), weights.dtype.isFloatingPoint, count > 0 else {
        throw call.error("expected a vector or a matrix of weights, and a number of samples")
      }
      if try call.bool(2), count > 1 {
        return .tensor(try weights.multinomial(count, call.environment.generator))
      }
      // The largest quotients by numbers of an exponential distribution are a sample without
      // replacement.
      guard count <= weights.sizes[weights.rank - 1] else {
        throw call.error("there are fewer than \(count) weights")
      }
      let e = call.emitter
      let divisors = try e.call("aten::exponential", call[0], 1.0)
      let quotients = try e.call("aten::div.Tensor", call[0], divisors)
      if count == 1 { return try e.call("aten::argmax", quotients, -1, true) }
      return try e.call("aten::topk", quotients, call[1]).elements?[1] ?? .none
    }
  )
  .kept()
}
