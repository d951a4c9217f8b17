import FXCore
import FXOperators

/// How operators are called on whole tensors: by the rules of their definitions, or by one of these.
///
/// A rule gives the whole of each result. Operators without one are taken apart, and what has no
/// decomposition is called for one tensor after the other.
enum BatchingRules {
  typealias Rule = @Sendable (BatchedCall) throws -> IValue?

  /// Calls an operator by its rule; nil where there is none that fits.
  static func apply(_ call: BatchedCall) throws -> IValue? {
    if let rule = table[call.name] { return try rule(call) }
    switch call.rule {
    case .elementwise, .filling: return try pointwise(call)
    case .samples(let rank): return try samples(call, rank: rank)
    case .trailing: return try trailing(call)
    case .dimensions(let dimensions): return try shifted(call, dimensions)
    case .flattened(let name): return try flattened(call, name)
    case nil: return nil
    }
  }

  /// The rules of operators that are like no others, by qualified names.
  private static let table = Dictionary(
    shaping + products + normalizing + indexing + making, uniquingKeysWith: { $1 })

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
