import FXCore
import FXTensor

extension PointwiseFunction {
  /// Returns the number rounded to so many places behind the point, or before it.
  public static func round(decimals: Int) -> PointwiseFunction {
    real(RoundToDecimals(decimals: decimals))
  }
}

private struct RoundToDecimals: RealUnary {
  let decimals: Int
  func real<Value: RealMath>(_ x: Value) -> Value {
    let scale = Value.pow(10, Value(decimals.magnitude))
    return decimals < 0
      ? (x / scale).rounded(.toNearestOrEven) * scale
      : (x * scale).rounded(.toNearestOrEven) / scale
  }
}
