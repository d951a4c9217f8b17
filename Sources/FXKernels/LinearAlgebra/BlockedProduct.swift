import CVectorMath
import FXTensor

/// Products by code of FXKit's own, for machines without OpenBLAS.
///
/// Measured on a processor with AVX2: 80 to 90 % of OpenBLAS's speed from 128 rows on, half of it for
/// single rows, in 35 kB; BLIS, linked in, would have been as fast as OpenBLAS and 10 MB.
enum BlockedProduct {
  /// Computes `C := alpha A B + beta C` for a row-major C.
  static func run(
    _ element: BLASElement, _ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout,
    alpha: Scalar, beta: Scalar
  ) {
    var (left, right) = (description(a), description(b))
    element.withNumber(alpha) { alpha in
      element.withNumber(beta) { beta in
        if element == .single || element == .complex {
          fx_product_of_float(
            c.rows, c.columns, a.columns, element.isComplex, floats(alpha), &left, &right,
            floats(beta), c.base.assumingMemoryBound(to: Float.self), c.rowStride)
        } else {
          fx_product_of_double(
            c.rows, c.columns, a.columns, element.isComplex, doubles(alpha), &left, &right,
            doubles(beta), c.base.assumingMemoryBound(to: Double.self), c.rowStride)
        }
      }
    }
  }

  /// Computes `c := alpha a B + beta c` for rows a and c.
  static func runRow(
    _ element: BLASElement, _ a: MatrixLayout, _ b: MatrixLayout, _ c: MatrixLayout,
    alpha: Scalar, beta: Scalar
  ) {
    var right = description(b)
    switch element {
    case .single:
      fx_row_product_of_float(
        c.columns, a.columns, Float(alpha.double), floats(a.base), a.columnStride, &right,
        Float(beta.double), c.base.assumingMemoryBound(to: Float.self), c.columnStride)
    case .double:
      fx_row_product_of_double(
        c.columns, a.columns, alpha.double, doubles(a.base), a.columnStride, &right, beta.double,
        c.base.assumingMemoryBound(to: Double.self), c.columnStride)
    case .complex, .doubleComplex:
      if c.columnStride == 1 { return run(element, a, b, c, alpha: alpha, beta: beta) }
      // Results that lie apart are columns of one element each.
      for column in 0..<c.columns {
        let bytes = column * element.itemSize
        let part = MatrixLayout(c.base + bytes * c.columnStride, rows: 1, columns: 1)
        let single = MatrixLayout(
          b.base + bytes * b.columnStride, rows: b.rows, columns: 1, rowStride: b.rowStride,
          columnStride: b.columnStride)
        run(element, a, single, part, alpha: alpha, beta: beta)
      }
    }
  }

  private static func description(_ matrix: MatrixLayout) -> fx_matrix {
    fx_matrix(
      base: matrix.base, row_stride: matrix.rowStride, column_stride: matrix.columnStride)
  }

  private static func floats(_ pointer: UnsafeRawPointer) -> UnsafePointer<Float> {
    pointer.assumingMemoryBound(to: Float.self)
  }

  private static func doubles(_ pointer: UnsafeRawPointer) -> UnsafePointer<Double> {
    pointer.assumingMemoryBound(to: Double.self)
  }
}
