/// The numbers, or truth values as 0 and 1, that an expression can come to.
///
/// Source: `torch/utils/_sympy/value_ranges.py`.
public struct ValueRange: Hashable, Sendable, CustomStringConvertible {
  public var lower: SymbolicNumber
  public var upper: SymbolicNumber
  public var isTruth: Bool

  public init(_ lower: SymbolicNumber, _ upper: SymbolicNumber, isTruth: Bool = false) {
    // What is beyond 64 bits at the near end is still a bound there.
    self.lower = lower == .integerInfinity ? .integer(.max) : lower
    self.upper = upper == .negativeIntegerInfinity ? .integer(.min) : upper
    self.isTruth = isTruth
  }

  /// Makes the range of a symbol; nil stands for an open end.
  public init(min: Int?, max: Int?) {
    self.init(
      min.map { .integer($0) } ?? .negativeIntegerInfinity,
      max.map { .integer($0) } ?? .integerInfinity)
  }

  /// All whole numbers.
  public static let integers = ValueRange(.negativeIntegerInfinity, .integerInfinity)
  /// All numbers.
  public static let numbers = ValueRange(.float(-.infinity), .float(.infinity))
  /// Both truth values.
  public static let truths = ValueRange(.zero, .one, isTruth: true)

  static func single(_ value: SymbolicNumber) -> ValueRange { ValueRange(value, value) }

  static func truth(_ value: Bool) -> ValueRange {
    let number = SymbolicNumber.integer(value ? 1 : 0)
    return ValueRange(number, number, isTruth: true)
  }

  /// Returns the truth value where the range holds one alone.
  public var knownTruth: Bool? { isTruth && lower == upper ? lower == .one : nil }

  var isSingle: Bool { lower == upper }
  var isOpen: Bool { lower.isInfinite || upper.isInfinite }

  /// Tells whether a number lies in the range.
  public func contains(_ value: SymbolicNumber) -> Bool { lower <= value && value <= upper }

  /// Returns the smallest range that holds both.
  func union(_ other: ValueRange) -> ValueRange {
    ValueRange(
      SymbolicNumber.smaller(lower, other.lower), SymbolicNumber.larger(upper, other.upper),
      isTruth: isTruth && other.isTruth)
  }

  /// Returns the bounds in brackets, open ends as infinities.
  public var description: String {
    if isTruth {
      return knownTruth.map { $0 ? "[True, True]" : "[False, False]" } ?? "[False, True]"
    }
    return "[\(SymbolicExpression(lower)), \(SymbolicExpression(upper))]"
  }
}
