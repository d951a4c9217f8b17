import FXCore
import FXTensor

/// Eigenvalues and eigenvectors of batches of square matrices.
public enum Eigenvalues {
  /// Returns the eigenvalues of symmetric or Hermitian matrices in ascending order, and eigenvectors
  /// where they are wanted.
  ///
  /// - Parameter usesUpper: which triangle is read.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory`, `run.library`, or `operator.domain`
  ///   where the computation does not end.
  public static func symmetric(
    _ matrices: Tensor, usesUpper: Bool, wantsVectors: Bool
  ) throws -> (values: Tensor, vectors: Tensor?) {
    try matrices.checkMatrices(areSquare: true)
    let dtype = matrices.dtype
    let size = matrices.rows
    let wider = dtype.factorType(size: size)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider)
    let values = try Tensor.empty(stack.batch + [size], wider.partType, device: matrices.device)
    let numbers = try values.mutableBytes()
    let threads = size > 256 ? Parallel.threadCount : 1
    try lapack.library.withThreads(threads) {
      for index in 0..<stack.count where size > 0 {
        let code = lapack.syevd(
          UInt8(ascii: usesUpper ? "U" : "L"), stack[index], size,
          values: numbers + index * size * lapack.realSize, wantsVectors: wantsVectors)
        if code != 0 { throw noConvergence(index) }
      }
    }
    let vectors = wantsVectors ? try stack.converted(to: dtype) : nil
    return (try values.converted(to: dtype.partType), vectors)
  }

  /// Returns the eigenvalues of matrices, which are complex, and eigenvectors where they are wanted.
  ///
  /// - Throws: as `symmetric` does.
  public static func general(
    _ matrices: Tensor, wantsVectors: Bool
  ) throws -> (values: Tensor, vectors: Tensor?) {
    try matrices.checkMatrices(areSquare: true)
    let dtype = matrices.dtype
    let size = matrices.rows
    // The directions of vectors are those of the dtype's own precision.
    let wider = wantsVectors ? dtype : dtype.factorType(size: size)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider)
    let values = try Tensor.empty(
      stack.batch + [size], wider.complexType, device: matrices.device)
    let vectors = try ColumnStack(
      empty: stack.batch + (wantsVectors ? [size, size] : [0, 0]), wider.complexType)
    let numbers = try values.mutableBytes()
    for index in 0..<stack.count where size > 0 {
      let place = numbers + index * size * wider.complexType.byteCount
      let target = wantsVectors ? vectors[index] : nil
      let code =
        lapack.element.isComplex
        ? lapack.geev(stack[index], size, values: place, vectors: target)
        : real(lapack, stack[index], size, place, target)
      if code != 0 { throw noConvergence(index) }
    }
    let narrow = dtype.complexType
    return (
      try values.converted(to: narrow), wantsVectors ? try vectors.converted(to: narrow) : nil
    )
  }

  private static func real(
    _ lapack: LAPACK, _ matrix: UnsafeMutableRawPointer, _ size: Int,
    _ values: UnsafeMutableRawPointer, _ vectors: UnsafeMutableRawPointer?
  ) -> Int {
    lapack.withReals(size * (size + 2)) { memory in
      let imaginary = memory + size * lapack.realSize
      let packed = memory + 2 * size * lapack.realSize
      let code = lapack.geev(
        matrix, size, values: memory, imaginary: imaginary, vectors: vectors == nil ? nil : packed)
      if lapack.element == .single {
        unpack(size, memory, values, vectors, Float.self)
      } else {
        unpack(size, memory, values, vectors, Double.self)
      }
      return code
    }
  }

  /// Makes complex numbers of real and imaginary parts; vectors of a pair of conjugate values are
  /// held as the parts of one.
  private static func unpack<Part: ComplexPart>(
    _ size: Int, _ memory: UnsafeMutableRawPointer, _ values: UnsafeMutableRawPointer,
    _ vectors: UnsafeMutableRawPointer?, _: Part.Type
  ) {
    let real = memory.assumingMemoryBound(to: Part.self)
    let (imaginary, packed) = (real + size, real + 2 * size)
    let numbers = values.assumingMemoryBound(to: Complex<Part>.self)
    let zero = Part(converting: 0.0)
    for index in 0..<size { numbers[index] = Complex(real[index], imaginary[index]) }
    guard let vectors else { return }
    let columns = vectors.assumingMemoryBound(to: Complex<Part>.self)
    var column = 0
    while column < size {
      let isPair = imaginary[column].opMath != zero.opMath && column + 1 < size
      for row in 0..<size {
        let part = packed[column * size + row]
        guard isPair else {
          columns[column * size + row] = Complex(part, zero)
          continue
        }
        let other = packed[(column + 1) * size + row]
        let negative = Part(converting: -Double(other.opMath))
        columns[column * size + row] = Complex(part, other)
        columns[(column + 1) * size + row] = Complex(part, negative)
      }
      column += isPair ? 2 : 1
    }
  }

  static func noConvergence(_ index: Int) -> FXError {
    FXError(.tensorMath, "the computation for the matrix \(index) does not come to an end")
  }
}

extension FXError.Code {
  /// A computation has no result for the numbers at hand.
  public static let tensorMath = FXError.Code("tensor.math")
}
