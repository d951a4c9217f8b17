import FXCore
import FXTensor

/// Solutions of batches of systems that need have none or only one, by least squares.
public enum LeastSquares {
  /// How LAPACK solves them.
  public enum Driver: String, Sendable {
    case gels
    case gelsy
    case gelsd
    case gelss
  }

  /// What PyTorch returns; parts that a driver does not compute are empty.
  public struct Results {
    public let solution: Tensor
    public let residuals: Tensor
    public let rank: Tensor
    public let singularValues: Tensor
  }

  /// Minimizes `|A X - B|` for matrices A and B whose batches are broadcast.
  ///
  /// - Parameter tolerance: the ratio to the largest below which singular values count as zero; nil
  ///   for that of the dtype.
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory`, `run.library` or `tensor.math`.
  public static func solve(
    _ matrices: Tensor, _ right: Tensor, _ driver: Driver, tolerance: Double?
  ) throws -> Results {
    try matrices.checkMatrices()
    let dtype = matrices.dtype
    let (rows, columns) = (matrices.rows, matrices.columns)
    guard right.rank >= 2, right.rows == rows, right.dtype == dtype else {
      throw FXError(
        .tensorShape,
        "a right side of \(Geometry.text(right.sizes)) does not fit \(rows) equations")
    }
    let batch = try Geometry.broadcast(
      Array(matrices.sizes.dropLast(2)), Array(right.sizes.dropLast(2)))
    let count = right.columns
    let (least, most) = (min(rows, columns), max(rows, columns))
    let wider = dtype.factorType(size: most)
    let lapack = try LAPACK(wider)
    let stack = try ColumnStack(copying: matrices, wider, sizes: batch + [rows, columns])
    let work = try ColumnStack(empty: batch + [most, count], wider, isZeroed: true)
    try work.tensor.narrow(-2, start: 0, length: rows).copy(
      from: right.expand(batch + [rows, count]))
    let isSingle = dtype.partType == .float32
    let limit =
      tolerance ?? (isSingle ? Double(Float.ulpOfOne) : Double.ulpOfOne) * Double(most)
    let rank = try Tensor.zeros(driver == .gels ? [0] : batch, .int64)
    let ranks = try rank.mutablePointer(Int64.self)
    let hasValues = driver == .gelsd || driver == .gelss
    let values = try Tensor.empty(hasValues ? batch + [least] : [0], wider.partType)
    let numbers = try values.mutableBytes()
    for index in 0..<stack.count where least > 0 && count > 0 {
      var found = Int32(least)
      let code =
        switch driver {
        case .gels: lapack.gels(stack[index], rows, columns, work[index], count)
        case .gelsy:
          lapack.gelsy(
            stack[index], rows, columns, work[index], count, tolerance: limit, rank: &found)
        case .gelsd, .gelss:
          lapack.gelss(
            stack[index], rows, columns, work[index], count,
            values: numbers + index * least * lapack.realSize, tolerance: limit, rank: &found)
        }
      if code != 0 {
        throw FXError(
          .tensorMath, "the matrix \(index) is not of full rank, or the computation does not end")
      }
      if driver != .gels { ranks[index] = Int64(found) }
    }
    let solution = try work.tensor.narrow(-2, start: 0, length: columns)
    return Results(
      solution: try solution.narrowed(to: dtype),
      residuals: try residuals(work.tensor, rows, columns, driver, ranks, dtype), rank: rank,
      singularValues: try values.converted(to: dtype.partType))
  }

  /// Returns the sums of squares of what solutions leave over, where a driver gives them.
  private static func residuals(
    _ work: Tensor, _ rows: Int, _ columns: Int, _ driver: Driver,
    _ ranks: UnsafeMutablePointer<Int64>, _ dtype: ScalarType
  ) throws -> Tensor {
    let batch = Array(work.sizes.dropLast(2))
    let isFull = (0..<batch.reduce(1, *)).allSatisfy { driver == .gels || ranks[$0] == columns }
    guard rows > columns, driver != .gelsy, isFull else {
      return try .empty([0], dtype.partType)
    }
    let count = work.columns
    let rest = try work.narrow(-2, start: columns, length: rows - columns)
    let parts = try rest.dtype.isComplex ? rest.viewAsReal() : rest.unsqueeze(-1)
    let numbers = try parts.elements(as: Double.self)
    let width = parts.sizes[parts.rank - 1]
    let height = rows - columns
    var sums = [Double](repeating: 0, count: batch.reduce(1, *) * count)
    for (index, number) in numbers.enumerated() {
      let column = index / width % count
      let matrix = index / width / count / max(height, 1)
      sums[matrix * count + column] += number * number
    }
    return try Tensor.of(sums, batch + [count]).converted(to: dtype.partType)
  }
}

extension Tensor {
  /// Returns the numbers in a dtype, with the strides that they have now.
  fileprivate func narrowed(to dtype: ScalarType) throws -> Tensor {
    if dtype == self.dtype { return self }
    let base = try Tensor(
      storage: storage, dtype: self.dtype, sizes: [storage.byteCount / itemSize]
    ).converted(to: dtype)
    return try base.asStrided(sizes, strides, offset: storageOffset)
  }
}
