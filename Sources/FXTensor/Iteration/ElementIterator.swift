import FXCore

/// Walks the elements of several tensors of one shape, in the order of memory.
///
/// Dimensions are put in the order of the first operand's strides and joined where all operands
/// step through them as through one, so that dense tensors are one run. Kernels get runs: a
/// pointer and a stride in bytes for each operand, outputs first.
///
///     let iterator = try ElementIterator(outputs: [result], inputs: [left, right])
///     iterator.forEachRun { pointers, strides, count in … }
public struct ElementIterator: @unchecked Sendable {
  /// The number of operands.
  public let operandCount: Int
  /// The sizes of the joined dimensions, the fastest first; at least one.
  public private(set) var sizes: [Int]
  /// The strides in bytes, for each dimension those of all operands.
  public private(set) var strides: [Int]
  /// Where each operand begins.
  public private(set) var bases: [UnsafeMutableRawPointer]
  /// The number of elements.
  public private(set) var count: Int
  // Keep the memory alive.
  private let storages: [Storage]

  /// Prepares a walk; inputs are broadcast to the shape of the outputs.
  ///
  /// Outputs whose elements share places are for operators that write the same number everywhere.
  /// - Throws: `tensor.shape`, `tensor.view` for an output that has one place for several
  ///   elements, or `tensor.memory`.
  public init(
    outputs: [Tensor], inputs: [Tensor], allowsSharedPlaces: Bool = false
  ) throws(FXError) {
    let operands = outputs + inputs
    let shape = operands.first?.sizes ?? []
    operandCount = operands.count
    storages = operands.map(\.storage)
    count = operands.first?.elementCount ?? 0
    bases = []
    for output in outputs {
      guard output.sizes == shape else {
        throw FXError(
          .tensorShape,
          "an output has the shape \(Geometry.text(output.sizes)), and not \(Geometry.text(shape))")
      }
      if !allowsSharedPlaces { try output.checkWritable() }
      // A view of a file moves to memory here, before inputs on the same storage are looked at.
      bases.append(try output.mutableBytes())
    }
    for input in inputs { bases.append(UnsafeMutableRawPointer(mutating: input.bytes)) }

    sizes = [count]
    strides = operands.map(\.itemSize)
    if operands.allSatisfy({ $0.isContiguous && $0.sizes == shape }) { return }
    var steps: [[Int]] = []
    for operand in operands {
      let size = operand.itemSize
      steps.append(try operand.broadcastStrides(to: shape).map { $0 &* size })
    }
    if count == 0 { return }
    sizes = []
    strides = []
    for axis in StrideOrder.fastestFirst(shape, steps) { join(shape[axis], steps.map { $0[axis] }) }
    if sizes.isEmpty {
      sizes = [count]
      strides = operands.map(\.itemSize)
    }
  }

  /// Adds a dimension, as part of the last one where every operand steps on as before.
  private mutating func join(_ size: Int, _ steps: [Int]) {
    if size == 1 { return }
    let last = sizes.count - 1
    if last >= 0 {
      let start = last * operandCount
      let fits = steps.indices.allSatisfy { strides[start + $0] &* sizes[last] == steps[$0] }
      if fits {
        sizes[last] *= size
        return
      }
    }
    sizes.append(size)
    strides += steps
  }

  /// Whether all elements are one run in which every operand is dense.
  public func isSingleRun(_ itemSizes: Int...) -> Bool {
    sizes.count == 1 && zip(strides, itemSizes).allSatisfy { $0 == $1 }
  }

  /// Divides the walk into at most so many parts that may run at the same time.
  public func split(into parts: Int) -> [ElementIterator] {
    guard parts > 1, count > 1,
      let axis = sizes.indices.max(by: { (sizes[$0], $0) < (sizes[$1], $1) })
    else { return [self] }
    let length = (sizes[axis] + parts - 1) / parts
    return stride(from: 0, to: sizes[axis], by: length).map { start in
      var part = self
      part.sizes[axis] = min(length, sizes[axis] - start)
      part.count = count / sizes[axis] * part.sizes[axis]
      for operand in 0..<operandCount {
        part.bases[operand] += start * strides[axis * operandCount + operand]
      }
      return part
    }
  }

  /// Calls `body` with each run: pointers, strides in bytes, and the number of elements.
  @inlinable
  public func forEachRun(
    _ body: (UnsafePointer<UnsafeMutableRawPointer>, UnsafePointer<Int>, Int) throws -> Void
  ) rethrows {
    try forEachPlane { pointers, strides, width, height in
      for row in 0..<height {
        if row > 0 {
          for operand in 0..<operandCount { pointers[operand] += strides[operandCount + operand] }
        }
        try body(UnsafePointer(pointers), strides, width)
      }
    }
  }

  /// Calls `body` with each plane: pointers, which it may move, the strides in bytes of the inner
  /// dimension and then of the outer one, and the two sizes.
  @inlinable
  public func forEachPlane(
    _ body: (UnsafeMutablePointer<UnsafeMutableRawPointer>, UnsafePointer<Int>, Int, Int) throws ->
      Void
  ) rethrows {
    if count == 0 { return }
    let outerRank = max(sizes.count - 2, 0)
    let height = sizes.count > 1 ? sizes[1] : 1
    // A walk of one dimension has no strides for the outer one, which takes no steps.
    let steps = sizes.count > 1 ? strides : strides + strides
    try steps.withUnsafeBufferPointer { steps in
      guard let stepBase = steps.baseAddress else { return }
      try withUnsafeTemporaryAllocation(
        of: UnsafeMutableRawPointer.self, capacity: operandCount * 2
      ) { pointers in
        guard let moving = pointers.baseAddress else { return }
        let starts = moving + operandCount
        for operand in 0..<operandCount { starts[operand] = bases[operand] }
        try withUnsafeTemporaryAllocation(of: Int.self, capacity: outerRank) { index in
          index.initialize(repeating: 0)
          while true {
            for operand in 0..<operandCount { moving[operand] = starts[operand] }
            try body(moving, stepBase, sizes[0], height)
            var axis = 0
            while axis < outerRank {
              let strides = stepBase + (axis + 2) * operandCount
              index[axis] += 1
              if index[axis] < sizes[axis + 2] {
                for operand in 0..<operandCount { starts[operand] += strides[operand] }
                break
              }
              index[axis] = 0
              let back = sizes[axis + 2] - 1
              for operand in 0..<operandCount { starts[operand] -= strides[operand] * back }
              axis += 1
            }
            if axis == outerRank { return }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// Checks that each element has a place of its own, as far as strides of 0 tell.
  ///
  /// - Throws: `tensor.view`.
  func checkWritable() throws(FXError) {
    if isContiguous || !hasSharedPlaces { return }
    throw FXError(
      .tensorView,
      "several elements of the tensor of shape \(Geometry.text(sizes)) and strides "
        + "\(Geometry.text(strides)) have one place, which cannot be written to; clone it first")
  }

  /// Whether several elements have one place, as in an expanded tensor (`has_internal_overlap`).
  package var hasSharedPlaces: Bool {
    elementCount > 0 && zip(sizes, strides).contains { $0 > 1 && $1 == 0 }
  }
}
