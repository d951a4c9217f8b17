import COpenBLAS
import FXCore
import FXTensor

/// OpenBLAS with its LAPACK, opened when the first operator needs it.
///
/// Threads are FXKit's own (`Parallel`): products are divided before they get here, and only
/// factorizations of large matrices let the library use threads.
public struct OpenBLAS: @unchecked Sendable {
  /// The library as its functions take it.
  let handle: OpaquePointer

  /// Returns the library, which the first call opens, for routines that nothing else has.
  ///
  /// - Throws: `run.library` where the system has none, or one that was built without LAPACK.
  static func shared() throws(FXError) -> OpenBLAS {
    guard let installed, !isHidden else {
      throw SystemLibrary.openBLAS.missingError(for: "a factorization")
    }
    if let routine = fx_openblas_missing_routine(installed.handle) {
      throw FXError(.runLibrary, "\(installed.name) has no '\(String(cString: routine))'")
    }
    return installed
  }

  /// The library; nil where the system has none.
  static let installed: OpenBLAS? = {
    if SystemLibrary.openBLAS.isLeftOut { return nil }
    return fx_openblas_find().map { OpenBLAS(handle: $0) }
  }()

  /// Makes factorizations fail as where the library is not installed, for tests.
  @TaskLocal package static var isHidden = false

  /// The name by which the library was opened.
  var name: String { fx_openblas_name(handle).map { String(cString: $0) } ?? "" }

  /// What the library says of itself: `0.3.21`.
  var version: String {
    guard let config = fx_openblas_config(handle) else { return "?" }
    // OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64
    let text = String(cString: config)
    let words = text.split(separator: " ")
    return words.count > 1 && words[0] == "OpenBLAS" ? String(words[1]) : text
  }

  /// The number of threads is the library's, not the caller's: who changes it has this lock.
  private static let threads = Lock()

  /// Runs work in which the library may use a number of threads, after that of other callers.
  ///
  /// Routines that others call meanwhile may use as many: the library reads the number once a call.
  func withThreads<Output>(_ count: Int, _ body: () throws -> Output) rethrows -> Output {
    if count <= 1 { return try body() }
    return try Self.threads.withLock {
      fx_openblas_set_threads(handle, Int32(clamping: count))
      defer { fx_openblas_set_threads(handle, 1) }
      return try body()
    }
  }
}

/// The element types of BLAS and LAPACK.
enum BLASElement: Int, CaseIterable {
  case single
  case double
  case complex
  case doubleComplex

  /// Finds the element type of a dtype; nil where the library has none.
  init?(_ dtype: ScalarType) {
    switch dtype {
    case .float32: self = .single
    case .float64: self = .double
    case .complex64: self = .complex
    case .complex128: self = .doubleComplex
    default: return nil
    }
  }

  /// The element type as the library's functions take it.
  var code: fx_element {
    switch self {
    case .single: FX_SINGLE
    case .double: FX_DOUBLE
    case .complex: FX_COMPLEX
    case .doubleComplex: FX_DOUBLE_COMPLEX
    }
  }

  /// The bytes of an element.
  var itemSize: Int {
    switch self {
    case .single: 4
    case .double, .complex: 8
    case .doubleComplex: 16
    }
  }

  /// Whether elements are complex.
  var isComplex: Bool { self == .complex || self == .doubleComplex }

  /// Calls `body` with the address of a number in the element type.
  func withNumber<Output>(
    _ number: Scalar, _ body: (UnsafeRawPointer) throws -> Output
  ) rethrows -> Output {
    switch self {
    case .single:
      try withUnsafeBytes(of: Float(number.double)) { try body($0.start) }
    case .double:
      try withUnsafeBytes(of: number.double) { try body($0.start) }
    case .complex:
      try withUnsafeBytes(of: number.element(Complex<Float>.self)) { try body($0.start) }
    case .doubleComplex:
      try withUnsafeBytes(of: number.element(Complex<Double>.self)) { try body($0.start) }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The first address of bytes that are there.
  fileprivate var start: UnsafeRawPointer {
    guard let baseAddress else { preconditionFailure("numbers have bytes") }
    return baseAddress
  }
}
