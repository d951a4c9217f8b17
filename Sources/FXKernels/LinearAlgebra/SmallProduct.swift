import FXTensor

/// An element of products that are computed by plain loops.
protocol ProductElement: BitwiseCopyable {
  /// The type in which products are summed.
  associatedtype Sum: BitwiseCopyable
  /// Nothing.
  static var noSum: Sum { get }
  /// The element as a part of a sum.
  var wide: Sum { get }
  /// Rounds a sum.
  init(rounding sum: Sum)
  /// Adds a product to a sum.
  static func add(_ sum: Sum, _ left: Sum, _ right: Sum) -> Sum
}

extension Float: ProductElement {
  static var noSum: Double { 0 }
  @inline(__always) var wide: Double { Double(self) }
  @inline(__always) init(rounding sum: Double) { self = Float(sum) }
  @inline(__always)
  static func add(_ sum: Double, _ left: Double, _ right: Double) -> Double { sum + left * right }
}

extension Complex<Float>: ProductElement {
  static var noSum: Complex<Double> { Complex<Double>(0, 0) }
  @inline(__always) var wide: Complex<Double> { Complex<Double>(Double(real), Double(imaginary)) }
  @inline(__always) init(rounding sum: Complex<Double>) {
    self.init(Float(sum.real), Float(sum.imaginary))
  }
  @inline(__always)
  static func add(
    _ sum: Complex<Double>, _ left: Complex<Double>, _ right: Complex<Double>
  ) -> Complex<Double> { sum + left * right }
}

extension Int64: ProductElement {
  static var noSum: Int64 { 0 }
  @inline(__always) var wide: Int64 { self }
  @inline(__always) init(rounding sum: Int64) { self = sum }
  @inline(__always)
  static func add(_ sum: Int64, _ left: Int64, _ right: Int64) -> Int64 { sum &+ left &* right }
}

/// Products by plain loops: of integers, for which BLAS has none, and of small matrices, for which
/// calls cost more than sums in double precision.
enum SmallProduct {
  /// The number of multiplications up to which matrices count as small.
  static let limit = 1 << 12

  /// Computes `C := alpha A B + beta C`.
  @inline(__always)
  static func run<Element: ProductElement>(
    _ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout, alpha: Element, beta: Element,
    readsResult: Bool
  ) {
    let left = a.base.assumingMemoryBound(to: Element.self)
    let right = b.base.assumingMemoryBound(to: Element.self)
    let result = c.base.assumingMemoryBound(to: Element.self)
    withUnsafeTemporaryAllocation(of: Element.Sum.self, capacity: c.columns) { sums in
      for row in 0..<c.rows {
        sums.initialize(repeating: Element.noSum)
        for index in 0..<a.columns {
          let factor = left[row &* a.rowStride &+ index &* a.columnStride].wide
          let line = right + index &* b.rowStride
          for column in 0..<c.columns {
            let other = line[column &* b.columnStride].wide
            sums[column] = Element.add(sums[column], factor, other)
          }
        }
        let line = result + row &* c.rowStride
        for column in 0..<c.columns {
          let place = line + column &* c.columnStride
          let own = Element.add(Element.noSum, sums[column], alpha.wide)
          let sum = readsResult ? Element.add(own, place.pointee.wide, beta.wide) : own
          place.pointee = Element(rounding: sum)
        }
      }
    }
  }
}
