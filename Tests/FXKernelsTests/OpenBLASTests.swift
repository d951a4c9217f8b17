import COpenBLAS
import COpenBLASHeaders
import FXTensor
import FXTestSupport
import Testing

@testable import FXKernels

/// OpenBLAS as it is found and called; what its routines compute is compared with PyTorch elsewhere.
@Suite struct OpenBLASTests {
  /// Prototypes that differ from the installed headers' don't compile. Each header is compared as a
  /// whole or, where it is not installed, not at all.
  @Test func prototypesAreThoseOfTheHeaders() {
    #expect([0, 14].contains(fx_compared_cblas()))
    #expect([0, 80].contains(fx_compared_lapack()))
  }

  /// A library whose integers have 64 bits would read sizes that were never written.
  @Test func integersOf64BitsAreRefused() {
    #expect(
      fx_openblas_is_wide("OpenBLAS 0.3.21 NO_LAPACKE USE64BITINT DYNAMIC_ARCH MAX_THREADS=64"))
    #expect(!fx_openblas_is_wide("OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"))
  }

  @Test func thisLibraryHasIntegersOf32BitsAndLAPACK() throws {
    guard let library = OpenBLAS.installed else { return }
    let config = try #require(fx_openblas_config(library.handle))
    #expect(!fx_openblas_is_wide(config))
    #expect(fx_openblas_missing_routine(library.handle) == nil)
    #expect(SystemLibrary.openBLAS.found == "\(library.version) (\(library.name))")
  }
}
