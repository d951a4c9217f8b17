import FXTensor

/// Where a matrix lies in memory: an address, and strides in elements.
///
/// BLAS takes matrices of which one dimension has the stride 1; the other one is the leading
/// dimension.
struct MatrixLayout {
  /// The first element.
  var base: UnsafeMutableRawPointer
  /// The number of rows.
  var rows: Int
  /// The number of columns.
  var columns: Int
  /// The distance of rows.
  var rowStride: Int
  /// The distance of columns.
  var columnStride: Int

  /// Describes a matrix whose rows follow one another.
  init(_ base: UnsafeMutableRawPointer, rows: Int, columns: Int, rowStride: Int? = nil) {
    self.init(
      base, rows: rows, columns: columns, rowStride: rowStride ?? columns, columnStride: 1)
  }

  /// Describes a matrix; strides of dimensions of size 1 become what BLAS expects.
  init(
    _ base: UnsafeMutableRawPointer, rows: Int, columns: Int, rowStride: Int, columnStride: Int
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
    if rows <= 1, columns <= 1 {
      (self.rowStride, self.columnStride) = (1, 1)
    } else if columns <= 1 {
      self.columnStride = rowStride == 1 ? rows : 1
    } else if rows <= 1 {
      self.rowStride = columnStride == 1 ? columns : 1
    }
  }

  /// The matrix with rows and columns exchanged.
  var transposed: MatrixLayout {
    MatrixLayout(
      base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }

  /// Whether elements of a row follow one another and rows do not overlap.
  var isRowMajor: Bool { columnStride == 1 && rowStride >= max(columns, 1) }

  /// Whether elements of a column follow one another and columns do not overlap.
  var isColumnMajor: Bool { rowStride == 1 && columnStride >= max(rows, 1) }

  /// Whether BLAS can read the matrix as it lies.
  var isReadable: Bool { isRowMajor || isColumnMajor }

  /// Takes a block of rows and columns.
  func block(rows: Range<Int>, columns: Range<Int>, itemSize: Int) -> MatrixLayout {
    var block = self
    block.base += (rows.lowerBound * rowStride + columns.lowerBound * columnStride) * itemSize
    block.rows = rows.count
    block.columns = columns.count
    return block
  }

  /// Moves the matrix by a number of elements.
  func moved(by elements: Int, itemSize: Int) -> MatrixLayout {
    var moved = self
    moved.base += elements * itemSize
    return moved
  }
}

extension Tensor {
  /// The matrices that the last two dimensions are, from the first one on, for reading.
  var matrixLayout: MatrixLayout {
    MatrixLayout(
      UnsafeMutableRawPointer(mutating: bytes), rows: sizes[rank - 2], columns: sizes[rank - 1],
      rowStride: strides[rank - 2], columnStride: strides[rank - 1])
  }
}
