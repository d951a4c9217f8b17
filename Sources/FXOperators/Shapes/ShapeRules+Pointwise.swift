import FXCore
import FXTensor

/// The shape rules that many operators share.
public enum ShapeRules {
  /// Tells the dtype of an elementwise result from the dtype that the operands have together.
  public enum ResultType: Sendable {
    /// The common dtype.
    case same
    /// The common dtype, float32 for integers and bools (`INT_TO_FLOAT`).
    case float
    /// Bool (`ALWAYS_BOOL`).
    case bool
    /// The common dtype; of complex ones the dtype of the parts (`COMPLEX_TO_FLOAT`).
    case real
    /// The common dtype, float32 for integers and bools; of complex ones the dtype of the parts.
    case realFloat
    /// The common dtype, int64 for bools (`BOOL_TO_LONG`).
    case integer

    /// Returns the dtype in which results are computed, and that which they have, from the dtype
    /// that the operands have together.
    public func dtypes(of common: ScalarType) -> (computed: ScalarType, result: ScalarType) {
      let isWhole = common.isIntegral(includingBool: true)
      switch self {
      case .same: return (common, common)
      case .float: return isWhole ? (.float32, .float32) : (common, common)
      case .bool: return (common, .bool)
      case .real: return (common, common.partType)
      case .realFloat: return isWhole ? (.float32, .float32) : (common, common.partType)
      case .integer: return common == .bool ? (.int64, .int64) : (common, common)
      }
    }
  }

  /// Returns the rule of an elementwise operator of these tensor arguments.
  public static func pointwise(
    _ positions: [Int], _ type: ResultType = .same, _ tracing: Tracing = .reference
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let operands = try positions.map { try call.fake($0) }
      let dtype = try promoted(operands, type)
      return .fake(try elementwise(operands, dtype, call.symbols, tracing))
    }
  }

  /// Returns the rule of an elementwise operator of one tensor.
  public static func unary(
    _ type: ResultType = .same, _ tracing: Tracing = .reference
  ) -> OperatorDefinition.ShapeRule {
    pointwise([0], type, tracing)
  }

  /// Returns the rule of an elementwise operator of two tensors.
  public static func binary(
    _ type: ResultType = .same, _ tracing: Tracing = .reference
  ) -> OperatorDefinition.ShapeRule {
    pointwise([0, 1], type, tracing)
  }

  /// Returns the dtype of an elementwise result.
  ///
  /// - Throws: `tensor.dtype`.
  public static func promoted(
    _ operands: [FakeTensor], _ type: ResultType
  ) throws -> ScalarType {
    if type == .bool { return .bool }
    var promotion = TypePromotion()
    for operand in operands {
      if operand.isWrappedNumber {
        try promotion.add(number(operand.dtype))
      } else {
        try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
      }
    }
    return type.dtypes(of: try promotion.result()).result
  }

  private static func number(_ dtype: ScalarType) -> Scalar {
    if dtype.isComplex { return .complex(0, 0) }
    if dtype.isFloatingPoint { return .float(0) }
    return dtype == .bool ? .bool(false) : .int(0)
  }

  /// Returns the shape that two tensors have together, by PyTorch's broadcasting.
  ///
  /// - Throws: `tensor.shape`.
  public static func broadcast(
    _ a: [SymbolicSize], _ b: [SymbolicSize], _ symbols: SymbolicContext
  ) throws -> [SymbolicSize] {
    if a == b { return a }
    let rank = max(a.count, b.count)
    return try (0..<rank).map { axis in
      let first = axis - rank + a.count
      let second = axis - rank + b.count
      let left = first >= 0 ? a[first] : 1
      let right = second >= 0 ? b[second] : 1
      if left == right || right == 1 { return left }
      if left == 1 { return right }
      guard try symbols.isEqual(left, right) else {
        // A size that depends on data can't be told from 1, and then it is the other's.
        if left.int == nil, right.int != nil { return right }
        if right.int == nil, left.int != nil { return left }
        if left.int == nil, right.int == nil { return left }
        throw FXError(
          .tensorShape,
          "the sizes \(left.expression) and \(right.expression) at the dimension \(axis) do not fit"
        )
      }
      return left.int != nil ? left : right.int != nil ? right : left
    }
  }
}
