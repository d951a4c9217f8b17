import COpenBLAS
import FXCore
import FXTensor

extension LAPACK {
  /// Finds singular values and vectors of a wide matrix without making it square first.
  ///
  /// The library PyTorch is built with does it so, which shows in the signs of vectors; `gesdd` goes
  /// by way of a triangle.
  /// - Parameters:
  ///   - u: becomes a square matrix of as many rows as A has.
  ///   - v: becomes Vᴴ of a number of rows.
  func bidiagonal(
    _ a: Memory, _ rows: Int, _ columns: Int, values: Memory, u: Memory, v: Memory, height: Int
  ) -> Int {
    let (m, n, wide) = (Int32(rows), Int32(columns), Int32(height))
    let scales = Memory.allocate(byteCount: 2 * rows * itemSize, alignment: 16)
    defer { scales.deallocate() }
    let (left, right) = (scales, scales + rows * itemSize)
    return withReals(5 * rows) { reals in
      let (besides, work) = (reals, reals + rows * realSize)
      _ = withWorkspace { memory, length in
        fx_gebrd(handle, code, m, n, a, m, values, besides, left, right, memory, length)
      }
      for column in 0..<columns {
        let source = a + column * rows * itemSize
        if column < rows {
          (u + column * rows * itemSize).copyMemory(from: source, byteCount: rows * itemSize)
        }
        (v + column * height * itemSize).copyMemory(from: source, byteCount: rows * itemSize)
      }
      _ = withWorkspace { memory, length in
        fx_orgbr(handle, code, CChar(UInt8(ascii: "Q")), m, m, n, u, m, left, memory, length)
      }
      _ = withWorkspace { memory, length in
        fx_orgbr(handle, code, CChar(UInt8(ascii: "P")), wide, n, m, v, wide, right, memory, length)
      }
      return Int(
        fx_bdsqr(
          handle, code, CChar(UInt8(ascii: "L")), m, n, m, values, besides, v, wide, u, m, work))
    }
  }
}
