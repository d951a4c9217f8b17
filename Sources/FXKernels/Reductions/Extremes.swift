import FXTensor

/// Finds the largest or the smallest number; NaN counts as both.
struct Extreme<Number: OrderedCarrier>: Reducer {
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
    if isLargest {
      Self.scan(run, count, &state) { $0 > $1 }
    } else {
      Self.scan(run, count, &state) { $0 < $1 }
    }
  }

  /// Works with several states, which do not wait for one another.
  @inline(__always)
  private static func scan(
    _ run: UnsafePointer<Number>, _ count: Int, _ state: inout Number,
    _ isFurther: (Number, Number) -> Bool
  ) {
    @inline(__always)
    func further(_ value: Number, _ best: Number) -> Number {
      isFurther(value, best) || value.isUnordered ? value : best
    }
    var (a, b, c, d) = (state, state, state, state)
    var index = 0
    while index + 4 <= count {
      a = further(run[index], a)
      b = further(run[index + 1], b)
      c = further(run[index + 2], c)
      d = further(run[index + 3], d)
      index += 4
    }
    while index < count {
      a = further(run[index], a)
      index += 1
    }
    state = further(d, further(c, further(b, a)))
  }
}

/// Finds the largest or the smallest distance from zero.
struct ExtremeMagnitude<Number: OrderedCarrier & BinaryFloatingPoint>: Reducer {
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
