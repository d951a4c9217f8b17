import FXCore
import FXTensor

/// The places of a matrix's triangles.
public enum TriangleIndices {
  /// Returns the rows and the columns of a triangle's places, row by row, as two rows
  /// (`torch.tril_indices`, `torch.triu_indices`).
  ///
  /// - Throws: `tensor.shape` for negative sizes, `tensor.dtype` or `tensor.memory`.
  public static func make(
    rows: Int, columns: Int, offset: Int, isLower: Bool, _ dtype: ScalarType
  ) throws -> Tensor {
    _ = try Geometry.elementCount([rows, columns])
    var rowIndices: [Int64] = []
    var columnIndices: [Int64] = []
    for row in 0..<rows {
      let (sum, overflow) = row.addingReportingOverflow(offset)
      let edge = overflow ? (offset > 0 ? columns : 0) : sum
      let range =
        isLower ? 0..<min(max(edge, -1), columns - 1) + 1 : min(max(edge, 0), columns)..<columns
      for column in range {
        rowIndices.append(Int64(row))
        columnIndices.append(Int64(column))
      }
    }
    return try .of(rowIndices + columnIndices, [2, rowIndices.count]).converted(to: dtype)
  }
}
