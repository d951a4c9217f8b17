import FXCore
import FXTensor
import Glibc

/// An attention on operands of one dtype, block by block of queries.
struct AttentionOperands {
  let query: Tensor
  let key: Tensor
  let value: Tensor
  let mask: Tensor?
  let result: Tensor
  let logSums: Tensor
  let shapes: AttentionShapes
  let isCausal: Bool
  let scale: Double?
  /// The dtype to which weights are rounded before they are used, as PyTorch's kernel does.
  let weightType: ScalarType

  /// How many scores are made at a time.
  private static let blockCount = 1 << 17

  /// Computes all blocks, divided among threads.
  func run<Element: RowFloat & RealMath>(_: Element.Type) throws {
    let factor = scale ?? 1 / Double(shapes.size).squareRoot()
    let batches = shapes.batch.reduce(1, *)
    let length = min(max(Self.blockCount / max(shapes.keys, 1), 16), max(shapes.queries, 1), 256)
    let blocks = (shapes.queries + length - 1) / length
    let job = try AttentionJob<Element>(
      operands: self, result: result.mutableBytes(), logSums: logSums.mutablePointer(Element.self),
      products: GEMM(query.dtype), scale: Element(converting: factor))
    let work = max(length * shapes.keys * max(shapes.size, shapes.valueSize), 1)
    Parallel.ranges(
      of: batches * blocks, grain: max(MatrixProduct.parallelWork / work, 1)
    ) { units in
      withUnsafeTemporaryAllocation(
        of: Element.self, capacity: max(length * shapes.keys, 1)
      ) { buffer in
        guard let scores = buffer.baseAddress else { return }
        for unit in units {
          let first = unit % blocks * length
          job.run(unit / blocks, first..<min(first + length, shapes.queries), scores)
        }
      }
    }
  }
}

private struct AttentionJob<Element: RowFloat & RealMath>: @unchecked Sendable {
  let operands: AttentionOperands
  let result: UnsafeMutableRawPointer
  let logSums: UnsafeMutablePointer<Element>
  let products: GEMM
  /// What scores are multiplied by; as in PyTorch they are rounded before that.
  let scale: Element

  func run(_ batch: Int, _ queries: Range<Int>, _ buffer: UnsafeMutablePointer<Element>) {
    let shapes = operands.shapes
    // Keys behind the last query of a block are not looked at.
    let keys = operands.isCausal ? min(shapes.keys, queries.upperBound) : shapes.keys
    let block = MatrixLayout(buffer, rows: queries.count, columns: keys)
    let query = layout(operands.query, shapes.offset(batch, in: operands.query))
    let key = layout(
      operands.key, shapes.offset(batch, in: operands.key, shared: shapes.shared.keys))
    let value = layout(
      operands.value, shapes.offset(batch, in: operands.value, shared: shapes.shared.values))
    products.run(rows(query, queries), rows(key, 0..<keys).transposed, block)
    let output = MatrixLayout(
      result + shapes.offset(batch, in: operands.result) * products.itemSize,
      rows: shapes.queries, columns: shapes.valueSize,
      rowStride: operands.result.strides[operands.result.rank - 2],
      columnStride: operands.result.strides[operands.result.rank - 1])
    withUnsafeTemporaryAllocation(of: Element.self, capacity: queries.count) { factors in
      for (row, index) in queries.enumerated() {
        let visible = operands.isCausal ? min(keys, index + 1) : keys
        factors[row] = soften(buffer + row * keys, visible, keys, batch, index)
      }
      let target = rows(output, queries)
      products.run(block, rows(value, 0..<keys), target)
      for row in 0..<queries.count {
        let line = target.base.assumingMemoryBound(to: Element.self) + row * target.rowStride
        for column in 0..<target.columns { line[column * target.columnStride] *= factors[row] }
      }
    }
  }

  /// Makes exponentials of a row of scores, and returns what their products are multiplied by.
  private func soften(
    _ row: UnsafeMutablePointer<Element>, _ visible: Int, _ keys: Int, _ batch: Int, _ index: Int
  ) -> Element {
    for key in 0..<visible { row[key] *= scale }
    if let mask = operands.mask { add(mask, to: row, visible, batch, index) }
    var highest = -Element.infinity
    for key in 0..<visible where row[key] > highest || row[key].isNaN { highest = row[key] }
    let place = logSums + batch * operands.shapes.queries + index
    if highest == -Element.infinity {
      row.update(repeating: 0, count: keys)
      place.pointee = 0
      return 0
    }
    let sum = Element.replaceByExponentials(row, visible, less: highest)
    switch operands.weightType {
    case .float16: round(row, visible, Float16.self)
    case .bfloat16: round(row, visible, BFloat16.self)
    default: break
    }
    (row + visible).update(repeating: 0, count: keys - visible)
    place.pointee = highest + Element(converting: log(sum))
    return Element(converting: 1 / sum)
  }

  @inline(__always)
  private func round<Narrow: NarrowFloatElement>(
    _ row: UnsafeMutablePointer<Element>, _ count: Int, _: Narrow.Type
  ) {
    for index in 0..<count {
      row[index] = Narrow(converting: row[index]).opMath.converted(to: Element.self)
    }
  }

  private func add(
    _ mask: Tensor, to row: UnsafeMutablePointer<Element>, _ visible: Int, _ batch: Int,
    _ index: Int
  ) {
    let start =
      operands.shapes.offset(batch, in: mask) + index * mask.strides[mask.rank - 2]
    let step = mask.strides[mask.rank - 1]
    let addends = mask.bytes.assumingMemoryBound(to: Element.self) + start
    for key in 0..<visible { row[key] += addends[key &* step] }
  }

  private func layout(_ tensor: Tensor, _ offset: Int) -> MatrixLayout {
    tensor.matrixLayout.moved(by: offset, itemSize: products.itemSize)
  }

  private func rows(_ matrix: MatrixLayout, _ rows: Range<Int>) -> MatrixLayout {
    matrix.block(rows: rows, columns: 0..<matrix.columns, itemSize: products.itemSize)
  }
}
