import FXCore
import FXTensor

extension LAPACK {
  /// Factors A = Q R; Q stays in reflections below the diagonal and `tau`.
  func geqrf(_ a: Memory, _ rows: Int, _ columns: Int, tau: Memory) throws(FXError) {
    let routine: @convention(c) (Size, Size, Memory, Size, Memory, Memory, Size, Integers) -> Void =
      try library.routine("geqrf", element)
    var (m, n, lead) = (Int32(rows), Int32(columns), Int32(max(rows, 1)))
    _ = withWorkspace { work, length, info in
      routine(&m, &n, a, &lead, tau, work, length, info)
    }
  }

  /// Makes the first columns of Q of a number of reflections.
  func orgqr(
    _ a: Memory, _ rows: Int, _ columns: Int, tau: Memory, _ reflections: Int
  ) throws(FXError) {
    let routine:
      @convention(c) (Size, Size, Size, Memory, Size, Memory, Memory, Size, Integers) -> Void =
        try library.routine(element.isComplex ? "ungqr" : "orgqr", element)
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(reflections))
    var lead = Int32(max(rows, 1))
    _ = withWorkspace { work, length, info in
      routine(&m, &n, &k, a, &lead, tau, work, length, info)
    }
  }

  /// Multiplies C by op(Q), from the left or the right.
  ///
  /// - Parameter leading: the number of rows of the matrix of reflections.
  func ormqr(
    _ side: UInt8, isAdjoint: Bool, _ a: Memory, leading: Int, tau: Memory, _ reflections: Int,
    _ c: Memory, _ rows: Int, _ columns: Int
  ) throws(FXError) {
    let routine:
      @convention(c) (
        Flag, Flag, Size, Size, Size, Memory, Size, Memory, Memory, Size, Memory, Size, Integers,
        Int, Int
      ) -> Void = try library.routine(element.isComplex ? "unmqr" : "ormqr", element)
    let adjoint = element.isComplex ? UInt8(ascii: "C") : UInt8(ascii: "T")
    var flags = (CChar(side), CChar(isAdjoint ? adjoint : UInt8(ascii: "N")))
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(reflections))
    var (lead, other) = (Int32(max(leading, 1)), Int32(max(rows, 1)))
    _ = withWorkspace { work, length, info in
      routine(
        &flags.0, &flags.1, &m, &n, &k, a, &lead, tau, c, &other, work, length, info, 1, 1)
    }
  }
}
