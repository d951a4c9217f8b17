import COpenBLAS
import FXCore
import FXTensor

extension LAPACK {
  /// Factors A = Q R; Q stays in reflections below the diagonal and `tau`.
  func geqrf(_ a: Memory, _ rows: Int, _ columns: Int, tau: Memory) {
    _ = withWorkspace { work, length in
      fx_geqrf(handle, code, Int32(rows), Int32(columns), a, leading(rows), tau, work, length)
    }
  }

  /// Makes the first columns of Q of a number of reflections.
  func orgqr(_ a: Memory, _ rows: Int, _ columns: Int, tau: Memory, _ reflections: Int) {
    _ = withWorkspace { work, length in
      fx_orgqr(
        handle, code, Int32(rows), Int32(columns), Int32(reflections), a, leading(rows), tau, work,
        length)
    }
  }

  /// Multiplies C by op(Q), from the left or the right.
  ///
  /// - Parameter leading: the number of rows of the matrix of reflections.
  func ormqr(
    _ side: UInt8, isAdjoint: Bool, _ a: Memory, leading height: Int, tau: Memory,
    _ reflections: Int, _ c: Memory, _ rows: Int, _ columns: Int
  ) {
    let adjoint = element.isComplex ? UInt8(ascii: "C") : UInt8(ascii: "T")
    let operation = CChar(isAdjoint ? adjoint : UInt8(ascii: "N"))
    _ = withWorkspace { work, length in
      fx_ormqr(
        handle, code, CChar(side), operation, Int32(rows), Int32(columns), Int32(reflections), a,
        leading(height), tau, c, leading(rows), work, length)
    }
  }
}
