import COpenBLAS
import FXCore
import FXTensor

extension LAPACK {
  /// Finds eigenvalues of a symmetric or Hermitian matrix in ascending order; with vectors A
  /// becomes them.
  func syevd(
    _ triangle: UInt8, _ a: Memory, _ size: Int, values: Memory, wantsVectors: Bool
  ) -> Int {
    let job = CChar(UInt8(ascii: wantsVectors ? "V" : "N"))
    // What the routine asks for beside its workspace is known beforehand.
    let integers = wantsVectors ? 3 + 5 * size : 1
    let reals = wantsVectors ? 1 + 5 * size + 2 * size * size : max(size, 1)
    return withIntegers(integers) { iwork in
      withReals(element.isComplex ? reals : 0) { rwork in
        withWorkspace { work, length in
          let isQuestion = length == -1
          return fx_syevd(
            handle, code, job, CChar(triangle), Int32(size), a, leading(size), values, work,
            length, rwork, isQuestion ? -1 : Int32(reals), iwork,
            isQuestion ? -1 : Int32(integers))
        }
      }
    }
  }

  /// Finds eigenvalues of a matrix and right eigenvectors.
  ///
  /// - Parameters:
  ///   - values: become the eigenvalues of a complex matrix, or real parts of those of a real one.
  ///   - imaginary: becomes the imaginary parts, for a real matrix.
  func geev(
    _ a: Memory, _ size: Int, values: Memory, imaginary: Memory? = nil, vectors: Memory?
  ) -> Int {
    let job = CChar(UInt8(ascii: vectors == nil ? "N" : "V"))
    return withReals(element.isComplex ? 2 * size : 0) { reals in
      withWorkspace { work, length in
        fx_geev(
          handle, code, job, Int32(size), a, leading(size), values, imaginary, vectors ?? a,
          leading(size), work, length, reals)
      }
    }
  }

  /// Finds singular values in descending order, and singular vectors.
  ///
  /// - Parameters:
  ///   - job: `A` for all vectors, `S` for as many as there are values, `N` for none.
  ///   - width: the rows of Vᴴ.
  func gesdd(
    _ job: UInt8, _ a: Memory, _ rows: Int, _ columns: Int, values: Memory, u: Memory, v: Memory,
    width: Int
  ) -> Int {
    let (least, most) = (min(rows, columns), max(rows, columns))
    let reals = max(
      5 * least * least + 7 * least, 2 * most * least + 2 * least * least + least, 7 * least)
    return withIntegers(8 * least) { iwork in
      withReals(element.isComplex ? reals : 0) { rwork in
        withWorkspace { work, length in
          fx_gesdd(
            handle, code, CChar(job), Int32(rows), Int32(columns), a, leading(rows), values, u,
            leading(rows), v, leading(width), work, length, rwork, iwork)
        }
      }
    }
  }
}
