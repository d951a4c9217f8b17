import FXCore
import FXTensor

extension LAPACK {
  /// Minimizes |A X - B| for A of full rank; the solution and what is left over replace B.
  func gels(
    _ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int
  ) throws(FXError) -> Int {
    let routine:
      @convention(c) (
        Flag, Size, Size, Size, Memory, Size, Memory, Size, Memory, Size, Integers, Int
      ) -> Void = try library.routine("gels", element)
    var flag = CChar(UInt8(ascii: "N"))
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(count))
    var (lead, other) = (Int32(max(rows, 1)), Int32(max(rows, columns, 1)))
    return withWorkspace { work, length, info in
      routine(&flag, &m, &n, &k, a, &lead, b, &other, work, length, info, 1)
    }
  }

  /// The least squares of smallest norm by a complete orthogonal factorization; sets the rank.
  func gelsy(
    _ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int, tolerance: Double,
    rank: inout Int32
  ) throws(FXError) -> Int {
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(count))
    var (lead, other) = (Int32(max(rows, 1)), Int32(max(rows, columns, 1)))
    var found = Int32(0)
    defer { rank = found }
    if !element.isComplex {
      let routine:
        @convention(c) (
          Size, Size, Size, Memory, Size, Memory, Size, Integers, UnsafeRawPointer, Integers,
          Memory, Size, Integers
        ) -> Void = try library.routine("gelsy", element)
      return withIntegers(columns) { pivots in
        element.withNumber(.float(tolerance)) { tolerance in
          withWorkspace { work, length, info in
            routine(
              &m, &n, &k, a, &lead, b, &other, pivots, tolerance, &found, work, length, info)
          }
        }
      }
    }
    let routine:
      @convention(c) (
        Size, Size, Size, Memory, Size, Memory, Size, Integers, UnsafeRawPointer, Integers, Memory,
        Size, Memory, Integers
      ) -> Void = try library.routine("gelsy", element)
    return withIntegers(columns) { pivots in
      // The tolerance is real: the first part of a complex number.
      element.withNumber(.float(tolerance)) { tolerance in
        withReals(2 * columns) { reals in
          withWorkspace { work, length, info in
            routine(
              &m, &n, &k, a, &lead, b, &other, pivots, tolerance, &found, work, length, reals,
              info)
          }
        }
      }
    }
  }

  /// The least squares of smallest norm by singular values; sets the rank.
  func gelss(
    _ a: Memory, _ rows: Int, _ columns: Int, _ b: Memory, _ count: Int, values: Memory,
    tolerance: Double, rank: inout Int32
  ) throws(FXError) -> Int {
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(count))
    var (lead, other) = (Int32(max(rows, 1)), Int32(max(rows, columns, 1)))
    var found = Int32(0)
    defer { rank = found }
    if !element.isComplex {
      let routine:
        @convention(c) (
          Size, Size, Size, Memory, Size, Memory, Size, Memory, UnsafeRawPointer, Integers, Memory,
          Size, Integers
        ) -> Void = try library.routine("gelss", element)
      return element.withNumber(.float(tolerance)) { tolerance in
        withWorkspace { work, length, info in
          routine(&m, &n, &k, a, &lead, b, &other, values, tolerance, &found, work, length, info)
        }
      }
    }
    let routine:
      @convention(c) (
        Size, Size, Size, Memory, Size, Memory, Size, Memory, UnsafeRawPointer, Integers, Memory,
        Size, Memory, Integers
      ) -> Void = try library.routine("gelss", element)
    return element.withNumber(.float(tolerance)) { tolerance in
      withReals(5 * min(rows, columns)) { reals in
        withWorkspace { work, length, info in
          routine(
            &m, &n, &k, a, &lead, b, &other, values, tolerance, &found, work, length, reals, info)
        }
      }
    }
  }
}
