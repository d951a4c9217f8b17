import FXCore
import FXTensor
import Glibc

/// Runs a loop over the elements of tensors: at once where they are dense and of the loop's types,
/// else piece by piece through buffers.
struct PointwiseWalk: @unchecked Sendable {
  /// How the elements of an operand come to the loop, or from it.
  private enum Access {
    /// Where they are.
    case direct
    /// Through a buffer, converted or only collected.
    case converted(ElementConversion)
  }

  /// How many elements go through buffers at a time, so that these stay in the nearest cache.
  private static let piece = 512

  private let loop: PointwiseLoop
  private let output: Tensor
  private let inputs: [Tensor]
  private let itemSizes: [Int]

  init(_ loop: PointwiseLoop, _ output: Tensor, _ inputs: [Tensor]) {
    self.loop = loop
    self.output = output
    self.inputs = inputs
    itemSizes = loop.types.map(\.byteCount)
  }

  func run() throws {
    let count = output.elementCount
    if try runDense(count) { return }
    let iterator = try ElementIterator(outputs: [output], inputs: inputs)
    let accesses = try accesses(iterator.strides)
    let parts = Parallel.parts(of: count)
    if parts == 1 { return walk(iterator, accesses) }
    let pieces = iterator.split(into: parts)
    Parallel.forEach(pieces.count) { walk(pieces[$0], accesses) }
  }

  /// Calls the loop once, or once a thread, where no operand needs a buffer.
  private func runDense(_ count: Int) throws -> Bool {
    guard output.isContiguous, output.dtype == loop.types[0] else { return false }
    for (input, type) in zip(inputs, loop.types.dropFirst()) {
      guard input.dtype == type, input.isContiguous, input.elementCount == count,
        count == 1 || input.sizes == output.sizes
      else { return false }
    }
    let target = try output.mutableBytes()
    let isInPlace = inputs.contains { $0.bytes == UnsafeRawPointer(target) }
    withExtendedLifetime((output, inputs)) {
      Parallel.ranges(of: count, grain: Parallel.grain) { range in
        if isInPlace { replace(range, target) } else { callLoop(range, target) }
      }
    }
    return true
  }

  /// Computes dense elements that replace those of an operand, piece by piece through a buffer: loops
  /// may read an element again after they wrote its result, and are vectorised for other places.
  private func replace(_ range: Range<Int>, _ target: UnsafeMutableRawPointer) {
    let size = itemSizes[0]
    withUnsafeTemporaryAllocation(
      byteCount: min(Self.piece, range.count) * size, alignment: 16
    ) { buffer in
      guard let results = buffer.baseAddress else { return }
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
        let piece = start..<min(start + Self.piece, range.upperBound)
        callLoop(piece, results - start * size)
        memcpy(target + start * size, results, piece.count * size)
      }
    }
  }

  /// Calls the loop for a range of dense elements.
  ///
  /// - Parameter target: where the result of the first element of all would be stored.
  private func callLoop(_ range: Range<Int>, _ target: UnsafeMutableRawPointer) {
    withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer.self, capacity: itemSizes.count
    ) { pointers in
      guard let base = pointers.baseAddress else { return }
      base[0] = target + range.lowerBound * itemSizes[0]
      for (index, input) in inputs.enumerated() {
        let start = input.bytes + range.lowerBound * itemSizes[index + 1]
        base[index + 1] = UnsafeMutableRawPointer(mutating: start)
      }
      loop.body(UnsafePointer(base), range.count)
    }
  }

  /// Chooses how each operand is read or written, by its strides in the fastest dimension.
  private func accesses(_ strides: [Int]) throws -> [Access] {
    var accesses: [Access] = []
    for (index, tensor) in ([output] + inputs).enumerated() {
      let type = loop.types[index]
      if tensor.dtype == type, strides[index] == itemSizes[index] {
        accesses.append(.direct)
      } else if index == 0 {
        accesses.append(.converted(try ElementConversion(from: type, to: tensor.dtype)))
      } else {
        accesses.append(.converted(try ElementConversion(from: tensor.dtype, to: type)))
      }
    }
    return accesses
  }

  private func walk(_ iterator: ElementIterator, _ accesses: [Access]) {
    let operandCount = itemSizes.count
    let buffer = Buffers(piece: Self.piece, itemSizes: itemSizes)
    defer { buffer.free() }
    withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer.self, capacity: operandCount
    ) { pointers in
      guard let addresses = pointers.baseAddress else { return }
      let isDirect = accesses.allSatisfy { if case .direct = $0 { true } else { false } }
      iterator.forEachPlane { starts, strides, width, height in
        let isInPlace = (1..<operandCount).contains { starts[$0] == starts[0] }
        if isDirect, width >= 128, !isInPlace {
          for row in 0..<height {
            for operand in 0..<operandCount {
              addresses[operand] = starts[operand] + row * strides[operandCount + operand]
            }
            loop.body(UnsafePointer(addresses), width)
          }
          return
        }
        // Short rows go through buffers together.
        let rowCount = width < 128 ? max(1, min(Self.piece / width, height)) : 1
        var row = 0
        while row < height {
          let rows = min(rowCount, height - row)
          var column = 0
          while column < width {
            let columns = rows > 1 ? width : min(Self.piece, width - column)
            let block = Block(row: row, rows: rows, column: column, columns: columns)
            run(block, starts, strides, accesses, buffer, addresses)
            column += columns
          }
          row += rows
        }
      }
    }
  }

  /// Whole rows, or a stretch of one.
  private struct Block {
    let row: Int
    let rows: Int
    let column: Int
    let columns: Int
  }

  private func run(
    _ block: Block, _ starts: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    _ strides: UnsafePointer<Int>, _ accesses: [Access], _ buffers: Buffers,
    _ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  ) {
    let operandCount = itemSizes.count
    for operand in 0..<operandCount {
      let (step, rowStep) = (strides[operand], strides[operandCount + operand])
      let start = starts[operand] + block.row * rowStep + block.column * step
      addresses[operand] = start
      if case .direct = accesses[operand], block.rows == 1 { continue }
      let target = buffers.base(operand)
      addresses[operand] = target
      // A number that all elements share is in the buffer since the start of the row.
      if operand == 0 || (step == 0 && block.column > 0) { continue }
      let size = itemSizes[operand]
      for row in 0..<block.rows {
        let source = start + row * rowStep
        let place = target + row * block.columns * size
        switch accesses[operand] {
        case .direct: memcpy(place, source, block.columns * size)
        case .converted(let conversion):
          conversion.run(UnsafeRawPointer(source), step, place, size, block.columns)
        }
      }
    }
    let result = starts[0] + block.row * strides[operandCount] + block.column * strides[0]
    // Where the result replaces an operand, a loop that goes through a buffer can be vectorised.
    if addresses[0] == result, (1..<operandCount).contains(where: { addresses[$0] == result }) {
      addresses[0] = buffers.base(0)
    }
    loop.body(UnsafePointer(addresses), block.rows * block.columns)
    if addresses[0] == result { return }
    let size = itemSizes[0]
    for row in 0..<block.rows {
      let place = result + row * strides[operandCount]
      let source = addresses[0] + row * block.columns * size
      switch accesses[0] {
      case .direct: memcpy(place, source, block.columns * size)
      case .converted(let conversion):
        conversion.run(UnsafeRawPointer(source), size, place, strides[0], block.columns)
      }
    }
  }
}

/// A buffer for a piece of each operand, in one block of memory.
private struct Buffers {
  private let memory: UnsafeMutableRawPointer
  private let offsets: [Int]

  init(piece: Int, itemSizes: [Int]) {
    var offsets: [Int] = []
    var end = 0
    for size in itemSizes {
      offsets.append(end)
      // Buffers whose addresses are equal but for high bits would fight for places in the cache.
      end += piece * size + 64
    }
    memory = .allocate(byteCount: end, alignment: 64)
    self.offsets = offsets
  }

  func base(_ operand: Int) -> UnsafeMutableRawPointer { memory + offsets[operand] }

  func free() { memory.deallocate() }
}
