import FXCore
import FXTensor

/// The strides of elementwise results.
extension ShapeRules {
  /// How PyTorch finds the strides of an elementwise result while it traces: they differ where
  /// several orders of dimensions are the same, and of empty tensors.
  public enum Tracing: Sendable {
    /// By the operator's reference in Python (`torch._refs`).
    case reference
    /// By TensorIterator, as in a run.
    case iterator
  }

  /// Makes the output of an elementwise operator: the broadcast shape, and strides that follow those
  /// of the operands.
  ///
  /// - Throws: `tensor.shape` where sizes do not fit.
  public static func elementwise(
    _ operands: [FakeTensor], _ dtype: ScalarType, _ symbols: SymbolicContext,
    _ tracing: Tracing = .reference
  ) throws -> FakeTensor {
    var sizes = operands.first?.sizes ?? []
    for operand in operands.dropFirst() {
      sizes = try broadcast(sizes, operand.sizes, symbols)
    }
    let device = operands.first { $0.rank > 0 }?.device ?? operands.first?.device ?? .cpu
    let strides = try elementwiseStrides(sizes, operands, symbols, tracing)
    return FakeTensor(dtype, sizes, strides: strides, device: device)
  }

  /// Returns the strides of an elementwise output; nil for row-major ones.
  static func elementwiseStrides(
    _ shape: [SymbolicSize], _ operands: [FakeTensor], _ symbols: SymbolicContext,
    _ tracing: Tracing = .reference
  ) throws -> [SymbolicSize]? {
    let full = operands.filter { $0.rank > 0 }
    let isFull = full.allSatisfy { $0.sizes == shape }
    if tracing == .iterator {
      if let strides = try iteratorStrides(shape, operands, symbols) { return strides }
    } else if shape.contains(0), operands.count > 1 {
      return nil
    } else if isFull {
      let isContiguous = full.allSatisfy(\.isContiguous)
      let isLast = full.allSatisfy(\.isChannelsLast)
      if isContiguous, !isLast { return nil }
      if isLast, !isContiguous { return try channelsLastStrides(shape) }
    }
    let order = try order(shape, full, symbols, tracing)
    if order.elementsEqual(shape.indices.reversed()) { return nil }
    return try denseStrides(shape, order, countsEmpty: tracing == .iterator)
  }

  /// Returns the strides that TensorIterator takes over from operands of one layout; nil where their
  /// dimensions are put in order.
  private static func iteratorStrides(
    _ shape: [SymbolicSize], _ operands: [FakeTensor], _ symbols: SymbolicContext
  ) throws -> [SymbolicSize]? {
    guard let first = operands.first, operands.allSatisfy({ $0.sizes == shape }) else { return nil }
    if operands.allSatisfy(\.isContiguous) { return SymbolicSize.contiguousStrides(shape) }
    if operands.allSatisfy(\.isChannelsLast) { return try channelsLastStrides(shape) }
    let isSame = operands.allSatisfy { $0.strides == first.strides }
    return try isSame && isDense(first, symbols) ? first.strides : nil
  }

  /// Returns dense strides for an order of dimensions that starts with the fastest.
  ///
  /// - Parameter countsEmpty: whether strides are 0 behind a size of 0, which else counts as 1.
  private static func denseStrides(
    _ shape: [SymbolicSize], _ order: [Int], countsEmpty: Bool
  ) throws -> [SymbolicSize] {
    var strides = [SymbolicSize](repeating: 1, count: shape.count)
    var stride: SymbolicSize = 1
    for axis in order {
      strides[axis] = stride
      if countsEmpty || shape[axis] != 0 { stride = try stride * shape[axis] }
    }
    return strides
  }

  /// Tells whether elements fill memory without gaps, in some order.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func isDense(_ tensor: FakeTensor, _ symbols: SymbolicContext) throws -> Bool {
    if tensor.sizes.contains(0) { return true }
    let axes = tensor.sizes.indices.filter { tensor.sizes[$0] != 1 }
    let order = axes.sorted {
      (symbols.hint(of: tensor.strides[$0]) ?? 0, -$0)
        < (symbols.hint(of: tensor.strides[$1]) ?? 0, -$1)
    }
    var expected: SymbolicSize = 1
    for axis in order {
      guard symbols.isEquivalent(tensor.strides[axis], expected) else { return false }
      expected = try expected * tensor.sizes[axis]
    }
    return true
  }

  /// Returns the dimensions with the fastest first, as TensorIterator walks the operands.
  private static func order(
    _ shape: [SymbolicSize], _ operands: [FakeTensor], _ symbols: SymbolicContext,
    _ tracing: Tracing
  ) throws -> [Int] {
    let sizes = shape.map { symbols.hint(of: $0) ?? unknownSize }
    let steps = try operands.map { operand -> [Int] in
      let added = shape.count - operand.rank
      let whole = tracing == .iterator ? 0 : try operand.sizes[0] * operand.strides[0]
      return shape.indices.map { axis in
        // References step over all of the operand in new dimensions of size 1.
        guard axis >= added else {
          return shape[axis] == 1 ? symbols.hint(of: whole) ?? unknownSize : 0
        }
        let size = operand.sizes[axis - added]
        if size == 1, shape[axis] != 1 { return 0 }
        return symbols.hint(of: operand.strides[axis - added]) ?? unknownSize
      }
    }
    return StrideOrder.fastestFirst(sizes, steps)
  }

  /// What a size that depends on data counts as where dimensions are put in order.
  private static let unknownSize = 1 << 20
}
