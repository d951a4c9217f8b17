import COneDNN
import COpenBLAS
import FXCore
import FXTensor

/// One product of matrices on the calling thread: `C := alpha A B + beta C`.
///
/// It serves the dtypes in which products are computed: those of BLAS, and int64, which wraps
/// around.
struct GEMM: @unchecked Sendable {
  private enum Engine {
    /// The library is nil where OpenBLAS is not there or not wanted.
    case floats(BLASElement, OpenBLAS?)
    case integers
  }

  /// The bytes of an element.
  let itemSize: Int
  private let engine: Engine
  private let alpha: Scalar
  private let beta: Scalar
  /// Whether PyTorch computes a batch of small matrices, and not one by its library.
  private let isBatched: Bool
  /// How many taps a channel has where the product is a convolution that PyTorch leaves to oneDNN,
  /// which sums tap by tap; nil for other products.
  private let taps: Int?

  /// Whether libraries of the system may be used, where they are there.
  private let usesLibraries: Bool

  /// Prepares products of a dtype.
  ///
  /// - Throws: `tensor.dtype` for a dtype in which products are not computed.
  init(
    _ dtype: ScalarType, alpha: Scalar = 1, beta: Scalar = 0, isBatched: Bool = false,
    taps: Int? = nil, usesLibraries: Bool = true
  ) throws(FXError) {
    if let element = BLASElement(dtype) {
      engine = .floats(element, usesLibraries ? OpenBLAS.installed : nil)
    } else if dtype == .int64 {
      engine = .integers
    } else {
      throw noKernel(for: dtype)
    }
    itemSize = dtype.byteCount
    self.alpha = alpha
    self.beta = beta
    self.isBatched = isBatched
    self.taps = taps
    self.usesLibraries = usesLibraries
  }

  /// Returns the dtype in which products of a dtype are computed.
  static func computeType(_ dtype: ScalarType) -> ScalarType {
    dtype.isIntegral(includingBool: true) ? .int64 : dtype.computeType
  }

  /// Computes a product; all three are row-major or column-major.
  func run(_ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout) {
    if c.rows == 0 || c.columns == 0 { return }
    if !c.isRowMajor { return run(b.transposed, a.transposed, c.transposed) }
    guard case .floats(let element, let library) = engine,
      element == .double || element == .doubleComplex
        || c.rows * c.columns * a.columns > SmallProduct.limit
          && !(c.rows == 1 && taps != nil && element == .single)
    else { return multiplySmall(a, b, c) }
    if a.columns == 0 { return BlockedProduct.run(element, a, b, c, alpha: alpha, beta: beta) }
    if c.rows == 1 { return multiply(rowOf: a, b, c, element, library) }
    if c.columns == 1 {
      return multiply(rowOf: b.transposed, a.transposed, c.transposed, element, library)
    }
    if element == .single, c.rows * c.columns * a.columns >= Self.fastWork, multiplyFast(a, b, c) {
      return
    }
    guard let library else {
      return BlockedProduct.run(element, a, b, c, alpha: alpha, beta: beta)
    }
    element.withNumber(alpha) { alpha in
      element.withNumber(beta) { beta in
        fx_gemm(
          library.handle, element.code, !a.isRowMajor, !b.isRowMajor, Int32(c.rows),
          Int32(c.columns), Int32(a.columns), alpha, a.base, Self.leading(a), b.base,
          Self.leading(b), beta, c.base, Int32(c.rowStride))
      }
    }
  }

  /// From how many multiplications on oneDNN is faster than OpenBLAS.
  private static let fastWork = 1 << 17

  /// Computes a product of floats by oneDNN, whose code is made for the processor that it meets;
  /// returns false where it is not there.
  private func multiplyFast(_ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout) -> Bool {
    guard usesLibraries, let library = OneDNN.installed else { return false }
    return fx_onednn_sgemm(
      library.handle, !a.isRowMajor, !b.isRowMajor,
      Int64(c.rows), Int64(c.columns), Int64(a.columns),
      Float(alpha.double), a.base.assumingMemoryBound(to: Float.self), Int64(Self.leading(a)),
      b.base.assumingMemoryBound(to: Float.self), Int64(Self.leading(b)), Float(beta.double),
      c.base.assumingMemoryBound(to: Float.self), Int64(c.rowStride))
  }

  /// Multiplies a row by a matrix: `c := alpha a B + beta c`.
  private func multiply(
    rowOf a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout, _ element: BLASElement,
    _ library: OpenBLAS?
  ) {
    guard let library else {
      return BlockedProduct.runRow(element, a, b, c, alpha: alpha, beta: beta)
    }
    // The routine reads the result even where beta is 0.
    if !beta.isTrue { clear(c) }
    // The result is that of a column: c' := alpha B' a' + beta c'.
    let isTransposed = b.isRowMajor
    let (rows, columns) = isTransposed ? (b.rows, b.columns) : (b.columns, b.rows)
    element.withNumber(alpha) { alpha in
      element.withNumber(beta.isTrue ? beta : 1) { beta in
        fx_gemv(
          library.handle, element.code, isTransposed, Int32(rows), Int32(columns), alpha, b.base,
          Self.leading(b), a.base, Int32(a.columns > 1 ? a.columnStride : 1), beta, c.base,
          Int32(c.columns > 1 ? c.columnStride : 1))
      }
    }
  }

  private func clear(_ c: MatrixLayout) {
    for row in 0..<c.rows {
      for column in 0..<c.columns {
        let place = c.base + (row * c.rowStride + column * c.columnStride) * itemSize
        place.initializeMemory(as: UInt8.self, repeating: 0, count: itemSize)
      }
    }
  }

  private func multiplySmall(_ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout) {
    guard case .floats(let element, _) = engine else {
      return SmallProduct.run(
        a, b, c, alpha: alpha.element(Int64.self), beta: beta.element(Int64.self),
        readsResult: beta.isTrue)
    }
    if element == .single, taps != nil || SmallProduct.isFused(c) {
      SmallProduct.run(
        a, b, c, alpha: FusedFloat(rounding: alpha.element(Float.self)),
        beta: FusedFloat(rounding: beta.element(Float.self)), readsResult: beta.isTrue,
        taps: taps ?? 1)
    } else if element == .single {
      SmallProduct.run(
        a, b, c, alpha: alpha.element(Float.self), beta: beta.element(Float.self),
        readsResult: beta.isTrue)
    } else if isBatched, c.rows * c.columns * a.columns < SmallProduct.complexLimit {
      SmallProduct.run(
        a, b, c, alpha: alpha.element(Complex<Float>.self), beta: beta.element(Complex<Float>.self),
        readsResult: beta.isTrue)
    } else {
      SmallProduct.run(
        a, b, c, alpha: DoubledComplex(alpha.element(Complex<Float>.self)),
        beta: DoubledComplex(beta.element(Complex<Float>.self)), readsResult: beta.isTrue)
    }
  }

  private static func leading(_ matrix: MatrixLayout) -> Int32 {
    Int32(matrix.isRowMajor ? matrix.rowStride : matrix.columnStride)
  }
}
