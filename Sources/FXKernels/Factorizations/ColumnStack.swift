import FXCore
import FXTensor

/// A batch of matrices that lie column by column, as LAPACK takes them and PyTorch returns them.
struct ColumnStack: @unchecked Sendable {
  /// The matrices; the stride of rows is 1.
  let tensor: Tensor
  private let base: UnsafeMutableRawPointer

  /// Makes matrices whose elements are not defined, or zeros.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  init(
    empty sizes: [Int], _ dtype: ScalarType, device: Device = .cpu, isZeroed: Bool = false
  ) throws(FXError) {
    let rank = sizes.count
    let order = [rank - 2, rank - 1] + (0..<rank - 2).reversed()
    var strides = [Int](repeating: 1, count: rank)
    var stride = 1
    for axis in order {
      strides[axis] = stride
      stride *= max(sizes[axis], 1)
    }
    tensor = try .empty(sizes, strides: strides, dtype, device: device)
    base = try tensor.mutableBytes()
    if isZeroed {
      base.initializeMemory(as: UInt8.self, repeating: 0, count: tensor.byteCount)
    }
  }

  /// Copies matrices, converted to a dtype.
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  init(copying matrices: Tensor, _ dtype: ScalarType, sizes: [Int]? = nil) throws {
    try self.init(empty: sizes ?? matrices.sizes, dtype, device: matrices.device)
    try tensor.copy(from: matrices)
  }

  var rows: Int { tensor.sizes[tensor.rank - 2] }
  var columns: Int { tensor.sizes[tensor.rank - 1] }
  /// The sizes of the batch.
  var batch: [Int] { Array(tensor.sizes.dropLast(2)) }
  /// The number of matrices.
  var count: Int { batch.reduce(1, *) }
  /// The distance of columns.
  var leading: Int { max(rows, 1) }

  /// Returns where a matrix begins.
  subscript(index: Int) -> UnsafeMutableRawPointer {
    base + index * rows * columns * tensor.itemSize
  }

  /// Returns the matrices in a dtype.
  func converted(to dtype: ScalarType) throws -> Tensor { try tensor.converted(to: dtype) }
}

extension Tensor {
  /// The number of rows of the matrices.
  var rows: Int { sizes[rank - 2] }

  /// The number of columns of the matrices.
  var columns: Int { sizes[rank - 1] }

  /// Checks that the tensor is a matrix or a batch of matrices whose dtype LAPACK has.
  ///
  /// - Throws: `tensor.shape` or `tensor.dtype`.
  func checkMatrices(areSquare: Bool = false) throws(FXError) {
    guard rank >= 2 else {
      throw FXError(.tensorShape, "a tensor of \(rank) dimensions is not a matrix")
    }
    guard !areSquare || rows == columns else {
      throw FXError(
        .tensorShape, "matrices of \(rows) rows and \(columns) columns are not square")
    }
    guard BLASElement(dtype) != nil else { throw noKernel(for: dtype) }
  }
}

extension ScalarType {
  /// The dtype in which matrices of a size are factored: small ones of single precision in double
  /// precision, so that rounding does not depend on the order of sums.
  func factorType(size: Int) -> ScalarType {
    if size > 128 { return self }
    switch self {
    case .float32: return .float64
    case .complex64: return .complex128
    default: return self
    }
  }
}
