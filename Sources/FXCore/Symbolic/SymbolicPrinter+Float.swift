import Glibc

extension SymbolicExpression {
  /// Returns a float as mpmath prints it, with as many digits as the precision holds.
  ///
  /// Numbers from 1e-5 below and 1e15 up (for 53 bits) get an exponent: `1.0e-9`. SymPy keeps the
  /// zeros at the end of a number that stands alone.
  static func float(_ value: Double, precision: Int, stripsZeros: Bool) -> String {
    let digitCount = max(1, Int((Double(precision) / 3.3219280948873626).rounded()) - 1)
    return float(value, digitCount: digitCount, stripsZeros: stripsZeros)
  }

  /// Returns a float with a number of significant digits, as mpmath prints it.
  static func float(_ value: Double, digitCount: Int, stripsZeros: Bool) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return stripsZeros ? "0.0" : "0" }
    var (digits, exponent) = significantDigits(abs(value), count: digitCount)
    let sign = value < 0 ? "-" : ""
    let smallest = min(-(digitCount / 3), -5)
    var shift = exponent
    var split = 1
    if exponent > smallest, exponent < digitCount {
      if exponent < 0 {
        digits = String(repeating: "0", count: -exponent) + digits
      } else {
        split = exponent + 1
        if digits.count < split { digits += String(repeating: "0", count: split - digits.count) }
      }
      shift = 0
    }
    var fraction = String(digits.dropFirst(split))
    if stripsZeros {
      while fraction.hasSuffix("0") { fraction.removeLast() }
      if fraction.isEmpty { fraction = "0" }
    }
    let number = sign + digits.prefix(split) + "." + fraction
    return shift == 0 ? number : "\(number)e\(shift < 0 ? "-" : "+")\(abs(shift))"
  }

  /// Returns the first decimal digits of a positive number, rounded from its exact value, and the
  /// exponent of the first.
  private static func significantDigits(_ value: Double, count: Int) -> (String, Int) {
    var buffer = [CChar](repeating: 0, count: count + 16)
    let length = withVaList([CInt(count - 1), value]) {
      vsnprintf(&buffer, buffer.count, "%.*e", $0)
    }
    let text = buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
    let mark = text.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
    let digits = text[..<mark].filter { $0 >= 48 && $0 <= 57 }
    let exponent = Int(String(decoding: text[min(mark + 1, text.count)...], as: UTF8.self)) ?? 0
    return (String(decoding: digits, as: UTF8.self), exponent)
  }
}
