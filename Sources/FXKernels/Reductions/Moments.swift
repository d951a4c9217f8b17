import FXTensor

/// The number, mean and sum of squared distances from it, of some numbers.
struct Moments: BitwiseCopyable, Sendable {
  var count = 0.0
  var mean = 0.0
  var squares = 0.0

  /// Adds a number (Welford's algorithm).
  @inline(__always)
  mutating func add(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }

  /// Adds the numbers of others (Chan's algorithm).
  @inline(__always)
  mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = count + other.count
    let distance = other.mean - mean
    mean += distance * (other.count / total)
    squares += other.squares + distance * distance * (count * other.count / total)
    count = total
  }

  /// Returns the variance, with a correction of the number that it is divided by.
  func variance(correction: Double) -> Double { squares / max(count - correction, 0) }
}

/// Computes something of the moments of floats.
struct MomentReducer<Number: RowFloat, Output: BitwiseCopyable>: Reducer {
  let finish: @Sendable (Moments) -> Output

  var initial: Moments { Moments() }
  @inline(__always)
  func add(_ value: Number, to state: inout Moments) { state.add(Double(value)) }
  @inline(__always)
  func merge(_ other: Moments, into state: inout Moments) { state.merge(other) }
  func result(_ state: Moments) -> Output { finish(state) }

  @inline(__always)
  func add(_ run: UnsafePointer<Number>, _ count: Int, to state: inout Moments) {
    state.merge(Number.moments(run, count))
  }
}

/// Computes the mean of complex numbers.
struct ComplexMean: Reducer {
  let count: Double

  var initial: Complex<Double> { .zero }
  @inline(__always)
  func add(_ value: Complex<Double>, to state: inout Complex<Double>) { state = state + value }
  @inline(__always)
  func merge(_ other: Complex<Double>, into state: inout Complex<Double>) { state = state + other }
  func result(_ state: Complex<Double>) -> Complex<Double> {
    Complex(state.real / count, state.imaginary / count)
  }
}

/// Computes the variance of complex numbers, which is that of both parts together, or its root.
struct ComplexVariance: Reducer {
  let correction: Double
  let takesRoot: Bool

  struct State: BitwiseCopyable, Sendable {
    var real = Moments()
    var imaginary = Moments()
  }

  var initial: State { State() }

  @inline(__always)
  func add(_ value: Complex<Double>, to state: inout State) {
    state.real.add(value.real)
    state.imaginary.add(value.imaginary)
  }

  @inline(__always)
  func merge(_ other: State, into state: inout State) {
    state.real.merge(other.real)
    state.imaginary.merge(other.imaginary)
  }

  func result(_ state: State) -> Double {
    let real = state.real.variance(correction: correction)
    let variance = real + state.imaginary.variance(correction: correction)
    return takesRoot ? variance.squareRoot() : variance
  }
}
