import FXCore
import FXTensor

extension ShapeRules {
  /// Returns the rule of an operator that reduces dimensions of its first argument.
  ///
  /// - Parameters:
  ///   - axes: the position of the dimensions; all dimensions where it is nil, `None` or empty.
  ///   - keep: the position of `keepdim`.
  ///   - dtype: tells the dtype of the result from the call.
  public static func reduction(
    axes: Int?, keep: Int?, dtype: @escaping @Sendable (OperatorCall) throws -> ScalarType
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(0)
      let isKept = try keep.map { try call.bool($0) } ?? false
      var reduced = try axes.flatMap { try call.optionalInts($0) } ?? []
      if reduced.isEmpty { reduced = Array(0..<tensor.rank) }
      let sizes = try Self.reduced(tensor, reduced, isKept: isKept)
      return .fake(FakeTensor(try dtype(call), sizes, device: tensor.device))
    }
  }

  /// Returns the sizes that are left where dimensions are reduced.
  ///
  /// - Throws: `tensor.index`.
  public static func reduced(
    _ tensor: FakeTensor, _ axes: [Int], isKept: Bool
  ) throws -> [SymbolicSize] {
    if tensor.rank == 0 {
      for axis in axes { _ = try Geometry.axis(axis, of: 0) }
      return []
    }
    var isReduced = [Bool](repeating: false, count: tensor.rank)
    for axis in axes { isReduced[try Geometry.axis(axis, of: tensor.rank)] = true }
    return tensor.sizes.indices.compactMap { axis in
      isReduced[axis] ? (isKept ? 1 : nil) : tensor.sizes[axis]
    }
  }

  /// Returns the dtype of a sum: int64 for integers and bools, unless a dtype is given.
  public static func sumType(
    _ tensor: FakeTensor, _ given: ScalarType?
  ) -> ScalarType {
    given ?? (tensor.dtype.isIntegral(includingBool: true) ? .int64 : tensor.dtype)
  }
}
