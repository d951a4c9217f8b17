import FXCore
import FXOperators
import FXTensor

/// Operators on dtypes, and on what tensors have together: `promote_types`, `result_type`.
///
/// Exports keep calls of them, whose results nothing uses.
enum DTypePredicates {
  static let all: [OperatorDefinition] = [promoteTypes, resultType, canCast, limits]

  /// `promote_types(ScalarType type1, ScalarType type2) -> ScalarType`
  static let promoteTypes = OperatorDefinition("aten::promote_types") { call, _ in
    .dtype(try dtype(call, 0).promoted(with: dtype(call, 1)))
  }

  /// `result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType`, and of numbers
  static let resultType = OperatorDefinition(
    "aten::result_type.Tensor", "aten::result_type.Scalar", "aten::result_type.Scalar_Tensor",
    "aten::result_type.Scalar_Scalar"
  ) { call, _ in
    var promotion = TypePromotion()
    for (index, argument) in call.arguments.enumerated() {
      switch argument {
      case .tensor(let tensor): try promotion.add(tensor)
      case .fake(let tensor): try promotion.add(tensor.dtype, hasDimensions: tensor.rank > 0)
      case .symbol(let number):
        switch number.kind {
        case .int: try promotion.add(Scalar.int(0))
        case .float: try promotion.add(Scalar.float(0))
        case .bool: try promotion.add(Scalar.bool(false))
        }
      default: try promotion.add(call.scalar(index))
      }
    }
    return .dtype(try promotion.result())
  }

  /// `can_cast(ScalarType from_, ScalarType to) -> bool`
  static let canCast = OperatorDefinition("aten::can_cast") { call, _ in
    let (from, to) = (try dtype(call, 0), try dtype(call, 1))
    let losesImaginary = from.isComplex && !to.isComplex
    let losesFraction = from.isFloatingPoint && !to.isFloatingPoint && !to.isComplex
    return .bool(!losesImaginary && !losesFraction && (from == .bool || to != .bool))
  }

  /// `prims::maximum_value(ScalarType dtype) -> Scalar`, and the least one
  static let limits = OperatorDefinition("prims::maximum_value", "prims::minimum_value") {
    call, _ in
    let dtype = try dtype(call, 0)
    let isMaximum = call.schema.name == "maximum_value"
    switch dtype {
    case .bool: return .bool(isMaximum)
    case .float64: return .float(Double.greatestFiniteMagnitude * (isMaximum ? 1 : -1))
    case .float32: return .float(Double(Float.greatestFiniteMagnitude) * (isMaximum ? 1 : -1))
    case .bfloat16: return .float(0x1.fep127 * (isMaximum ? 1 : -1))
    case .float16: return .float(65504 * (isMaximum ? 1 : -1))
    case .int64: return .int(isMaximum ? .max : .min)
    case .int8, .int16, .int32:
      let half = 1 << (8 * dtype.byteCount - 1)
      return .int(isMaximum ? half - 1 : -half)
    case .uint8, .uint16, .uint32: return .int(isMaximum ? 1 << (8 * dtype.byteCount) - 1 : 0)
    default: throw call.error("\(dtype.name) has no such value")
    }
  }

  private static func dtype(_ call: OperatorCall, _ index: Int) throws -> ScalarType {
    guard let dtype = try call.optionalDType(index) else { throw call.wrong(index, "a dtype") }
    return dtype
  }
}
