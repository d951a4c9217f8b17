import FXCore
import FXTensor

/// The shape rules that many operators share.
public enum ShapeRules {
  /// Tells the dtype of an elementwise result from the dtype that the operands have together.
  public enum ResultType: Sendable {
    /// The common dtype.
    case same
    /// The common dtype, float32 for integers and bools (`INT_TO_FLOAT`).
    case float
    /// Bool (`ALWAYS_BOOL`).
    case bool
    /// The common dtype; of complex ones the dtype of the parts (`COMPLEX_TO_FLOAT`).
    case real
    /// The common dtype, float32 for integers and bools; of complex ones the dtype of the parts.
    case realFloat
    /// The common dtype, int64 for bools (`BOOL_TO_LONG`).
    case integer

    /// Returns the dtype in which results are computed, and that which they have, from the dtype
    /// that the operands have together.
    public func dtypes(of common: ScalarType) -> (computed: ScalarType, result: ScalarType) {
      let isWhole = common.isIntegral(includingBool: true)
      switch self {
      case .same: return (common, common)
      case .float: return isWhole ? (.float32, .float32) : (common, common)
      case .bool: return (common, .bool)
      case .real: return (common, common.partType)
      case .realFloat: return isWhole ? (.float32, .float32) : (common, common.partType)
      case .integer: return common == .bool ? (.int64, .int64) : (common, common)
      }
    }
  }

  /// Returns the rule of an elementwise operator of these tensor arguments.
  public static func pointwise(
    _ positions: [Int], _ type: ResultType = .same
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let operands = try positions.map { try call.fake($0) }
      let dtype = try promoted(operands, type)
      return .fake(try elementwise(operands, dtype, call.symbols))
    }
  }

  /// Returns the rule of an elementwise operator of one tensor.
  public static func unary(_ type: ResultType = .same) -> OperatorDefinition.ShapeRule {
    pointwise([0], type)
  }

  /// Returns the rule of an elementwise operator of two tensors.
  public static func binary(_ type: ResultType = .same) -> OperatorDefinition.ShapeRule {
    pointwise([0, 1], type)
  }

  /// Returns the dtype of an elementwise result.
  ///
  /// - Throws: `tensor.dtype`.
  public static func promoted(
    _ operands: [FakeTensor], _ type: ResultType
  ) throws -> ScalarType {
    if type == .bool { return .bool }
    var promotion = TypePromotion()
    for operand in operands {
      if operand.isWrappedNumber {
        try promotion.add(number(operand.dtype))
      } else {
        try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
      }
    }
    return type.dtypes(of: try promotion.result()).result
  }

  private static func number(_ dtype: ScalarType) -> Scalar {
    if dtype.isComplex { return .complex(0, 0) }
    if dtype.isFloatingPoint { return .float(0) }
    return dtype == .bool ? .bool(false) : .int(0)
  }

  /// Makes the output of an elementwise operator: the broadcast shape, and strides as
  /// TensorIterator gives them.
  ///
  /// - Throws: `tensor.shape` where sizes do not fit.
  public static func elementwise(
    _ operands: [FakeTensor], _ dtype: ScalarType, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    var sizes = operands.first?.sizes ?? []
    for operand in operands.dropFirst() {
      sizes = try broadcast(sizes, operand.sizes, symbols)
    }
    let device = operands.first { $0.rank > 0 }?.device ?? operands.first?.device ?? .cpu
    let strides = try elementwiseStrides(sizes, operands, symbols)
    return FakeTensor(dtype, sizes, strides: strides, device: device)
  }

  /// Returns the shape that two tensors have together, by PyTorch's broadcasting.
  ///
  /// - Throws: `tensor.shape`.
  public static func broadcast(
    _ a: [SymbolicSize], _ b: [SymbolicSize], _ symbols: SymbolicContext
  ) throws -> [SymbolicSize] {
    if a == b { return a }
    let rank = max(a.count, b.count)
    return try (0..<rank).map { axis in
      let first = axis - rank + a.count
      let second = axis - rank + b.count
      let left = first >= 0 ? a[first] : 1
      let right = second >= 0 ? b[second] : 1
      if left == right || right == 1 { return left }
      if left == 1 { return right }
      guard try symbols.isEqual(left, right) else {
        // A size that depends on data can't be told from 1, and then it is the other's.
        if left.int == nil, right.int != nil { return right }
        if right.int == nil, left.int != nil { return left }
        if left.int == nil, right.int == nil { return left }
        throw FXError(
          .tensorShape,
          "the sizes \(left.expression) and \(right.expression) at the dimension \(axis) do not fit"
        )
      }
      return left.int != nil ? left : right.int != nil ? right : left
    }
  }

  /// Returns the strides of an elementwise output; nil for row-major ones.
  static func elementwiseStrides(
    _ shape: [SymbolicSize], _ operands: [FakeTensor], _ symbols: SymbolicContext
  ) throws -> [SymbolicSize]? {
    let full = operands.filter { $0.rank > 0 }
    if full.count == operands.count, full.allSatisfy({ $0.sizes == shape }) {
      if full.allSatisfy({ $0.isContiguous }) { return nil }
      if let first = full.first, full.allSatisfy({ $0.strides == first.strides }),
        try isDense(first, symbols)
      {
        return first.strides
      }
    }
    let order = order(shape, operands, symbols)
    if order.elementsEqual(shape.indices.reversed()) { return nil }
    var strides = [SymbolicSize](repeating: 1, count: shape.count)
    var stride: SymbolicSize = 1
    for axis in order {
      strides[axis] = stride
      stride = try stride * shape[axis]
    }
    return strides
  }

  /// Tells whether elements fill memory without gaps, in some order.
  static func isDense(_ tensor: FakeTensor, _ symbols: SymbolicContext) throws -> Bool {
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
    _ shape: [SymbolicSize], _ operands: [FakeTensor], _ symbols: SymbolicContext
  ) -> [Int] {
    let sizes = shape.map { symbols.hint(of: $0) ?? unknownSize }
    let steps = operands.map { operand -> [Int] in
      let added = shape.count - operand.rank
      return shape.indices.map { axis in
        guard axis >= added else { return 0 }
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

extension FakeTensor {
  /// Whether elements follow one another in row-major order, as far as forms tell.
  public var isContiguous: Bool {
    var expected: SymbolicSize = 1
    for axis in sizes.indices.reversed() where sizes[axis] != 1 {
      if sizes[axis] == 0 { return true }
      guard strides[axis] == expected else { return false }
      guard let next = try? expected * sizes[axis] else { return false }
      expected = next
    }
    return true
  }
}
