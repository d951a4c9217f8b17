import FXCore
import FXTensor

/// The routines of LAPACK for one element type, with sizes as integers and workspaces of their own.
///
/// Matrices lie column by column, without gaps unless a leading dimension is given. Every routine
/// returns LAPACK's `info`: 0 for success, a positive number where the matrix does not allow it.
struct LAPACK: @unchecked Sendable {
  typealias Flag = UnsafePointer<CChar>
  typealias Size = UnsafePointer<Int32>
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

  /// Factors P A = L U.
  func getrf(_ a: Memory, _ rows: Int, _ columns: Int, pivots: Integers) throws(FXError) -> Int {
    let routine: @convention(c) (Size, Size, Memory, Size, Integers, Integers) -> Void =
      try library.routine("getrf", element)
    var (m, n, lead, info) = (Int32(rows), Int32(columns), Int32(max(rows, 1)), Int32(0))
    routine(&m, &n, a, &lead, pivots, &info)
    return Int(info)
  }

  /// Solves op(A) X = B by A's factors; op is `N`, `T` or `C`.
  func getrs(
    _ operation: UInt8, _ a: Memory, _ size: Int, pivots: Integers, _ b: Memory, _ columns: Int
  ) throws(FXError) {
    let routine:
      @convention(c) (Flag, Size, Size, Memory, Size, Integers, Memory, Size, Integers, Int) -> Void =
        try library.routine("getrs", element)
    var (flag, n, count) = (CChar(operation), Int32(size), Int32(columns))
    var (lead, info) = (Int32(max(size, 1)), Int32(0))
    var other = lead
    routine(&flag, &n, &count, a, &lead, pivots, b, &other, &info, 1)
  }

  /// Factors a positive definite matrix; the other triangle is left as it is.
  func potrf(_ triangle: UInt8, _ a: Memory, _ size: Int) throws(FXError) -> Int {
    try triangular("potrf", triangle, a, size)
  }

  /// Inverts a positive definite matrix by its factor.
  func potri(_ triangle: UInt8, _ a: Memory, _ size: Int) throws(FXError) -> Int {
    try triangular("potri", triangle, a, size)
  }

  private func triangular(
    _ name: String, _ triangle: UInt8, _ a: Memory, _ size: Int
  ) throws(FXError) -> Int {
    let routine: @convention(c) (Flag, Size, Memory, Size, Integers, Int) -> Void =
      try library.routine(name, element)
    var (flag, n, lead, info) = (CChar(triangle), Int32(size), Int32(max(size, 1)), Int32(0))
    routine(&flag, &n, a, &lead, &info, 1)
    return Int(info)
  }

  /// Solves A X = B by the Cholesky factor of A.
  func potrs(
    _ triangle: UInt8, _ a: Memory, _ size: Int, _ b: Memory, _ columns: Int
  ) throws(FXError) {
    let routine:
      @convention(c) (Flag, Size, Size, Memory, Size, Memory, Size, Integers, Int) -> Void =
        try library.routine("potrs", element)
    var (flag, n, count) = (CChar(triangle), Int32(size), Int32(columns))
    var (lead, info) = (Int32(max(size, 1)), Int32(0))
    var other = lead
    routine(&flag, &n, &count, a, &lead, b, &other, &info, 1)
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
  ) throws(FXError) {
    let routine:
      @convention(c) (
        Flag, Flag, Flag, Flag, Size, Size, UnsafeRawPointer, Memory, Size, Memory, Size, Int, Int,
        Int, Int
      ) -> Void = try library.routine("trsm", element)
    var flags = (CChar(side), CChar(triangle), CChar(operation), CChar(diagonal))
    var (m, n) = (Int32(rows), Int32(columns))
    var lead = Int32(max(side == UInt8(ascii: "L") ? rows : columns, 1))
    var other = Int32(max(rows, 1))
    element.withNumber(1) { one in
      routine(
        &flags.0, &flags.1, &flags.2, &flags.3, &m, &n, one, a, &lead, b, &other, 1, 1, 1, 1)
    }
  }

  /// Factors a symmetric or Hermitian matrix as L D Lᵀ.
  func sytrf(
    _ a: Memory, _ size: Int, pivots: Integers, isHermitian: Bool
  ) throws(FXError) -> Int {
    let routine:
      @convention(c) (Flag, Size, Memory, Size, Integers, Memory, Size, Integers, Int) -> Void =
        try library.routine(isHermitian && element.isComplex ? "hetrf" : "sytrf", element)
    var (flag, n, lead) = (CChar(UInt8(ascii: "L")), Int32(size), Int32(max(size, 1)))
    return withWorkspace { work, length, info in
      routine(&flag, &n, a, &lead, pivots, work, length, info, 1)
    }
  }

  /// Solves A X = B by the factors of `sytrf`.
  func sytrs(
    _ a: Memory, _ size: Int, pivots: Integers, _ b: Memory, _ columns: Int, isHermitian: Bool
  ) throws(FXError) {
    let routine:
      @convention(c) (Flag, Size, Size, Memory, Size, Integers, Memory, Size, Integers, Int) -> Void =
        try library.routine(isHermitian && element.isComplex ? "hetrs" : "sytrs", element)
    var (flag, n, count) = (CChar(UInt8(ascii: "L")), Int32(size), Int32(columns))
    var (lead, info) = (Int32(max(size, 1)), Int32(0))
    var other = lead
    routine(&flag, &n, &count, a, &lead, pivots, b, &other, &info, 1)
  }

  /// Asks a routine for the workspace it wants, and calls it again with that.
  func withWorkspace(_ call: (Memory, Size, Integers) -> Void) -> Int {
    var (length, info) = (Int32(-1), Int32(0))
    var answer: (Double, Double) = (0, 0)
    withUnsafeMutableBytes(of: &answer) { bytes in
      if let work = bytes.baseAddress { call(work, &length, &info) }
    }
    let wanted = withUnsafeBytes(of: &answer) { real(at: $0, 0) }
    length = Int32(max(wanted, 1))
    let work = Memory.allocate(byteCount: Int(length) * itemSize, alignment: 64)
    defer { work.deallocate() }
    info = 0
    call(work, &length, &info)
    return Int(info)
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
