import FXCore
import FXTensor
import Glibc

/// OpenBLAS with its LAPACK, opened when the first operator needs it.
///
/// Routines are those of Fortran, which take every argument by address, so that one signature
/// serves all element types. Threads are FXKit's own (`Parallel`): products are divided before they
/// get here, and only factorizations of large matrices let the library use threads.
public final class OpenBLAS: @unchecked Sendable {
  typealias Flag = UnsafePointer<CChar>
  typealias Size = UnsafePointer<Int32>

  /// `C := alpha op(A) op(B) + beta C`, column by column.
  typealias Gemm =
    @convention(c) (
      Flag, Flag, Size, Size, Size, UnsafeRawPointer, UnsafeRawPointer, Size, UnsafeRawPointer,
      Size, UnsafeRawPointer, UnsafeMutableRawPointer, Size, Int, Int
    ) -> Void
  /// `y := alpha op(A) x + beta y`.
  typealias Gemv =
    @convention(c) (
      Flag, Size, Size, UnsafeRawPointer, UnsafeRawPointer, Size, UnsafeRawPointer, Size,
      UnsafeRawPointer, UnsafeMutableRawPointer, Size, Int
    ) -> Void

  /// The routines of products for one element type.
  struct Products {
    let gemm: Gemm
    let gemv: Gemv
  }

  /// The names by which the library is looked for.
  static let names = ["libopenblas.so.0", "libopenblasp.so.0", "libopenblas.so"]

  /// The name by which the library was opened.
  let name: String
  private let handle: UnsafeMutableRawPointer
  private let products: [Products]
  private let setThreads: @convention(c) (Int32) -> Void

  private init(_ name: String, _ handle: UnsafeMutableRawPointer) throws(FXError) {
    self.name = name
    self.handle = handle
    var products: [Products] = []
    for element in BLASElement.allCases {
      let letter = element.letter
      products.append(
        Products(
          gemm: try Self.find("\(letter)gemm_", in: handle),
          gemv: try Self.find("\(letter)gemv_", in: handle)))
    }
    self.products = products
    setThreads = try Self.find("openblas_set_num_threads", in: handle)
    setThreads(1)
  }

  /// Returns the library, which the first call opens, for routines that nothing else has.
  ///
  /// - Throws: `run.library` where the system has none.
  static func shared() throws(FXError) -> OpenBLAS {
    if let installed, !isHidden { return installed }
    throw SystemLibrary.openBLAS.missingError(for: "a factorization")
  }

  /// The library; nil where the system has none.
  static let installed: OpenBLAS? = {
    if SystemLibrary.openBLAS.isLeftOut { return nil }
    for name in names {
      guard let handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { continue }
      if let library = try? OpenBLAS(name, handle) { return library }
    }
    return nil
  }()

  /// Makes factorizations fail as where the library is not installed, for tests.
  @TaskLocal package static var isHidden = false

  /// What the library says of itself: `0.3.21`.
  var version: String {
    typealias Describe = @convention(c) () -> UnsafePointer<CChar>?
    guard let describe = try? Self.find("openblas_get_config", in: handle) as Describe,
      let text = describe().map({ String(cString: $0) })
    else { return "?" }
    // OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64
    let words = text.split(separator: " ")
    return words.count > 1 && words[0] == "OpenBLAS" ? String(words[1]) : text
  }

  /// Returns the routines of products for an element type.
  func products(_ element: BLASElement) -> Products { products[element.rawValue] }

  /// Returns a routine of LAPACK by its name without the letter of the element type: `getrf`.
  ///
  /// - Throws: `run.library` where the library was built without it.
  func routine<Function>(
    _ name: String, _ element: BLASElement, as type: Function.Type = Function.self
  ) throws(FXError) -> Function {
    try Self.find("\(element.letter)\(name)_", in: handle)
  }

  /// Runs work in which the library may use a number of threads.
  func withThreads<Output>(_ count: Int, _ body: () throws -> Output) rethrows -> Output {
    if count > 1 { setThreads(Int32(clamping: count)) }
    defer { if count > 1 { setThreads(1) } }
    return try body()
  }

  private static func find<Function>(
    _ name: String, in handle: UnsafeMutableRawPointer
  ) throws(FXError) -> Function {
    guard let address = dlsym(handle, name) else {
      throw FXError(.runLibrary, "\(names[0]) has no '\(name)'")
    }
    return unsafeBitCast(address, to: Function.self)
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

  /// The letter with which routines begin.
  var letter: Character {
    switch self {
    case .single: "s"
    case .double: "d"
    case .complex: "c"
    case .doubleComplex: "z"
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
