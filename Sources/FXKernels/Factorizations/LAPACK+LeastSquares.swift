import COpenBLAS
import FXCore
import FXTensor

extension LAPACK {
  /// Minimizes |A X - B| for A of full rank; the solution and what is left over replace B.
  func gels(_ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int) -> Int {
    withWorkspace { work, length in
      fx_gels(
        handle, code, CChar(UInt8(ascii: "N")), Int32(rows), Int32(columns), Int32(count), a,
        leading(rows), b, leading(max(rows, columns)), work, length)
    }
  }

  /// The least squares of smallest norm by a complete orthogonal factorization; sets the rank.
  func gelsy(
    _ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int, tolerance: Double,
    rank: inout Int32
  ) -> Int {
    var found = Int32(0)
    defer { rank = found }
    return withIntegers(columns) { pivots in
      withReals(2 * columns) { reals in
        withWorkspace { work, length in
          fx_gelsy(
            handle, code, Int32(rows), Int32(columns), Int32(count), a, leading(rows), b,
            leading(max(rows, columns)), pivots, tolerance, &found, work, length, reals)
        }
      }
    }
  }

  /// The least squares of smallest norm by singular values; sets the rank.
  func gelss(
    _ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int, values: Memory,
    tolerance: Double, rank: inout Int32
  ) -> Int {
    var found = Int32(0)
    defer { rank = found }
    return withReals(5 * min(rows, columns)) { reals in
      withWorkspace { work, length in
        fx_gelss(
          handle, code, Int32(rows), Int32(columns), Int32(count), a, leading(rows), b,
          leading(max(rows, columns)), values, tolerance, &found, work, length, reals)
      }
    }
  }
}
