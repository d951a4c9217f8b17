import FXTensor

/// An element of products that are computed by plain loops.
protocol ProductElement: BitwiseCopyable {
  /// The type in which products are summed.
  associatedtype Sum: BitwiseCopyable
  /// Which number `alpha` is multiplied by.
  static var scaling: ProductScaling { get }
  /// Nothing.
  static var noSum: Sum { get }
  /// The element as a part of a sum.
  var wide: Sum { get }
  /// Rounds a sum.
  init(rounding sum: Sum)
  /// Adds a product to a sum.
  static func add(_ sum: Sum, _ left: Sum, _ right: Sum) -> Sum
}

/// Where the factors of a product and of what it is added to come in.
enum ProductScaling {
  /// `alpha` scales A, and sums begin with `beta C`.
  case first
  /// `alpha` scales B, and `beta C` is added to sums.
  case second
  /// `alpha` scales sums, and `beta C` is added to them.
  case sum
}

/// Products and sums are rounded apart.
extension Float: ProductElement {
  static var scaling: ProductScaling { .first }
  static var noSum: Float { 0 }
  @inline(__always) var wide: Float { self }
  @inline(__always) init(rounding sum: Float) { self = sum }
  @inline(__always)
  static func add(_ sum: Float, _ left: Float, _ right: Float) -> Float { sum + left * right }
}

/// A float whose products are rounded with the sum that they are added to.
struct FusedFloat: ProductElement {
  let value: Float

  static var scaling: ProductScaling { .second }
  static var noSum: Float { 0 }
  @inline(__always) var wide: Float { value }
  @inline(__always) init(rounding sum: Float) { value = sum }
  /// The product is exact in double precision, whose instructions every processor has.
  @inline(__always)
  static func add(_ sum: Float, _ left: Float, _ right: Float) -> Float {
    Float(Double(sum) + Double(left) * Double(right))
  }
}

extension Complex<Float>: ProductElement {
  static var scaling: ProductScaling { .sum }
  static var noSum: Complex<Float> { Complex<Float>(0, 0) }
  @inline(__always) var wide: Complex<Float> { self }
  @inline(__always) init(rounding sum: Complex<Float>) { self = sum }
  @inline(__always)
  static func add(
    _ sum: Complex<Float>, _ left: Complex<Float>, _ right: Complex<Float>
  ) -> Complex<Float> {
    let real = left.real * right.real - left.imaginary * right.imaginary
    let imaginary = left.real * right.imaginary + left.imaginary * right.real
    return Complex<Float>(sum.real + real, sum.imaginary + imaginary)
  }
}

/// A complex number whose products are summed in double precision.
struct DoubledComplex: ProductElement {
  let value: Complex<Float>

  init(_ value: Complex<Float>) { self.value = value }

  static var scaling: ProductScaling { .sum }
  static var noSum: Complex<Double> { Complex<Double>(0, 0) }
  @inline(__always) var wide: Complex<Double> {
    Complex<Double>(Double(value.real), Double(value.imaginary))
  }
  @inline(__always) init(rounding sum: Complex<Double>) {
    value = Complex<Float>(Float(sum.real), Float(sum.imaginary))
  }
  @inline(__always)
  static func add(
    _ sum: Complex<Double>, _ left: Complex<Double>, _ right: Complex<Double>
  ) -> Complex<Double> { sum + left * right }
}

extension Int64: ProductElement {
  static var scaling: ProductScaling { .sum }
  static var noSum: Int64 { 0 }
  @inline(__always) var wide: Int64 { self }
  @inline(__always) init(rounding sum: Int64) { self = sum }
  @inline(__always)
  static func add(_ sum: Int64, _ left: Int64, _ right: Int64) -> Int64 { sum &+ left &* right }
}

/// Products by plain loops: of integers, for which BLAS has none, and of small matrices, for which
/// calls cost more than the sums.
///
/// Floats are summed as PyTorch's library does it for matrices of these sizes, product by product.
enum SmallProduct {
  /// The number of multiplications up to which matrices count as small.
  static let limit = 1 << 12

  /// The number of multiplications up to which PyTorch sums complex products of batches one by one.
  static let complexLimit = 400

  /// Whether PyTorch's library takes the processor's fused instructions for a result.
  static func isFused(_ c: MatrixLayout) -> Bool { c.rows >= 4 && c.columns >= 12 }

  /// Computes `C := alpha A B + beta C`.
  ///
  /// - Parameter taps: how many columns of A one channel has; the first of all channels are summed
  ///   first, then the second.
  @inline(__always)
  static func run<Element: ProductElement>(
    _ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout, alpha: Element, beta: Element,
    readsResult: Bool, taps: Int = 1
  ) {
    let left = a.base.assumingMemoryBound(to: Element.self)
    let right = b.base.assumingMemoryBound(to: Element.self)
    let result = c.base.assumingMemoryBound(to: Element.self)
    let (alpha, beta) = (alpha.wide, beta.wide)
    let channels = max(a.columns / taps, 1)
    withUnsafeTemporaryAllocation(of: Element.Sum.self, capacity: c.columns) { sums in
      for row in 0..<c.rows {
        let line = result + row &* c.rowStride
        sums.initialize(repeating: Element.noSum)
        if Element.scaling == .first, readsResult {
          for column in 0..<c.columns {
            let own = line[column &* c.columnStride].wide
            sums[column] = Element.add(Element.noSum, own, beta)
          }
        }
        for place in 0..<a.columns {
          let index = place % channels &* taps &+ place / channels
          var factor = left[row &* a.rowStride &+ index &* a.columnStride].wide
          if Element.scaling == .first { factor = Element.add(Element.noSum, factor, alpha) }
          let line = right + index &* b.rowStride
          for column in 0..<c.columns {
            var other = line[column &* b.columnStride].wide
            if Element.scaling == .second { other = Element.add(Element.noSum, other, alpha) }
            sums[column] = Element.add(sums[column], factor, other)
          }
        }
        for column in 0..<c.columns {
          let place = line + column &* c.columnStride
          var sum = sums[column]
          if Element.scaling == .sum { sum = Element.add(Element.noSum, sum, alpha) }
          if Element.scaling != .first, readsResult {
            sum = Element.add(sum, place.pointee.wide, beta)
          }
          place.pointee = Element(rounding: sum)
        }
      }
    }
  }
}
