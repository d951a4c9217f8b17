import FXCore
import FXTensor

/// Rounds the steps of a computation to float16 or bfloat16, where PyTorch does not compute in
/// float32 all along.
struct HalfRounding: Sendable {
  private let dtype: ScalarType

  init(_ dtype: ScalarType) { self.dtype = dtype }

  @inline(__always)
  func callAsFunction<Value: RealMath>(_ x: Value) -> Value {
    switch dtype {
    case .bfloat16: Value(BFloat16(rounding: Float(x)).opMath)
    case .float16: Value(Float16(rounding: Float(x)).opMath)
    default: x
    }
  }
}

extension PointwiseFunction {
  /// Makes a function that knows to which dtype its steps are rounded.
  static func rounding(
    _ function: @escaping @Sendable (HalfRounding) -> PointwiseFunction
  ) -> PointwiseFunction {
    PointwiseFunction { dtype in
      function(HalfRounding(dtype)).loop(for: dtype.opMathType)
    }
  }

  /// The next float after the first, in the direction of the second.
  public static let nextAfter = PointwiseFunction { dtype in
    switch dtype {
    case .float16: .binary(NextHalf<Float16>())
    case .bfloat16: .binary(NextHalf<BFloat16>())
    default: real(NextAfter()).loop(for: dtype)
    }
  }
}

private struct NextAfter: RealBinary {
  func real<Value: RealMath>(_ x: Value, _ y: Value) -> Value { .nextafter(x, y) }
}

/// A float of 16 bits by its bits.
private protocol HalfElement: NarrowFloatElement {
  var bitPattern: UInt16 { get }
  init(bitPattern: UInt16)
}

extension Float16: HalfElement {}
extension BFloat16: HalfElement {}

private struct NextHalf<Half: HalfElement>: LoopBinary {
  func apply(_ x: Half, _ y: Half) -> Half {
    let (from, to) = (x.opMath, y.opMath)
    if from.isNaN || to.isNaN { return Half(rounding: .nan) }
    if from == to { return y }
    if from == 0 { return Half(bitPattern: 1 | (to < 0 ? 0x8000 : 0)) }
    let isAway = (to > from) == (from > 0)
    return Half(bitPattern: isAway ? x.bitPattern &+ 1 : x.bitPattern &- 1)
  }
}
