import COpenBLAS
import FXCore
import FXTensor

/// The routines of LAPACK for one element type, with sizes as integers and workspaces of their own.
///
/// Matrices lie column by column, without gaps unless a leading dimension is given. Every routine
/// returns LAPACK's `info`: 0 for success, a positive number where the matrix does not allow it.
struct LAPACK: @unchecked Sendable {
  typealias Memory = UnsafeMutableRawPointer
  typealias Integers = UnsafeMutablePointer<Int32>

  let element: BLASElement
  let library: OpenBLAS

  /// Opens the library.
  ///
  /// - Throws: `run.library`, or `tensor.dtype` for a dtype that LAPACK does not have.
  init(_ dtype: ScalarType) throws(FXError) {
    guard let element = BLASElement(dtype) else { throw noKernel(for: dtype) }
    self.element = element
    library = try OpenBLAS.shared()
  }

  /// The bytes of an element.
  var itemSize: Int { element.itemSize }

  /// The library and the element type as its functions take them.
  var handle: OpaquePointer { library.handle }
  var code: fx_element { element.code }

  /// Returns the leading dimension of matrices of a number of rows.
  func leading(_ rows: Int) -> Int32 { Int32(max(rows, 1)) }

  /// Factors P A = L U.
  func getrf(_ a: Memory, _ rows: Int, _ columns: Int, pivots: Integers) -> Int {
    Int(fx_getrf(handle, code, Int32(rows), Int32(columns), a, leading(rows), pivots))
  }

  /// Solves op(A) X = B by A's factors; op is `N`, `T` or `C`.
  func getrs(
    _ operation: UInt8, _ a: Memory, _ size: Int, pivots: Integers, _ b: Memory, _ columns: Int
  ) {
    _ = fx_getrs(
      handle, code, CChar(operation), Int32(size), Int32(columns), a, leading(size), pivots, b,
      leading(size))
  }

  /// Factors a positive definite matrix; the other triangle is left as it is.
  func potrf(_ triangle: UInt8, _ a: Memory, _ size: Int) -> Int {
    Int(fx_potrf(handle, code, CChar(triangle), Int32(size), a, leading(size)))
  }

  /// Inverts a positive definite matrix by its factor.
  func potri(_ triangle: UInt8, _ a: Memory, _ size: Int) -> Int {
    Int(fx_potri(handle, code, CChar(triangle), Int32(size), a, leading(size)))
  }

  /// Solves A X = B by the Cholesky factor of A.
  func potrs(_ triangle: UInt8, _ a: Memory, _ size: Int, _ b: Memory, _ columns: Int) {
    _ = fx_potrs(
      handle, code, CChar(triangle), Int32(size), Int32(columns), a, leading(size), b,
      leading(size))
  }

  /// Solves op(A) X = B, or X op(A) = B, for a triangle A; B becomes X.
  ///
  /// - Parameters:
  ///   - side: `L` for A to the left of X, `R` for the right.
  ///   - operation: `N`, `T` or `C`.
  ///   - diagonal: `U` for a diagonal of ones, else `N`.
  func trsm(
    _ side: UInt8, _ triangle: UInt8, _ operation: UInt8, _ diagonal: UInt8, _ a: Memory,
    _ b: Memory, rows: Int, columns: Int
  ) {
    let size = side == UInt8(ascii: "L") ? rows : columns
    element.withNumber(1) { one in
      fx_trsm(
        handle, code, CChar(side), CChar(triangle), CChar(operation), CChar(diagonal), Int32(rows),
        Int32(columns), one, a, leading(size), b, leading(rows))
    }
  }

  /// Factors a symmetric or Hermitian matrix as L D Lᵀ.
  func sytrf(_ a: Memory, _ size: Int, pivots: Integers, isHermitian: Bool) -> Int {
    withWorkspace { work, length in
      fx_sytrf(
        handle, code, isHermitian, CChar(UInt8(ascii: "L")), Int32(size), a, leading(size), pivots,
        work, length)
    }
  }

  /// Solves A X = B by the factors of `sytrf`.
  func sytrs(
    _ a: Memory, _ size: Int, pivots: Integers, _ b: Memory, _ columns: Int, isHermitian: Bool
  ) {
    _ = fx_sytrs(
      handle, code, isHermitian, CChar(UInt8(ascii: "L")), Int32(size), Int32(columns), a,
      leading(size), pivots, b, leading(size))
  }

  /// Asks a routine for the workspace it wants, and calls it again with that.
  func withWorkspace(_ call: (_ work: Memory, _ length: Int32) -> Int32) -> Int {
    var answer: (Double, Double) = (0, 0)
    withUnsafeMutableBytes(of: &answer) { bytes in
      if let work = bytes.baseAddress { _ = call(work, -1) }
    }
    let wanted = withUnsafeBytes(of: &answer) { real(at: $0, 0) }
    let length = Int32(max(wanted, 1))
    let work = Memory.allocate(byteCount: Int(length) * itemSize, alignment: 64)
    defer { work.deallocate() }
    return Int(call(work, length))
  }

  /// Returns the real part of an element.
  func real(at bytes: UnsafeRawBufferPointer, _ index: Int) -> Double {
    switch element {
    case .single, .complex:
      Double(bytes.load(fromByteOffset: index * itemSize, as: Float.self))
    case .double, .doubleComplex: bytes.load(fromByteOffset: index * itemSize, as: Double.self)
    }
  }

  /// The bytes of a real number of the element's precision.
  var realSize: Int { element == .single || element == .complex ? 4 : 8 }

  /// Calls `body` with memory for real numbers of the element's precision.
  func withReals<Output>(_ count: Int, _ body: (Memory) throws -> Output) rethrows -> Output {
    let memory = Memory.allocate(byteCount: max(count, 1) * realSize, alignment: 64)
    defer { memory.deallocate() }
    return try body(memory)
  }

  /// Calls `body` with memory for integers.
  func withIntegers<Output>(
    _ count: Int, _ body: (Integers) throws -> Output
  ) rethrows -> Output {
    let memory = Integers.allocate(capacity: max(count, 1))
    memory.initialize(repeating: 0, count: max(count, 1))
    defer { memory.deallocate() }
    return try body(memory)
  }
}
