/// Ranges of PyTorch's functions.
extension RangeAnalysis {
  static func apply(_ function: SymbolicFunction, _ parts: [ValueRange]) -> ValueRange {
    let a = parts[0]
    let b = parts.count > 1 ? parts[1] : .integers
    switch function {
    case .floorDiv, .cleanDiv: return quotient(a, b)
    case .ceilDiv: return negated(quotient(negated(a), b))
    case .mod: return remainder(a, b)
    case .pythonMod: return pythonRemainder(a, b)
    case .modularIndexing: return pythonRemainder(quotient(a, b), parts[2])
    case .pow where b.lower.int != nil && b.lower >= .zero: return naturalPower(a, b)
    case .pow where b.isSingle && b.lower > .zero && a.lower >= .zero:
      let exponent = b.lower.double
      return ValueRange(
        .float(Power.raise(a.lower.double, exponent)), .float(Power.raise(a.upper.double, exponent))
      )
    case .powByNatural: return naturalPower(a, b)
    case .leftShift: return multiply(a, naturalPower(.single(.integer(2)), b))
    case .rightShift: return quotient(a, naturalPower(.single(.integer(2)), b))
    case .intTrueDiv, .floatTrueDiv:
      let areOpen = a.isOpen && b.isOpen
      if b.contains(.zero) || areOpen { return .numbers }
      return corners(a, b) { .float($0.double / $1.double) }
    case .toFloat: return ValueRange(.float(a.lower.double), .float(a.upper.double))
    case .floor, .floorToInt: return rising(a, SymbolicNumber.roundedDown)
    case .ceiling, .ceilToInt: return rising(a, SymbolicNumber.roundedUp)
    case .truncToInt: return rising(a, SymbolicNumber.truncated)
    case .truncToFloat:
      return ValueRange(
        .float(a.lower.double.rounded(.towardZero)), .float(a.upper.double.rounded(.towardZero)))
    case .roundToInt:
      return rising(a) { (value) throws(FXError) in
        try SymbolicNumber.whole(value.double.rounded(.toNearestOrEven))
      }
    case .roundDecimal:
      guard b.isSingle, let low = try? SymbolicNumber.rounded(a.lower, digits: b.lower),
        let high = try? SymbolicNumber.rounded(a.upper, digits: b.lower)
      else { return .numbers }
      return ValueRange(low, high)
    case .identity: return a
    case .abs: return absolute(a)
    case .bitwiseAnd, .bitwiseOr, .bitwiseXor:
      if a.isTruth, b.isTruth { return .truths }
      return bits(function, a, b)
    case .opaqueExp, .exp, .opaqueAsinh, .opaqueAtan, .opaqueSinh, .opaqueTanh:
      return opaque(function, a)
    case .opaqueLog, .log, .opaqueLog2: return a.lower > .zero ? opaque(function, a) : .numbers
    case .opaqueSqrt: return a.lower >= .zero ? opaque(function, a) : .numbers
    case .opaqueSin, .opaqueCos: return ValueRange(.float(-1), .float(1))
    default: return .numbers
    }
  }

  private static func negated(_ a: ValueRange) -> ValueRange { multiply(a, .single(.integer(-1))) }

  /// Applies a function that rises; where a bound has no value, nothing is known.
  private static func rising(
    _ a: ValueRange, _ body: (SymbolicNumber) throws(FXError) -> SymbolicNumber
  ) -> ValueRange {
    guard let low = try? body(a.lower), let high = try? body(a.upper) else { return .integers }
    return ValueRange(low, high)
  }

  private static func opaque(_ function: SymbolicFunction, _ a: ValueRange) -> ValueRange {
    guard let low = try? SymbolicNumber.opaque(function, a.lower),
      let high = try? SymbolicNumber.opaque(function, a.upper)
    else { return .numbers }
    return ValueRange(low, high)
  }

  private static func absolute(_ a: ValueRange) -> ValueRange {
    if a.lower >= .zero { return a }
    let mirrored = negated(a)
    if a.upper <= .zero { return mirrored }
    return ValueRange(.zero, SymbolicNumber.larger(a.upper, mirrored.upper))
  }

  private static func quotient(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    if b.contains(.zero) {
      let isSame = (b.lower >= .zero && a.lower >= .zero) || (b.upper <= .zero && a.upper <= .zero)
      if isSame { return ValueRange(.zero, .integerInfinity) }
      let isOpposite =
        (b.upper <= .zero && a.lower >= .zero) || (b.lower >= .zero && a.upper <= .zero)
      return isOpposite ? ValueRange(.negativeIntegerInfinity, .zero) : .integers
    }
    return corners(a, b) { x, y in
      let value = try? SymbolicNumber.floorDivide(x, y)
      guard let value, !value.isNaN else {
        return .infiniteInteger(isNegative: x.sign * y.sign < 0)
      }
      return value
    }
  }

  private static func remainder(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    if b.contains(.zero) { return .integers }
    let divisor = absolute(b)
    guard divisor.isSingle, let count = divisor.lower.int else {
      let limit = add(divisor, .single(.integer(-1))).upper
      return ValueRange(negated(.single(limit)).lower, limit)
    }
    if let low = a.lower.int, let high = a.upper.int, low / count == high / count {
      return ValueRange(.integer(low % count), .integer(high % count))
    }
    if a.upper < .zero { return ValueRange(.integer(1 - count), .zero) }
    if a.lower > .zero { return ValueRange(.zero, .integer(count - 1)) }
    return ValueRange(
      SymbolicNumber.larger(.integer(1 - count), a.lower),
      SymbolicNumber.smaller(.integer(count - 1), a.upper))
  }

  private static func pythonRemainder(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    if a.lower >= .zero, b.lower >= .zero { return remainder(a, b) }
    let low = b.lower.sign < 0 ? add(b, .single(.one)).lower : .zero
    let high = b.upper.sign > 0 ? add(b, .single(.integer(-1))).upper : .zero
    return ValueRange(low, high)
  }

  private static func naturalPower(_ a: ValueRange, _ b: ValueRange) -> ValueRange {
    func power(_ x: SymbolicNumber, _ y: SymbolicNumber) -> SymbolicNumber {
      if x.isFloat || y.isFloat { return .float(Power.raise(x.double, y.double)) }
      return (try? SymbolicNumber.powerByNatural(x, y)) ?? .integerInfinity
    }
    let exponent = ValueRange(
      SymbolicNumber.larger(b.lower, .zero), SymbolicNumber.larger(b.upper, .zero))
    if a.lower >= .one {
      return ValueRange(power(a.lower, exponent.lower), power(a.upper, exponent.upper))
    }
    if exponent.isSingle, let count = exponent.lower.int {
      let (low, high) = (power(a.lower, .integer(count)), power(a.upper, .integer(count)))
      if count % 2 == 1 || count == 0 { return ValueRange(low, high) }
      if a.contains(.zero) { return ValueRange(.zero, SymbolicNumber.larger(low, high)) }
      return ValueRange(SymbolicNumber.smaller(low, high), SymbolicNumber.larger(low, high))
    }
    let limit = power(absolute(a).upper, exponent.upper)
    return ValueRange(negated(.single(limit)).lower, limit)
  }

  private static func bits(_ function: SymbolicFunction, _ a: ValueRange, _ b: ValueRange)
    -> ValueRange
  {
    let upper = SymbolicNumber.larger(a.upper, b.upper)
    let lower = SymbolicNumber.smaller(a.lower, b.lower)
    switch function {
    case .bitwiseAnd:
      guard lower < .zero else { return ValueRange(.zero, upper) }
      guard let value = lower.int, value > .min else {
        return ValueRange(.negativeIntegerInfinity, upper)
      }
      let width = Int.bitWidth - (-value - 1).leadingZeroBitCount
      return ValueRange(width < 63 ? .integer(-(1 << width)) : .negativeIntegerInfinity, upper)
    case .bitwiseOr:
      if upper < .zero { return ValueRange(lower, .integer(-1)) }
      guard let value = upper.int else { return ValueRange(lower, upper) }
      let width = Int.bitWidth - value.leadingZeroBitCount
      return ValueRange(lower, width < 63 ? .integer((1 << width) - 1) : .integerInfinity)
    default:
      if a.isSingle, b.isSingle, let x = a.lower.int, let y = b.lower.int {
        return .single(.integer(x ^ y))
      }
      return .integers
    }
  }
}
