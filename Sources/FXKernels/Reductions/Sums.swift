import CVectorMath
import FXTensor

/// Adds floats, in double precision beyond short runs, and divides by a number.
struct FloatSum: Reducer {
  var divisor = 1.0
  var initial: Double { 0 }

  @inline(__always)
  func add(_ value: Float, to state: inout Double) { state += Double(value) }
  @inline(__always)
  func merge(_ other: Double, into state: inout Double) { state += other }
  func result(_ state: Double) -> Float { Float(state / divisor) }

  @inline(__always)
  func add(_ run: UnsafePointer<Float>, _ count: Int, to state: inout Double) {
    state += fx_sum(run, count)
  }
}

/// Adds numbers as they are.
struct NumberSum<Number: NumberOpMath>: Reducer {
  var initial: Number { .zero }
  @inline(__always)
  func add(_ value: Number, to state: inout Number) { state = .sum(state, value) }
  @inline(__always)
  func merge(_ other: Number, into state: inout Number) { state = .sum(state, other) }
  func result(_ state: Number) -> Number { state }
}

/// Multiplies numbers.
struct NumberProduct<Number: NumberOpMath>: Reducer {
  var initial: Number { .one }
  @inline(__always)
  func add(_ value: Number, to state: inout Number) { state = .product(state, value) }
  @inline(__always)
  func merge(_ other: Number, into state: inout Number) { state = .product(state, other) }
  func result(_ state: Number) -> Number { state }
}

/// Counts what is true.
struct TrueCount: Reducer {
  var initial: Int64 { 0 }
  @inline(__always)
  func add(_ value: Bool8, to state: inout Int64) { state += value.value ? 1 : 0 }
  @inline(__always)
  func merge(_ other: Int64, into state: inout Int64) { state += other }
  func result(_ state: Int64) -> Int64 { state }
}

/// Tells whether anything is true.
struct AnyTrue: Reducer {
  var initial: UInt8 { 0 }
  @inline(__always)
  func add(_ value: Bool8, to state: inout UInt8) { state |= value.byte }
  @inline(__always)
  func merge(_ other: UInt8, into state: inout UInt8) { state |= other }
  func result(_ state: UInt8) -> Bool8 { Bool8(state != 0) }
}

/// Tells whether all is true.
struct AllTrue: Reducer {
  var initial: UInt8 { 1 }
  @inline(__always)
  func add(_ value: Bool8, to state: inout UInt8) { state &= value.value ? 1 : 0 }
  @inline(__always)
  func merge(_ other: UInt8, into state: inout UInt8) { state &= other }
  func result(_ state: UInt8) -> Bool8 { Bool8(state != 0) }
}

/// Joins the bits of numbers by exclusive or.
struct BitHash: Reducer {
  var initial: UInt64 { 0 }
  @inline(__always)
  func add(_ value: UInt64, to state: inout UInt64) { state ^= value }
  @inline(__always)
  func merge(_ other: UInt64, into state: inout UInt64) { state ^= other }
  func result(_ state: UInt64) -> UInt64 { state }
}
