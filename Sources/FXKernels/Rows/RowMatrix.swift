import FXCore
import FXTensor

/// A tensor as rows that run along one of its dimensions: dense, one after the other.
///
/// Kernels that work along a dimension are written for such rows. Where the dimension is the last
/// one, and the tensor is contiguous and of the dtype that is asked for, nothing is copied.
struct RowMatrix {
  /// The elements, the dimension last.
  let tensor: Tensor
  /// The number of rows.
  let count: Int
  /// The number of elements of a row.
  let length: Int
  /// The dimension, counted from the start.
  let axis: Int
  /// The sizes of the tensor that was given.
  let sizes: [Int]

  /// Arranges a tensor in rows; without dimensions it is one row of one element.
  ///
  /// - Throws: `tensor.index` or `tensor.memory`.
  init(_ tensor: Tensor, _ axis: Int, as dtype: ScalarType? = nil) throws {
    self.axis = try Geometry.axis(axis, of: tensor.rank)
    sizes = tensor.sizes
    let source = try tensor.converted(to: dtype ?? tensor.dtype)
    self.tensor =
      tensor.rank < 2 ? try source.contiguous() : try source.transpose(axis, -1).contiguous()
    length = sizes.isEmpty ? 1 : sizes[self.axis]
    count = length == 0 ? 0 : tensor.elementCount / length
  }

  /// Makes rows of results: as many, of the same length unless another is given.
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  func makeRows(_ dtype: ScalarType? = nil, length: Int? = nil) throws -> Tensor {
    var sizes = tensor.sizes
    if !sizes.isEmpty { sizes[sizes.count - 1] = length ?? self.length }
    return try .empty(sizes, dtype ?? tensor.dtype, device: tensor.device)
  }

  /// Returns a view of rows of results whose dimensions are those of the given tensor.
  func restored(_ rows: Tensor) throws -> Tensor {
    rows.rank < 2 ? rows : try rows.transpose(axis, -1)
  }

  /// Returns rows of results as a contiguous tensor whose dimensions are those of the given one.
  ///
  /// - Throws: `tensor.memory`.
  func arranged(_ rows: Tensor) throws -> Tensor { try restored(rows).contiguous() }

  /// Returns rows of one result each as a tensor with or without the dimension.
  ///
  /// - Throws: `tensor.memory`.
  func reduced(_ rows: Tensor, keepsAxis: Bool) throws -> Tensor {
    let arranged = try arranged(rows)
    return keepsAxis || sizes.isEmpty ? arranged : try arranged.squeeze([axis])
  }

  /// Calls `body` with the number of each row, on several threads.
  ///
  /// - Parameter cost: the work on one element, in simple operations.
  func forEachRow(cost: Int = 1, _ body: (Int) -> Void) {
    let grain = max(Parallel.grain / max(length * cost, 1), 1)
    Parallel.ranges(of: count, grain: grain) { rows in
      for row in rows { body(row) }
    }
  }
}
