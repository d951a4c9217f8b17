import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Attention by scaled dot products, in the forms that exports have.
enum AttentionOperators {
  static let all: [OperatorDefinition] = [attention, flash, math, choice]

  /// `scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None,
  /// float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) ->
  /// Tensor`
  static let attention = OperatorDefinition(
    "aten::scaled_dot_product_attention", shape: shape,
    decomposition: { call, e in try composed(call, e) },
    kernel: { call in
      // Dropout draws random numbers for the weights, which only the parts make.
      guard try call.float(4) == 0, try isFused(call) else {
        return try composed(call, call.emitter)
      }
      let attention = try Attention(
        mask: mask(call, 3), isCausal: call.bool(5), scale: call.optionalFloat(6),
        sharesHeads: call.bool(7))
      let result = try attention(
        query: call.tensor(0), key: call.tensor(1), value: call.tensor(2))
      return .tensor(result.output)
    }
  )
  .autocast(.lower)

  /// `_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float
  /// dropout_p=0., bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor
  /// output, Tensor logsumexp)`
  static let flash = OperatorDefinition(
    "aten::_scaled_dot_product_flash_attention_for_cpu", shape: ShapeRules.fusedAttention,
    decomposition: { call, e in
      guard try call[0].rank == 4 else { throw call.wrong(0, "four dimensions") }
      let sharesHeads = try call[0].size(1) != call[1].size(1)
      let schema = try e.library.resolved(named: "aten::_scaled_dot_product_attention_math").schema
      let parts = try attended(
        OperatorCall(
          schema,
          [
            call[0], call[1], call[2], call[5], call[3], call[4], nil, call[6],
            .bool(sharesHeads),
          ], emitter: e), e)
      // The results lie in memory as those of the fused kernel do.
      let sums = try copied(
        e.call("aten::logsumexp", parts.scores, [-1]), inOrder: [0, 2, 1], e)
      guard let order = layout(of: call[0]) else { return .tuple([parts.output, sums]) }
      return .tuple([try copied(parts.output, inOrder: order, e), sums])
    },
    kernel: { call in
      guard try call.float(3) == 0 else { throw call.error("it has no dropout") }
      let query = try call.tensor(0, rank: 4)
      let attention = try Attention(
        mask: mask(call, 5), isCausal: call.bool(4), scale: call.optionalFloat(6),
        sharesHeads: call.tensor(1).sizes[1] != query.sizes[1])
      let result = try attention(
        query: query, key: call.tensor(1, rank: 4), value: call.tensor(2, rank: 4))
      // PyTorch keeps the sums of all heads of a query together.
      let sums = try result.logSums.transpose(1, 2).clone(format: .contiguous).transpose(1, 2)
      // The fused kernel keeps the order of the query's dimensions, whatever it is.
      let output = try query.emptyLike()
      if output.sizes != result.output.sizes || output.strides == result.output.strides {
        return .tuple([.tensor(result.output), .tensor(sums)])
      }
      try output.copy(from: result.output)
      return .tuple([.tensor(output), .tensor(sums)])
    })

  /// `_scaled_dot_product_attention_math(Tensor query, Tensor key, Tensor value, Tensor?
  /// attn_mask=None, float dropout_p=0., bool is_causal=False, Tensor? dropout_mask=None, *, float?
  /// scale=None, bool enable_gqa=False) -> (Tensor, Tensor)`
  static let math = OperatorDefinition("aten::_scaled_dot_product_attention_math") { call, e in
    let parts = try attended(call, e)
    return .tuple([parts.output, parts.weights])
  }
  .autocast(.transparent)

  private static func attended(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> (output: IValue, weights: IValue, scores: IValue) {
    let dtype = try call[0].dtype
    let wider = dtype.computeType
    let (query, key, value) = (
      try e.converted(call[0], to: wider), try shared(call, e, 1, wider),
      try shared(call, e, 2, wider)
    )
    let rank = try key.rank
    let factor: IValue
    if let scale = try call.optionalFloat(7) {
      factor = .float(scale.magnitude.squareRoot())
    } else {
      factor = .float(1 / Double(try query.size(-1).requireStatic()).squareRoot().squareRoot())
    }
    // Both operands are scaled, so that neither they nor the scores get too large.
    let isNegative = try (call.optionalFloat(7) ?? 1) < 0
    let scaled = try e.call("aten::mul.Scalar", query, factor)
    let left = isNegative ? try e.call("aten::neg", scaled) : scaled
    let right = try e.call(
      "aten::transpose.int", e.call("aten::mul.Scalar", key, factor), .int(rank - 2),
      .int(rank - 1))
    var scores = try e.call("aten::matmul", left, right)
    if let mask = try addend(call, e, scores) {
      scores = try e.call("aten::add.Tensor", scores, mask)
    }
    var weights = try e.call("aten::_safe_softmax", scores, -1)
    if !call[6].isNone {
      let kept = try e.call("aten::logical_not", call[6])
      weights = try e.call("aten::mul.Tensor", weights, kept)
      let scale = try 1 / (1 - call.float(4))
      weights = try e.call("aten::mul.Scalar", weights, .float(scale))
    } else if try call.float(4) > 0 {
      weights = try e.call("aten::dropout", weights, call[4], true)
    }
    let output = try e.call("aten::matmul", weights, value)
    return (try e.converted(output, to: dtype), try e.converted(weights, to: dtype), scores)
  }

  /// `_fused_sdp_choice(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float
  /// dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> int`
  static let choice = OperatorDefinition("aten::_fused_sdp_choice", shape: chosen) { call in
    try chosen(call)
  }

  @Sendable private static func chosen(_ call: OperatorCall) throws -> IValue {
    let isFused = try (0..<3).allSatisfy { try call[$0].rank == 4 }
    return .int(try isFused && call.float(4) == 0 ? 1 : 0)
  }

  /// Tells whether PyTorch computes an attention without dropout by one kernel.
  private static func isFused(_ call: OperatorCall) throws -> Bool {
    let operands = try (0..<3).map { try call.tensor($0) }
    let query = operands[0]
    guard operands.allSatisfy({ $0.rank == 4 && $0.elementCount > 0 }) else { return false }
    let sharesHeads = try call.bool(7)
    return try operands.allSatisfy { operand in
      operand.sizes[0] == query.sizes[0] && operand.sizes[3] == query.sizes[3]
        && (sharesHeads || operand.sizes[1] == query.sizes[1])
        && (operand.strides[3] == 1 || operand.sizes[3] == 1)
    } && [2, 4].contains(call.optionalTensor(3)?.rank ?? 2)
  }

  private static func composed(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let result = try e.apply(
      "aten::_scaled_dot_product_attention_math",
      [call[0], call[1], call[2], call[3], call[4], call[5], nil],
      [("scale", call[6]), ("enable_gqa", call[7])])
    guard let output = result.elements?.first else { throw call.wrong(0, "a tensor") }
    guard try call.float(4) == 0, let order = layout(of: call[0]) else { return output }
    // Later views count on the order of memory that the fused kernel gives: that of the query.
    return try copied(output, inOrder: order, e)
  }

  /// Copies a tensor to memory in which its dimensions have an order.
  private static func copied(
    _ tensor: IValue, inOrder order: [Int], _ e: any Emitter
  ) throws -> IValue {
    let swapped = try e.call("aten::permute", tensor, .ints(order))
    let copy = try e.call(
      "aten::clone", swapped, keywords: [("memory_format", .memoryFormat(.contiguous))])
    let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
    return try e.call("aten::permute", copy, .ints(inverse))
  }

  /// Returns the order in which the dimensions of a dense query of a graph lie in memory; nil where
  /// it is the order that results have anyway.
  private static func layout(of query: IValue) -> [Int]? {
    guard case .fake(let tensor) = query, tensor.rank == 4, !tensor.isContiguous else {
      return nil
    }
    return orders.first { order in
      FakeTensor(
        tensor.dtype, order.map { tensor.sizes[$0] }, strides: order.map { tensor.strides[$0] }
      ).isContiguous
    }
  }

  /// The orders of four dimensions, those first in which the last stays where it is.
  private static let orders: [[Int]] = [3, 2, 1, 0].flatMap { last in
    let others = (0..<4).filter { $0 != last }
    return [[0, 1, 2], [1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 2, 0], [2, 1, 0]].map { order in
      order.map { others[$0] } + [last]
    }
  }

  /// The result lies in memory as the query does where PyTorch's fused kernel runs.
  @Sendable private static func shape(_ call: OperatorCall) throws -> IValue {
    let (query, key, value) = (try call.fake(0), try call.fake(1), try call.fake(2))
    guard let width = value.sizes.last, query.rank >= 2 else {
      throw call.error("the query has too few dimensions")
    }
    let sizes = Array(query.sizes.dropLast()) + [width]
    let isFused =
      try query.rank == 4 && call.float(4) == 0 && query.sizes.last == width
      && key.sizes.last == width && call.optionalFake(3)?.requiresGrad != true
    guard isFused else { return .fake(FakeTensor(query.dtype, sizes, device: query.device)) }
    return .fake(try ShapeRules.dense(like: query, query.dtype, call.symbols))
  }

  private static func mask(_ call: OperatorCall, _ index: Int) throws -> Tensor? {
    guard let mask = try call.optionalTensor(index) else { return nil }
    if try call.bool(call.index(of: "is_causal") ?? 5) {
      throw call.error("there is a mask, and is_causal is set")
    }
    return mask
  }

  /// Returns keys or values, repeated for the heads of the query that share them.
  private static func shared(
    _ call: OperatorCall, _ e: any Emitter, _ index: Int, _ dtype: ScalarType
  ) throws -> IValue {
    let value = try e.converted(call[index], to: dtype)
    guard try call.bool(8) else { return value }
    let (mine, theirs) = (try call[0].size(-3).requireStatic(), try value.size(-3).requireStatic())
    if mine == theirs { return value }
    guard theirs > 0, mine % theirs == 0 else { throw call.error("heads can't be shared") }
    return try e.call("aten::repeat_interleave.self_int", value, .int(mine / theirs), -3)
  }

  /// Returns what is added to scores: the mask, or that of a causal attention.
  private static func addend(
    _ call: OperatorCall, _ e: any Emitter, _ scores: IValue
  ) throws -> IValue? {
    var mask = call[3]
    if try call.bool(5) {
      guard mask.isNone else { throw call.error("there is a mask, and is_causal is set") }
      let ones = try e.call(
        "aten::ones", .sizes([scores.size(-2), scores.size(-1)]),
        keywords: [("dtype", .dtype(.bool)), ("device", .device(scores.device))])
      mask = try e.call("aten::tril", ones)
    }
    if mask.isNone { return nil }
    guard try mask.dtype == .bool else { return mask }
    let none = try e.call("aten::logical_not", mask)
    let zeros = try e.call("aten::zeros_like", none, keywords: [("dtype", .dtype(scores.dtype))])
    return try e.call("aten::masked_fill.Scalar", zeros, none, .float(-.infinity))
  }
}
