import FXCore
import FXOperators
import FXTensor

/// Operators that name dimensions, which all come one later in whole tensors.
extension BatchingRules {
  /// Calls an operator with its dimensions one later; all dimensions are those of the faces.
  static func shifted(_ call: BatchedCall, _ dimensions: BatchRule.Dimensions) throws -> IValue? {
    var changes: [Int: IValue] = [:]
    for place in dimensions.tensors {
      if let parts = call.call[place].elements {
        changes[place] = .list(try parts.map { try call.whole(of: $0) })
      } else if call.call[place].isTensor {
        changes[place] = try call.whole(place)
      }
    }
    guard let first = dimensions.tensors.first else { return nil }
    let tensor = call.call[first]
    let rank = try (tensor.elements?.first ?? tensor).rank + dimensions.extra
    // A face without dimensions has dimension 0 by courtesy only.
    guard rank > 0 else { return nil }
    for place in dimensions.positions {
      switch call.call[place] {
      case .int(let axis): changes[place] = .int(try Geometry.axis(axis, of: rank) + 1)
      case .list(let parts) where !parts.isEmpty:
        changes[place] = .list(
          try parts.map { part in
            guard case .int(let axis) = part else { throw call.call.wrong(place, "a list of ints") }
            return .int(try Geometry.axis(axis, of: rank) + 1)
          })
      case .none, .list:
        // All dimensions are meant.
        guard case .list = call.call.schema.parameters[place].type.base else { return nil }
        changes[place] = .list((1...rank).map { .int($0) })
      default: return nil
      }
    }
    return try call.onWhole(changes)
  }

  /// Calls an operator along the one dimension into which all are made.
  static func flattened(_ call: BatchedCall, _ other: String) throws -> IValue? {
    let isSearch = other == "aten::argmax" || other == "aten::argmin"
    if isSearch, !call.call[1].isNone {
      return try shifted(call, BatchRule.Dimensions([1]))
    }
    let count = try SymbolicSize.product(call.call[0].sizes)
    let rows = try call.e.call("aten::reshape", call.plain(0), .sizes([call.batch.size, count]))
    let keeps = isSearch && !call.call[2].isNone
    if keeps, try call.call.bool(2) { return nil }
    let parameters = try call.e.library.resolved(named: other).schema.parameters
    var axis: IValue = 1
    if parameters.count > 1, case .list = parameters[1].type.base { axis = [1] }
    let dtype = call.call.named("dtype")
    let keywords = dtype.isNone ? [] : [(name: "dtype", value: dtype)]
    let result = try call.e.apply(other, [rows, axis], keywords)
    if case .tuple(let parts) = result { return parts.first }
    return result
  }

  /// Calls an operator on the wholes of all its tensors.
  static func trailing(_ call: BatchedCall) throws -> IValue? {
    let tensors = call.call.arguments.indices.filter { call.call[$0].isTensor }
    return try call.onWhole(
      Dictionary(uniqueKeysWithValues: try tensors.map { ($0, try call.whole($0)) }))
  }
}
