import FXCore
import FXTensor
import Glibc

extension PointwiseFunction {
  /// The fraction of a float: from 0.5 up to 1, with its sign.
  public static let mantissa = real(Mantissa())

  /// The exponent of 2 that a float's fraction is multiplied with.
  public static let exponent = real(Exponent())
}

private struct Mantissa: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    guard x.isFinite, x != 0 else { return x }
    return Value(signOf: x, magnitudeOf: x.significand / 2)
  }
}

private struct Exponent: RealUnary {
  func real<Value: RealMath>(_ x: Value) -> Value {
    guard x.isFinite, x != 0 else { return 0 }
    return Value(Int(x.exponent) + 1)
  }
}
