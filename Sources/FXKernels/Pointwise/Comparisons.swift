import FXCore
import FXTensor

extension PointwiseFunction {
  /// `x == y`
  public static let equal = real(Equal()).or(integer(Equal())).or(complex(Equal()))

  /// `x != y`
  public static let notEqual = real(NotEqual()).or(integer(NotEqual())).or(complex(NotEqual()))

  /// `x < y`
  public static let less = real(Less()).or(integer(Less()))

  /// `x <= y`
  public static let lessOrEqual = real(LessOrEqual()).or(integer(LessOrEqual()))

  /// `x > y`
  public static let greater = real(Greater()).or(integer(Greater()))

  /// `x >= y`
  public static let greaterOrEqual = real(GreaterOrEqual()).or(integer(GreaterOrEqual()))

  /// `x and y` of truth values: what is not zero is true.
  public static let logicalAnd =
    real(LogicalAnd()).or(integer(LogicalAnd())).or(complex(LogicalAnd()))

  /// `x or y` of truth values.
  public static let logicalOr =
    real(LogicalOr()).or(integer(LogicalOr())).or(complex(LogicalOr()))

  /// Whether one of two truth values is true, and not both.
  public static let logicalXor =
    real(LogicalXor()).or(integer(LogicalXor())).or(complex(LogicalXor()))

  /// `not x`
  public static let logicalNot =
    real(IsZero()).or(integer(IsZero())).or(complex(IsZero()))

  /// The larger of two numbers; NaN where one is.
  public static let maximum = real(Maximum()).or(integer(Maximum()))

  /// The smaller of two numbers; NaN where one is.
  public static let minimum = real(Minimum()).or(integer(Minimum()))

  /// The larger of two numbers; the other where one is NaN.
  public static let fmax = real(FMax()).or(integer(Maximum()))

  /// The smaller of two numbers; the other where one is NaN.
  public static let fmin = real(FMin()).or(integer(Minimum()))

  /// A number limited to a range: at least the second, and then at most the third.
  public static let clamp = real(Clamp()).or(integer(Clamp()))
}

private struct Equal: RealRelation, IntegerRelation, ComplexRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x == y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x == y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool { x == y }
}

private struct NotEqual: RealRelation, IntegerRelation, ComplexRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x != y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x != y }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool { x != y }
}

private struct Less: RealRelation, IntegerRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x < y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x < y }
}

private struct LessOrEqual: RealRelation, IntegerRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x <= y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x <= y }
}

private struct Greater: RealRelation, IntegerRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x > y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x > y }
}

private struct GreaterOrEqual: RealRelation, IntegerRelation {
  @inline(__always) func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x >= y }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x >= y }
}

private struct LogicalAnd: RealRelation, IntegerRelation, ComplexRelation {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x != 0 && y != 0 }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x != 0 && y != 0 }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool { !x.isZero && !y.isZero }
}

private struct LogicalOr: RealRelation, IntegerRelation, ComplexRelation {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { x != 0 || y != 0 }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { x | y != 0 }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool { !x.isZero || !y.isZero }
}

private struct LogicalXor: RealRelation, IntegerRelation, ComplexRelation {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Bool { (x != 0) != (y != 0) }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Bool { (x != 0) != (y != 0) }
  func complex(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool { x.isZero != y.isZero }
}

private struct IsZero: RealPredicate, IntegerPredicate, ComplexPredicate {
  @inline(__always) func real<Value: RealMath>(_ x: Value) -> Bool { x == 0 }
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Bool { x == 0 }
  func complex(_ x: Complex<Double>) -> Bool { x.isZero }
}

private struct Maximum: RealBinary, IntegerBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { larger(x, y) }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x > y ? x : y }
}

private struct Minimum: RealBinary, IntegerBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { smaller(x, y) }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x < y ? x : y }
}

private struct FMax: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x > y || y != y ? x : y }
}

private struct FMin: RealBinary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { x < y || y != y ? x : y }
}

private struct Clamp: RealTernary, IntegerTernary {
  @inline(__always)
  func real<Value: RealMath>(_ x: Value, _ least: Value, _ most: Value) -> Value {
    smaller(larger(x, least), most)
  }
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ least: Value, _ most: Value) -> Value {
    min(max(x, least), most)
  }
}

/// Returns the larger of two floats, or NaN where one is.
@inline(__always)
func larger<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
  // A comparison with NaN is false, so that only NaN on the left needs to be looked for.
  let result = x > y ? x : y
  return x != x ? x : result
}

/// Returns the smaller of two floats, or NaN where one is.
@inline(__always)
func smaller<Value: RealMath>(_ x: Value, _ y: Value) -> Value {
  let result = x < y ? x : y
  return x != x ? x : result
}

extension Complex where Part == Double {
  /// Whether both parts are zero.
  var isZero: Bool { real == 0 && imaginary == 0 }
}
