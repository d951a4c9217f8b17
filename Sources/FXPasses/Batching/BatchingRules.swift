import FXCore
import FXOperators

/// How operators are called on whole tensors, by their qualified names.
///
/// A rule gives the whole of each result. Operators without one are taken apart, and what has no
/// decomposition is called for one tensor after the other.
enum BatchingRules {
  typealias Rule = @Sendable (BatchedCall) throws -> IValue?

  /// Calls an operator by its rule; nil where there is none that fits.
  static func apply(_ call: BatchedCall) throws -> IValue? {
    if let rule = table[call.name] { return try rule(call) }
    if call.call.schema.tags.contains("pointwise") || elementwise.contains(call.name) {
      return try pointwise(call)
    }
    return nil
  }

  private static let table: [String: Rule] = {
    var table: [String: Rule] = [:]
    for (name, axes) in shifting {
      table[name] = { call in try shifted(call, axes) }
    }
    for (name, other) in flattening {
      table[name] = { call in try flattened(call, other) }
    }
    for name in leading { table[name] = { call in try leading(call) } }
    for name in passing { table[name] = { call in try passed(call) } }
    for (name, rule) in shaping + products + normalizing + indexing + making { table[name] = rule }
    return table
  }()

  /// Operators on elements whose schemas do not say so.
  private static let elementwise: Set<String> = [
    "aten::clone", "aten::_to_copy", "aten::alias", "aten::detach", "aten::_conj",
    "aten::_conj_physical", "aten::_neg_view", "aten::where.self", "aten::masked_fill.Scalar",
    "aten::masked_fill.Tensor", "aten::full_like", "aten::zeros_like", "aten::ones_like",
    "aten::empty_like", "aten::fill.Scalar", "aten::fill.Tensor", "aten::copy", "aten::lerp.Scalar",
    "aten::lerp.Tensor", "aten::rand_like", "aten::randn_like", "aten::bernoulli",
    "aten::bernoulli.p", "aten::native_dropout", "aten::uniform", "aten::normal_functional",
    "aten::randint_like", "aten::randint_like.low_dtype", "aten::lift_fresh_copy",
    "aten::lift_fresh", "aten::exponential",
  ]

  /// Operators that fill a tensor like their first argument, of which only the shape counts.
  static let filling: Set<String> = [
    "aten::rand_like", "aten::randn_like", "aten::bernoulli.p", "aten::uniform",
    "aten::normal_functional", "aten::randint_like", "aten::randint_like.low_dtype",
    "aten::exponential",
  ]

  /// Aligns dimensions from the last on, and promotes as the faces do.
  static func pointwise(_ call: BatchedCall) throws -> IValue? {
    let tensors = call.call.arguments.filter(\.isTensor)
    let rank = try tensors.map { try $0.rank }.max() ?? 0
    var arguments = try call.call.arguments.map { value in
      // Channels that come last are a format of images, which wholes are not.
      if case .memoryFormat(let format) = value, format != .contiguous { return IValue.none }
      return value.isTensor ? try call.padded(value, to: rank) : value
    }
    let schema = call.call.schema
    let expected = try call.batch.shape(of: schema, call.call.arguments)
    let found = try call.batch.shape(of: schema, arguments)
    if expected.isTensor, found.isTensor, try expected.dtype != found.dtype {
      // A face without dimensions has less to say in promotion than its whole.
      let dtype = try expected.dtype
      arguments = try arguments.enumerated().map { index, value in
        guard call.isBatched(index), value.isTensor, try value.dtype != .bool else { return value }
        return try call.e.call("aten::_to_copy", value, keywords: [("dtype", .dtype(dtype))])
      }
    }
    return try call.e.apply(call.name, arguments)
  }
}
