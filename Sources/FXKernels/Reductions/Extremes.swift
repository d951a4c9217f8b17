import FXTensor

/// Finds the largest or the smallest number; NaN counts as both.
struct Extreme<Number: OrderedOpMath>: Reducer {
  let isLargest: Bool

  var initial: Number { isLargest ? .lowest : .highest }

  @inline(__always)
  func add(_ value: Number, to state: inout Number) {
    let isFurther = isLargest ? value > state : value < state
    state = isFurther || value.isUnordered ? value : state
  }

  @inline(__always)
  func merge(_ other: Number, into state: inout Number) { add(other, to: &state) }
  func result(_ state: Number) -> Number { state }

  @inline(__always)
  func add(_ run: UnsafePointer<Number>, _ count: Int, to state: inout Number) {
    add(Number.extreme(run, count, isLargest: isLargest), to: &state)
  }
}

/// Finds the largest or the smallest distance from zero.
struct ExtremeMagnitude<Number: OrderedOpMath & BinaryFloatingPoint>: Reducer {
  let isLargest: Bool

  var initial: Number { isLargest ? 0 : .infinity }

  @inline(__always)
  func add(_ value: Number, to state: inout Number) {
    let magnitude = value.magnitude
    let isFurther = isLargest ? magnitude > state : magnitude < state
    state = isFurther || magnitude.isUnordered ? magnitude : state
  }

  @inline(__always)
  func merge(_ other: Number, into state: inout Number) { add(other, to: &state) }
  func result(_ state: Number) -> Number { state }
}
