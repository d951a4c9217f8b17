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
  ) throws(FXError) -> Int {
    let reduce:
      @convention(c) (
        Size, Size, Memory, Size, Memory, Memory, Memory, Memory, Memory, Size, Integers
      ) -> Void = try library.routine("gebrd", element)
    let make:
      @convention(c) (
        Flag, Size, Size, Size, Memory, Size, Memory, Memory, Size, Integers, Int
      ) -> Void = try library.routine(element.isComplex ? "ungbr" : "orgbr", element)
    let iterate:
      @convention(c) (
        Flag, Size, Size, Size, Size, Memory, Memory, Memory, Size, Memory, Size, Memory, Size,
        Memory, Integers, Int
      ) -> Void = try library.routine("bdsqr", element)
    var (m, n, lead, wide) = (Int32(rows), Int32(columns), Int32(rows), Int32(height))
    var (none, info) = (Int32(0), Int32(0))
    let scales = Memory.allocate(byteCount: 2 * rows * itemSize, alignment: 16)
    defer { scales.deallocate() }
    let (left, right) = (scales, scales + rows * itemSize)
    return withReals(5 * rows) { reals in
      let (besides, work) = (reals, reals + rows * realSize)
      _ = withWorkspace { memory, length, info in
        reduce(&m, &n, a, &lead, values, besides, left, right, memory, length, info)
      }
      for column in 0..<columns {
        let source = a + column * rows * itemSize
        if column < rows {
          (u + column * rows * itemSize).copyMemory(from: source, byteCount: rows * itemSize)
        }
        (v + column * height * itemSize).copyMemory(from: source, byteCount: rows * itemSize)
      }
      var (q, p) = (CChar(UInt8(ascii: "Q")), CChar(UInt8(ascii: "P")))
      _ = withWorkspace { memory, length, info in
        make(&q, &m, &m, &n, u, &lead, left, memory, length, info, 1)
      }
      _ = withWorkspace { memory, length, info in
        make(&p, &wide, &n, &m, v, &wide, right, memory, length, info, 1)
      }
      var triangle = CChar(UInt8(ascii: "L"))
      var one = Int32(1)
      iterate(
        &triangle, &m, &n, &m, &none, values, besides, v, &wide, u, &lead, a, &one, work, &info, 1)
      return Int(info)
    }
  }
}
