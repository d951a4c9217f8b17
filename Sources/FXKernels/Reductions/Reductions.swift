import FXCore
import FXTensor
import Glibc

/// Reductions of tensors: sums, products, extremes, truth values, moments and norms.
///
/// Dimensions are given as in PyTorch: without any, or with an empty list, all are reduced.
/// Results are contiguous. Narrow floats are computed as float32 and rounded once. All throw
/// `tensor.index` for dimensions that are not there, `tensor.dtype` and `tensor.memory`.
public enum Reductions {
  /// Adds the numbers of a tensor in a dtype; integers in int64 unless it is given (`torch.sum`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func sum(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, _ dtype: ScalarType? = nil
  ) throws -> Tensor {
    let target = dtype ?? tensor.dtype.sumType
    let source = try tensor.converted(to: target).converted(to: target.opMathType)
    let work = Sum(source: source, axes: axes, keepsAxes: keepsAxes)
    return try dispatchNumber(source.dtype, work).converted(to: target)
  }

  /// Multiplies the numbers of a tensor in a dtype; integers in int64 unless it is given
  /// (`torch.prod`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func product(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, _ dtype: ScalarType? = nil
  ) throws -> Tensor {
    let target = dtype ?? tensor.dtype.sumType
    let source = try tensor.converted(to: target).converted(to: target.opMathType)
    let work = Product(source: source, axes: axes, keepsAxes: keepsAxes)
    return try dispatchNumber(source.dtype, work).converted(to: target)
  }

  /// Returns the mean of floating or complex numbers, in a dtype (`torch.mean`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func mean(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, _ dtype: ScalarType? = nil
  ) throws -> Tensor {
    let target = dtype ?? tensor.dtype
    guard target.isFloatingPoint || target.isComplex else { throw noKernel(for: target) }
    let source = try tensor.converted(to: target).converted(to: target.opMathType)
    let count = Double(try ReducedShape(source, axes, keepsAxes: false).reducedCount)
    let result: Tensor
    switch source.dtype {
    case .float32:
      result = try FloatSum(divisor: count).reduce(source, axes, keepsAxes: keepsAxes)
    case .float64:
      let mean = MappedSum<Double>(map: { $0 }, finish: { $0 / count })
      result = try mean.reduce(source, axes, keepsAxes: keepsAxes)
    default:
      let mean = ComplexMean(count: count)
      result = try mean.reduce(source, axes, keepsAxes: keepsAxes)
    }
    return try result.converted(to: target)
  }

  /// Returns the largest or the smallest numbers; NaN counts as both (`torch.amax`, `torch.amin`).
  ///
  /// - Throws: also `tensor.shape` where there are no numbers to choose from.
  public static func extreme(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, isLargest: Bool
  ) throws -> Tensor {
    let shape = try ReducedShape(tensor, axes, keepsAxes: false)
    guard shape.reducedCount > 0 || shape.keptCount == 0 else {
      throw FXError(.tensorShape, "no elements have no largest or smallest one")
    }
    let source = try tensor.converted(to: tensor.dtype.opMathType)
    let work = FindExtreme(source: source, axes: axes, keepsAxes: keepsAxes, isLargest: isLargest)
    return try dispatchOrdered(source.dtype, work).converted(to: tensor.dtype)
  }

  /// Tells whether any of the elements is not zero (`torch.any`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func any(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false
  ) throws -> Tensor {
    let result = try AnyTrue().reduce(tensor.converted(to: .bool), axes, keepsAxes: keepsAxes)
    return try tensor.dtype == .uint8 ? result.converted(to: .uint8) : result
  }

  /// Tells whether all elements are not zero (`torch.all`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func all(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false
  ) throws -> Tensor {
    let result = try AllTrue().reduce(tensor.converted(to: .bool), axes, keepsAxes: keepsAxes)
    return try tensor.dtype == .uint8 ? result.converted(to: .uint8) : result
  }

  /// Counts the elements that are not zero (`torch.count_nonzero`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func countNonzero(_ tensor: Tensor, _ axes: [Int]? = nil) throws -> Tensor {
    try TrueCount().reduce(tensor.converted(to: .bool), axes)
  }

  /// Joins the bits of numbers, floats as float64 and integers as int64, by exclusive or
  /// (`torch.hash_tensor`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func hash(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false
  ) throws -> Tensor {
    guard !tensor.dtype.isComplex else { throw noKernel(for: tensor.dtype) }
    let wide: ScalarType = tensor.dtype.isFloatingPoint ? .float64 : .int64
    let bits = try tensor.converted(to: tensor.dtype == .uint64 ? .uint64 : wide)
    return try BitHash().reduce(bits.view(as: .uint64), axes, keepsAxes: keepsAxes)
  }

  /// Returns the variance of floating or complex numbers, or its root (`torch.var`, `torch.std`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func variance(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, correction: Double = 1,
    takesRoot: Bool = false
  ) throws -> Tensor {
    let target = tensor.dtype.partType
    guard target.isFloatingPoint else { throw noKernel(for: target) }
    let opMath = target.opMathType
    if tensor.dtype.isComplex {
      let source = try tensor.converted(to: .complex128)
      let variance = ComplexVariance(correction: correction, takesRoot: takesRoot)
      return try variance.reduce(source, axes, keepsAxes: keepsAxes).converted(to: target)
    }
    let source = try tensor.converted(to: opMath)
    let work = FindVariance(
      source: source, axes: axes, keepsAxes: keepsAxes, correction: correction,
      takesRoot: takesRoot)
    return try (opMath == .float64 ? work.run(Double.self) : work.run(Float.self))
      .converted(to: target)
  }

  /// Returns the vector norm of an order: 2, 1, infinities, 0 or any other
  /// (`torch.linalg.vector_norm`).
  ///
  /// - Throws: also `tensor.shape` for extremes of no numbers.
  public static func norm(
    _ tensor: Tensor, _ axes: [Int]? = nil, keepsAxes: Bool = false, order: Double
  ) throws -> Tensor {
    let target = tensor.dtype.partType
    guard target.isFloatingPoint else { throw noKernel(for: target) }
    let shape = try ReducedShape(tensor, axes, keepsAxes: false)
    guard shape.reducedCount > 0 || shape.keptCount == 0 || (order >= 0 && order.isFinite) else {
      throw FXError(.tensorShape, "the norm of order \(order) of no elements is not defined")
    }
    let source = try tensor.realMagnitudes().converted(to: target.opMathType)
    let work = FindNorm(source: source, axes: axes, keepsAxes: keepsAxes, order: order)
    let isDouble = source.dtype == .float64
    return try (isDouble ? work.run(Double.self) : work.run(Float.self)).converted(to: target)
  }
}

extension ScalarType {
  /// The dtype of a sum: int64 for integers and bool.
  var sumType: ScalarType { isIntegral(includingBool: true) ? .int64 : self }
}

private struct Sum: NumberWork {
  let source: Tensor
  let axes: [Int]?
  let keepsAxes: Bool
  func run<Number: NumberOpMath>(_: Number.Type) throws -> Tensor {
    if Number.self == Float.self {
      return try FloatSum().reduce(source, axes, keepsAxes: keepsAxes)
    }
    return try NumberSum<Number>().reduce(source, axes, keepsAxes: keepsAxes)
  }
}

private struct Product: NumberWork {
  let source: Tensor
  let axes: [Int]?
  let keepsAxes: Bool
  func run<Number: NumberOpMath>(_: Number.Type) throws -> Tensor {
    try NumberProduct<Number>().reduce(source, axes, keepsAxes: keepsAxes)
  }
}

private struct FindExtreme: OrderedWork {
  let source: Tensor
  let axes: [Int]?
  let keepsAxes: Bool
  let isLargest: Bool
  func run<Number: OrderedOpMath>(_: Number.Type) throws -> Tensor {
    try Extreme<Number>(isLargest: isLargest).reduce(source, axes, keepsAxes: keepsAxes)
  }
}

private struct FindVariance {
  let source: Tensor
  let axes: [Int]?
  let keepsAxes: Bool
  let correction: Double
  let takesRoot: Bool
  func run<Number: RowFloat>(_: Number.Type) throws -> Tensor {
    let (correction, takesRoot) = (correction, takesRoot)
    let reducer = MomentReducer<Number, Number> { moments in
      let variance = moments.variance(correction: correction)
      return Number(takesRoot ? variance.squareRoot() : variance)
    }
    return try reducer.reduce(source, axes, keepsAxes: keepsAxes)
  }
}

private struct FindNorm {
  let source: Tensor
  let axes: [Int]?
  let keepsAxes: Bool
  let order: Double

  func run<Number: RowFloat>(_: Number.Type) throws -> Tensor {
    let order = order
    switch order {
    case 2: return try EuclideanNorm<Number>().reduce(source, axes, keepsAxes: keepsAxes)
    case .infinity, -.infinity:
      let reducer = ExtremeMagnitude<Number>(isLargest: order > 0)
      return try reducer.reduce(source, axes, keepsAxes: keepsAxes)
    case 1: return try reduce(MappedSum<Number>(map: { $0.magnitude }, finish: { $0 }))
    case 0: return try reduce(MappedSum<Number>(map: { $0 == 0 ? 0 : 1 }, finish: { $0 }))
    default:
      return try reduce(
        MappedSum<Number>(
          map: { Glibc.pow($0.magnitude, order) }, finish: { Glibc.pow($0, 1 / order) }))
    }
  }

  private func reduce<R: Reducer>(_ reducer: R) throws -> Tensor where R.Output: TensorElement {
    try reducer.reduce(source, axes, keepsAxes: keepsAxes)
  }
}
