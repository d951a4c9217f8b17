import FXCore
import FXTensor

extension ShapeRules {
  /// Returns the rule of an operator that chooses one element along a dimension: values, and int64
  /// indices.
  public static func choice(axis: Int, keep: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(0)
      let sizes = try reduced(tensor, [try call.int(axis)], isKept: call.bool(keep))
      return .tuple([
        .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device)),
        .fake(FakeTensor(.int64, sizes, device: tensor.device)),
      ])
    }
  }

  /// Returns the rule of an operator whose contiguous result has the sizes of its first argument.
  public static func contiguous(
    _ dtype: @escaping @Sendable (OperatorCall) throws -> ScalarType = { try $0.fake(0).dtype }
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(0)
      return .fake(FakeTensor(try dtype(call), tensor.sizes, device: tensor.device))
    }
  }
}
