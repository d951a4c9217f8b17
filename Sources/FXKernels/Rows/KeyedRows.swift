import FXTensor

/// An element of a row by its place and a key, whose order is that of the elements.
struct KeyedIndex: BitwiseCopyable {
  var key: UInt64
  var index: Int
}

/// The rows of a tensor as keys, so that algorithms on the order of elements are written once.
struct KeyedRows {
  let matrix: RowMatrix
  /// The key of NaN, which equals no other; nil for integers.
  let unorderedKey: UInt64?
  private let fill: (_ row: Int, _ mask: UInt64, UnsafeMutablePointer<KeyedIndex>) -> Void

  /// Arranges a tensor of real numbers in rows along a dimension.
  ///
  /// - Throws: `tensor.dtype` for complex numbers, `tensor.index` or `tensor.memory`.
  init(_ tensor: Tensor, _ axis: Int) throws {
    let opMath = tensor.dtype.opMathType
    matrix = try RowMatrix(tensor, axis, as: opMath)
    fill = try dispatchOrdered(opMath, FillKeys(rows: matrix.tensor, length: matrix.length))
    switch opMath {
    case .float32: unorderedKey = Float.nan.orderKey
    case .float64: unorderedKey = Double.nan.orderKey
    default: unorderedKey = nil
    }
  }

  /// Calls `body` with each row's keys, on several threads.
  ///
  /// - Parameter isDescending: whether larger numbers have smaller keys, NaN the smallest.
  func forEachRow(
    isDescending: Bool = false, _ body: (Int, UnsafeMutableBufferPointer<KeyedIndex>) -> Void
  ) {
    let length = matrix.length
    let mask = isDescending ? UInt64.max : 0
    let grain = max(Parallel.grain / max(length * 16, 1), 1)
    Parallel.ranges(of: matrix.count, grain: grain) { rows in
      let buffer = UnsafeMutableBufferPointer<KeyedIndex>.allocate(capacity: length)
      defer { buffer.deallocate() }
      guard let base = buffer.baseAddress else { return }
      for row in rows {
        fill(row, mask, base)
        body(row, buffer)
      }
    }
  }
}

extension KeyedRows {
  /// The chosen elements of all rows: their values and their places.
  struct Choice {
    let values: Tensor
    let indices: Tensor
    fileprivate let length: Int
    fileprivate let source: UnsafeRawPointer
    fileprivate let targets: UnsafeMutableRawPointer
    fileprivate let places: UnsafeMutablePointer<Int64>

    /// Notes the elements of one row that are chosen.
    func store(_ keys: UnsafeMutablePointer<KeyedIndex>, row: Int, rowLength: Int) {
      let isNarrow = values.itemSize == 4
      for place in 0..<length {
        let index = keys[place].index
        places[row * length + place] = Int64(index)
        let (from, to) = (row * rowLength + index, row * length + place)
        if isNarrow {
          targets.storeBytes(
            of: source.load(fromByteOffset: from * 4, as: UInt32.self), toByteOffset: to * 4,
            as: UInt32.self)
        } else {
          targets.storeBytes(
            of: source.load(fromByteOffset: from * 8, as: UInt64.self), toByteOffset: to * 8,
            as: UInt64.self)
        }
      }
    }
  }

  /// Chooses elements of each row: `choose` brings them to the front of the row's keys.
  ///
  /// - Throws: `tensor.memory`.
  func choose(
    _ count: Int, isDescending: Bool = false,
    _ choose: (UnsafeMutableBufferPointer<KeyedIndex>) -> Void
  ) throws -> (values: Tensor, indices: Tensor) {
    let values = try matrix.makeRows(length: count)
    let indices = try matrix.makeRows(.int64, length: count)
    let choice = Choice(
      values: values, indices: indices, length: count, source: matrix.tensor.bytes,
      targets: try values.mutableBytes(), places: try indices.mutablePointer(Int64.self))
    forEachRow(isDescending: isDescending) { row, keys in
      choose(keys)
      if let base = keys.baseAddress { choice.store(base, row: row, rowLength: matrix.length) }
    }
    return (values, indices)
  }
}

private struct FillKeys: OrderedWork {
  let rows: Tensor
  let length: Int

  func run<Number: OrderedOpMath>(
    _: Number.Type
  ) throws -> (Int, UInt64, UnsafeMutablePointer<KeyedIndex>) -> Void {
    let (rows, length) = (rows, length)
    let base = try rows.pointer(Number.self)
    return { row, mask, keys in
      withExtendedLifetime(rows) {
        let row = base + row * length
        for index in 0..<length {
          keys[index] = KeyedIndex(key: row[index].orderKey ^ mask, index: index)
        }
      }
    }
  }
}
