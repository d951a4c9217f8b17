import FXCore
import FXTensor

extension PointwiseFunction {
  /// The bits that both integers have.
  public static let bitwiseAnd = integer(BitwiseAnd())

  /// The bits that one of two integers has.
  public static let bitwiseOr = integer(BitwiseOr())

  /// The bits in which two integers differ.
  public static let bitwiseXor = integer(BitwiseXor())

  /// All bits reversed; of booleans the other value.
  public static let bitwiseNot = PointwiseFunction { dtype in
    dtype == .bool ? logicalNot.loop(for: .bool) : integer(BitwiseNot()).loop(for: dtype)
  }

  /// `x << y`; 0 where the shift is negative or leaves no bits.
  public static let shiftLeft = integer(ShiftLeft())

  /// `x >> y`, with the sign kept; negative shifts count as the largest.
  public static let shiftRight = integer(ShiftRight())

  /// The greatest common divisor.
  public static let gcd = integer(GCD())

  /// The least common multiple.
  public static let lcm = integer(LCM())

  /// The second operand where the first one is true, else the third.
  public static let select = PointwiseFunction { dtype in
    switch dtype.byteCount {
    case 1: selection(dtype, UInt8.self)
    case 2: selection(dtype, UInt16.self)
    case 4: selection(dtype, UInt32.self)
    case 8: selection(dtype, UInt64.self)
    case 16: selection(dtype, Complex<Double>.self)
    default: nil
    }
  }

  /// Chooses elements by their bits, whatever they mean.
  private static func selection<Bits: BitwiseCopyable>(
    _ dtype: ScalarType, _: Bits.Type
  ) -> PointwiseLoop {
    PointwiseLoop([dtype, .bool, dtype, dtype]) { pointers, count in
      let result = pointers[0].assumingMemoryBound(to: Bits.self)
      let condition = UnsafePointer(pointers[1].assumingMemoryBound(to: UInt8.self))
      let first = UnsafePointer(pointers[2].assumingMemoryBound(to: Bits.self))
      let second = UnsafePointer(pointers[3].assumingMemoryBound(to: Bits.self))
      for index in 0..<count {
        let (one, other) = (first[index], second[index])
        result[index] = condition[index] != 0 ? one : other
      }
    }
  }
}

private struct BitwiseAnd: IntegerBinary {
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x & y }
}

private struct BitwiseOr: IntegerBinary {
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x | y }
}

private struct BitwiseXor: IntegerBinary {
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { x ^ y }
}

private struct BitwiseNot: IntegerUnary {
  @inline(__always) func integer<Value: IntegerMath>(_ x: Value) -> Value { ~x }
}

private struct ShiftLeft: IntegerBinary {
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    y < 0 || y >= 64 ? 0 : x &<< y
  }
}

private struct ShiftRight: IntegerBinary {
  @inline(__always)
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    // Narrower integers are extended by their sign, so that a shift by 63 leaves only signs.
    y < 0 || y >= 64 ? (x < 0 ? ~0 : 0) : x &>> y
  }
}

private func greatestDivisor<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
  var (a, b) = (absolute(x), absolute(y))
  while b != 0 { (a, b) = (b, a.remainderReportingOverflow(dividingBy: b).partialValue) }
  return a
}

/// Returns the magnitude; that of the least integer wraps around to itself.
@inline(__always)
func absolute<Value: IntegerMath>(_ x: Value) -> Value { x < 0 ? 0 &- x : x }

private struct GCD: IntegerBinary {
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value { greatestDivisor(x, y) }
}

private struct LCM: IntegerBinary {
  func integer<Value: IntegerMath>(_ x: Value, _ y: Value) -> Value {
    let divisor = greatestDivisor(x, y)
    return divisor == 0 ? 0 : absolute(x.dividedReportingOverflow(by: divisor).partialValue &* y)
  }
}
