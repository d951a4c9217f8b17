extension SymPyExpression {
  /// Returns a float as mpmath prints it, with as many digits as the precision holds.
  ///
  /// Numbers from 1e-5 below and 1e15 up (for 53 bits) get an exponent: `1.0e-9`. SymPy keeps the
  /// zeros at the end of a number that stands alone.
  static func float(_ value: Double, precision: Int, stripsZeros: Bool) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let digitCount = max(1, Int((Double(precision) / 3.3219280948873626).rounded()) - 1)
    if value == 0 { return stripsZeros ? "0.0" : "0" }
    var (digits, exponent) = roundedDigits(abs(value), count: digitCount)
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

  /// Returns the first `count` decimal digits of a positive number, rounded, and its exponent.
  private static func roundedDigits(_ value: Double, count: Int) -> (String, Int) {
    // The shortest spelling that reads back is exact enough for up to 17 digits.
    var digits: [UInt8] = []
    var exponent = 0
    var sawPoint = false
    var text = Substring(value.description)
    if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    var integerDigits = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") {
        sawPoint = true
      } else {
        digits.append(byte - 48)
        if !sawPoint { integerDigits += 1 }
      }
    }
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    exponent += integerDigits - leading - 1
    if digits.count > count {
      let roundsUp = digits[count] >= 5
      digits.removeSubrange(count...)
      if roundsUp {
        var place = count - 1
        while place >= 0, digits[place] == 9 {
          digits[place] = 0
          place -= 1
        }
        if place >= 0 {
          digits[place] += 1
        } else {
          digits.insert(1, at: 0)
          digits.removeLast()
          exponent += 1
        }
      }
    }
    while digits.count < count { digits.append(0) }
    return (String(decoding: digits.map { $0 + 48 }, as: UTF8.self), exponent)
  }
}
