import FXTensor
import Glibc

/// Adds what a function makes of floats, and applies another to the sum.
struct MappedSum<Number: RowFloat>: Reducer {
  let map: @Sendable (Double) -> Double
  let finish: @Sendable (Double) -> Double

  var initial: Double { 0 }
  @inline(__always)
  func add(_ value: Number, to state: inout Double) { state += map(Double(value)) }
  @inline(__always)
  func merge(_ other: Double, into state: inout Double) { state += other }
  func result(_ state: Double) -> Number { Number(finish(state)) }
}

/// The root of the sum of squares: in double precision, where squares of floats do not overflow.
struct EuclideanNorm<Number: RowFloat>: Reducer {
  var initial: Double { 0 }
  @inline(__always)
  func add(_ value: Number, to state: inout Double) { state += Double(value) * Double(value) }
  @inline(__always)
  func merge(_ other: Double, into state: inout Double) { state += other }
  func result(_ state: Double) -> Number { Number(state.squareRoot()) }

  @inline(__always)
  func add(_ run: UnsafePointer<Number>, _ count: Int, to state: inout Double) {
    state += Number.squareSum(run, count)
  }
}

/// The distance from zero of real parts and imaginary parts that take turns.
extension Tensor {
  /// Returns the magnitudes of complex numbers; real tensors stay as they are.
  ///
  /// - Throws: `tensor.memory`.
  func realMagnitudes() throws -> Tensor {
    guard dtype.isComplex else { return self }
    let parts = try viewAsReal().converted(to: dtype == .complex128 ? .float64 : .float32)
    return try Reductions.norm(parts, [-1], order: 2)
  }
}
