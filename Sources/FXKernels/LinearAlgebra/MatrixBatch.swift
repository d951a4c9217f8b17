import FXCore
import FXTensor

/// How three batches of matrices are walked together.
struct BatchSteps {
  /// The number of matrices.
  private(set) var count: Int
  private var sizes: [Int] = []
  private var left: [Int] = []
  private var right: [Int] = []
  private var result: [Int] = []

  /// Describes one product.
  init() { count = 1 }

  /// Describes products by the sizes of their batches and the distances of the matrices in each, in
  /// elements.
  init(sizes: [Int], left: [Int], right: [Int], result: [Int]) {
    count = sizes.reduce(1, *)
    self.sizes = sizes
    (self.left, self.right, self.result) = (left, right, result)
  }

  /// Describes batches whose operands repeat as in broadcasting.
  ///
  /// - Throws: `tensor.shape`.
  init(left: Tensor, right: Tensor, result: Tensor) throws(FXError) {
    let shape = Array(result.sizes.dropLast(2))
    count = shape.reduce(1, *)
    let left = try Self.steps(left, shape)
    let right = try Self.steps(right, shape)
    for axis in shape.indices where shape[axis] != 1 {
      sizes.append(shape[axis])
      self.left.append(left[axis])
      self.right.append(right[axis])
      self.result.append(result.strides[axis])
    }
  }

  private static func steps(_ matrices: Tensor, _ shape: [Int]) throws(FXError) -> [Int] {
    let (sizes, strides) = (Array(matrices.sizes.dropLast(2)), matrices.strides)
    guard try Geometry.broadcast(sizes, shape) == shape else {
      throw FXError(
        .tensorShape, "batches \(Geometry.text(sizes)) do not fit \(Geometry.text(shape))")
    }
    return shape.indices.map { axis in
      let place = axis - shape.count + sizes.count
      return place < 0 || sizes[place] == 1 ? 0 : strides[place]
    }
  }

  /// Returns where the matrices of an index begin.
  func offsets(_ index: Int) -> (left: Int, right: Int, result: Int) {
    var rest = index
    var offsets = (left: 0, right: 0, result: 0)
    for axis in sizes.indices.reversed() {
      let place = rest % sizes[axis]
      rest /= sizes[axis]
      offsets.left += place * left[axis]
      offsets.right += place * right[axis]
      offsets.result += place * result[axis]
    }
    return offsets
  }
}

/// Products of pairs of matrices, divided among threads.
struct MatrixBatch: @unchecked Sendable {
  let gemm: GEMM
  let left: MatrixLayout
  let right: MatrixLayout
  let result: MatrixLayout
  /// Where the matrices of each product begin.
  var steps = BatchSteps()

  /// Computes all products.
  func run() {
    let work = result.rows * result.columns * max(left.columns, 1)
    let threads = steps.count * work < MatrixProduct.parallelWork ? 1 : Parallel.threadCount
    if threads == 1 {
      for index in 0..<steps.count { run(index, 0..<result.rows, 0..<result.columns) }
      return
    }
    // Several matrices are one unit of work where they are many; large ones are divided.
    let pieces = steps.count >= threads ? 1 : (threads + steps.count - 1) / steps.count
    let dividesRows = result.rows >= result.columns
    let length = dividesRows ? result.rows : result.columns
    let piece = max((length + pieces - 1) / pieces, min(length, 16))
    let perMatrix = (length + piece - 1) / piece
    Parallel.forEach(steps.count * perMatrix) { unit in
      let start = unit % perMatrix * piece
      let range = start..<min(start + piece, length)
      run(
        unit / perMatrix, dividesRows ? range : 0..<result.rows,
        dividesRows ? 0..<result.columns : range)
    }
  }

  private func run(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>) {
    let size = gemm.itemSize
    let offsets = steps.offsets(index)
    gemm.run(
      left.moved(by: offsets.left, itemSize: size)
        .block(rows: rows, columns: 0..<left.columns, itemSize: size),
      right.moved(by: offsets.right, itemSize: size)
        .block(rows: 0..<right.rows, columns: columns, itemSize: size),
      result.moved(by: offsets.result, itemSize: size)
        .block(rows: rows, columns: columns, itemSize: size))
  }
}
