import FXCore
import FXTensor

extension LAPACK {
  /// Finds eigenvalues of a symmetric or Hermitian matrix in ascending order; with vectors A
  /// becomes them.
  func syevd(
    _ triangle: UInt8, _ a: Memory, _ size: Int, values: Memory, wantsVectors: Bool
  ) throws(FXError) -> Int {
    var flags = (CChar(UInt8(ascii: wantsVectors ? "V" : "N")), CChar(triangle))
    var (n, lead) = (Int32(size), Int32(max(size, 1)))
    // What the routine asks for is known beforehand.
    var integers = Int32(wantsVectors ? 3 + 5 * size : 1)
    let reals = Int32(wantsVectors ? 1 + 5 * size + 2 * size * size : max(size, 1))
    if !element.isComplex {
      let routine:
        @convention(c) (
          Flag, Flag, Size, Memory, Size, Memory, Memory, Size, Integers, Size, Integers, Int, Int
        ) -> Void = try library.routine("syevd", element)
      return withIntegers(Int(integers)) { iwork in
        withWorkspace { work, length, info in
          routine(
            &flags.0, &flags.1, &n, a, &lead, values, work, length, iwork, &integers, info, 1, 1)
        }
      }
    }
    let routine:
      @convention(c) (
        Flag, Flag, Size, Memory, Size, Memory, Memory, Size, Memory, Size, Integers, Size,
        Integers, Int, Int
      ) -> Void = try library.routine("heevd", element)
    return withIntegers(Int(integers)) { iwork in
      withReals(Int(reals)) { rwork in
        withWorkspace { work, length, info in
          var (realCount, integerCount) = (reals, integers)
          if length.pointee == -1 { (realCount, integerCount) = (-1, -1) }
          routine(
            &flags.0, &flags.1, &n, a, &lead, values, work, length, rwork, &realCount, iwork,
            &integerCount, info, 1, 1)
        }
      }
    }
  }

  /// Finds eigenvalues of a real matrix, as real and imaginary parts, and right eigenvectors.
  func geev(
    _ a: Memory, _ size: Int, real: Memory, imaginary: Memory, vectors: Memory?
  ) throws(FXError) -> Int {
    let routine:
      @convention(c) (
        Flag, Flag, Size, Memory, Size, Memory, Memory, Memory, Size, Memory, Size, Memory, Size,
        Integers, Int, Int
      ) -> Void = try library.routine("geev", element)
    var flags = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: vectors == nil ? "N" : "V")))
    var (n, lead) = (Int32(size), Int32(max(size, 1)))
    var none = lead
    return withWorkspace { work, length, info in
      routine(
        &flags.0, &flags.1, &n, a, &lead, real, imaginary, a, &none, vectors ?? a, &none, work,
        length, info, 1, 1)
    }
  }

  /// Finds eigenvalues of a complex matrix and right eigenvectors.
  func geev(
    _ a: Memory, _ size: Int, values: Memory, vectors: Memory?
  ) throws(FXError) -> Int {
    let routine:
      @convention(c) (
        Flag, Flag, Size, Memory, Size, Memory, Memory, Size, Memory, Size, Memory, Size, Memory,
        Integers, Int, Int
      ) -> Void = try library.routine("geev", element)
    var flags = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: vectors == nil ? "N" : "V")))
    var (n, lead) = (Int32(size), Int32(max(size, 1)))
    var none = lead
    return withReals(2 * size) { rwork in
      withWorkspace { work, length, info in
        routine(
          &flags.0, &flags.1, &n, a, &lead, values, a, &none, vectors ?? a, &none, work, length,
          rwork, info, 1, 1)
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
  ) throws(FXError) -> Int {
    var flag = CChar(job)
    var (m, n, lead) = (Int32(rows), Int32(columns), Int32(max(rows, 1)))
    var (leadU, leadV) = (lead, Int32(max(width, 1)))
    let (least, most) = (min(rows, columns), max(rows, columns))
    if !element.isComplex {
      let routine:
        @convention(c) (
          Flag, Size, Size, Memory, Size, Memory, Memory, Size, Memory, Size, Memory, Size,
          Integers, Integers, Int
        ) -> Void = try library.routine("gesdd", element)
      return withIntegers(8 * least) { iwork in
        withWorkspace { work, length, info in
          routine(
            &flag, &m, &n, a, &lead, values, u, &leadU, v, &leadV, work, length, iwork, info, 1)
        }
      }
    }
    let routine:
      @convention(c) (
        Flag, Size, Size, Memory, Size, Memory, Memory, Size, Memory, Size, Memory, Size, Memory,
        Integers, Integers, Int
      ) -> Void = try library.routine("gesdd", element)
    let reals = max(5 * least * least + 7 * least, 2 * most * least + 2 * least * least + least)
    return withIntegers(8 * least) { iwork in
      withReals(max(reals, 7 * least)) { rwork in
        withWorkspace { work, length, info in
          routine(
            &flag, &m, &n, a, &lead, values, u, &leadU, v, &leadV, work, length, rwork, iwork,
            info, 1)
        }
      }
    }
  }
}
