import CVectorMath
import FXCore
import FXTensor

/// An opmath type with the arithmetic that kernels on opmath types need; integers wrap around.
protocol NumberOpMath: ElementOpMath {
  static var zero: Self { get }
  static var one: Self { get }
  static func sum(_ left: Self, _ right: Self) -> Self
  static func product(_ left: Self, _ right: Self) -> Self
}

/// An opmath type whose numbers have an order; NaN comes after all of them.
protocol OrderedOpMath: NumberOpMath, Comparable {
  /// What every number is at least: -inf for floats.
  static var lowest: Self { get }
  /// What every number is at most: inf for floats.
  static var highest: Self { get }
  /// Whether the number is NaN.
  var isUnordered: Bool { get }
  /// A key of the same order as the numbers: that of -0 is that of 0, and NaN comes last.
  var orderKey: UInt64 { get }
  /// Returns the largest or smallest of some numbers, or NaN if one of them is.
  static func extreme(_ run: UnsafePointer<Self>, _ count: Int, isLargest: Bool) -> Self
}

extension OrderedOpMath {
  static func extreme(_ run: UnsafePointer<Self>, _ count: Int, isLargest: Bool) -> Self {
    var best = isLargest ? lowest : highest
    for index in 0..<count {
      let value = run[index]
      let isFurther = isLargest ? value > best : value < best
      best = isFurther || value.isUnordered ? value : best
    }
    return best
  }
}

/// Work on the opmath types of all dtypes: `Float`, `Double`, `Int64`, `UInt64`, `Complex<Double>`.
protocol NumberWork {
  associatedtype Output
  func run<OpMath: NumberOpMath>(_ type: OpMath.Type) throws -> Output
}

/// Work on the opmath types of real dtypes.
protocol OrderedWork {
  associatedtype Output
  func run<OpMath: OrderedOpMath>(_ type: OpMath.Type) throws -> Output
}

/// Runs work for an opmath type, given by its dtype.
func dispatchNumber<Work: NumberWork>(_ opMath: ScalarType, _ work: Work) throws -> Work.Output {
  switch opMath {
  case .float32: try work.run(Float.self)
  case .float64: try work.run(Double.self)
  case .int64: try work.run(Int64.self)
  case .uint64: try work.run(UInt64.self)
  case .complex128: try work.run(Complex<Double>.self)
  default: throw noKernel(for: opMath)
  }
}

/// Runs work for a real opmath type, given by its dtype.
func dispatchOrdered<Work: OrderedWork>(
  _ opMath: ScalarType, _ work: Work
) throws -> Work.Output {
  switch opMath {
  case .float32: try work.run(Float.self)
  case .float64: try work.run(Double.self)
  case .int64: try work.run(Int64.self)
  case .uint64: try work.run(UInt64.self)
  default: throw noKernel(for: opMath)
  }
}

extension Float: OrderedOpMath {
  static var zero: Float { 0 }
  static var one: Float { 1 }
  static var lowest: Float { -.infinity }
  static var highest: Float { .infinity }
  var isUnordered: Bool { self != self }
  var orderKey: UInt64 {
    if isUnordered { return UInt64(UInt32.max) }
    let bits = self == 0 ? 0 : bitPattern
    return UInt64(bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits)
  }
  static func extreme(_ run: UnsafePointer<Float>, _ count: Int, isLargest: Bool) -> Float {
    isLargest ? fx_largest(run, count) : fx_smallest(run, count)
  }
  static func sum(_ left: Float, _ right: Float) -> Float { left + right }
  static func product(_ left: Float, _ right: Float) -> Float { left * right }
}

extension Double: OrderedOpMath {
  static var zero: Double { 0 }
  static var one: Double { 1 }
  static var lowest: Double { -.infinity }
  static var highest: Double { .infinity }
  var isUnordered: Bool { self != self }
  var orderKey: UInt64 {
    if isUnordered { return .max }
    let bits = self == 0 ? 0 : bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
  static func sum(_ left: Double, _ right: Double) -> Double { left + right }
  static func product(_ left: Double, _ right: Double) -> Double { left * right }
}

extension Int64: OrderedOpMath {
  static var one: Int64 { 1 }
  static var lowest: Int64 { min }
  static var highest: Int64 { max }
  var isUnordered: Bool { false }
  var orderKey: UInt64 { UInt64(bitPattern: self) ^ 1 << 63 }
  static func sum(_ left: Int64, _ right: Int64) -> Int64 { left &+ right }
  static func product(_ left: Int64, _ right: Int64) -> Int64 { left &* right }
}

extension UInt64: OrderedOpMath {
  static var one: UInt64 { 1 }
  static var lowest: UInt64 { min }
  static var highest: UInt64 { max }
  var isUnordered: Bool { false }
  var orderKey: UInt64 { self }
  static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 { left &+ right }
  static func product(_ left: UInt64, _ right: UInt64) -> UInt64 { left &* right }
}

extension Complex: NumberOpMath where Part == Double {
  static var zero: Self { Self(0, 0) }
  static var one: Self { Self(1, 0) }
  static func sum(_ left: Self, _ right: Self) -> Self { left + right }
  static func product(_ left: Self, _ right: Self) -> Self { left * right }
}
