import FXCore
import FXTensor

extension Tensor {
  /// Changes the tensor by work on a copy of it in the dtype of its opmath type, or on itself.
  ///
  /// - Parameter keepsHalves: whether halves stay halves, and each step is rounded.
  func withOpMath(
    of reduction: IndexReduction, keepsHalves: Bool, _ body: (Tensor) throws -> Void
  ) throws {
    if dtype.isComplex, reduction == .amax || reduction == .amin { throw noKernel(for: dtype) }
    let wide = try converted(to: dtype.reductionType(keepsHalves: keepsHalves))
    try body(wide)
    if wide !== self { try copy(from: wide) }
  }

  /// Joins a source with elements of this tensor, which has the dtype of an opmath type.
  ///
  /// - Parameter lookUp: looks up the indices in a tensor of the same shape.
  func reduce(
    _ places: DimensionIndex, _ source: Tensor, _ reduction: IndexReduction, _ includesSelf: Bool,
    lookUp: (Tensor) throws -> DimensionIndex
  ) throws {
    let walk = try places.walked(self)
    if !includesSelf {
      try copyToPlaces(walk, Tensor.scalar(neutral(for: reduction), dtype), places.offsets)
    }
    try reduceToPlaces(walk, source.converted(to: dtype), places.offsets, reduction)
    guard reduction == .mean else { return }
    let counts = try Tensor.full(sizes, .int(includesSelf ? 1 : 0), .int64)
    let counted = try lookUp(counts)
    try reduceToPlaces(
      counted.walked(counts), Tensor.scalar(1, .int64), counted.offsets, .sum)
    try divide(by: counts)
  }

  /// The number that changes nothing when it is joined.
  private func neutral(for reduction: IndexReduction) -> Scalar {
    let isFloat = dtype.isFloatingPoint
    switch reduction {
    case .sum, .mean: return 0
    case .prod: return 1
    case .amax: return isFloat ? .float(-.infinity) : .int(dtype == .uint64 ? 0 : .min)
    case .amin:
      if isFloat { return .float(.infinity) }
      return dtype == .uint64 ? .unsigned(.max) : .int(.max)
    }
  }

  /// Divides sums by how many numbers they have; integers are rounded down.
  private func divide(by counts: Tensor) throws {
    let iterator = try ElementIterator(outputs: [self], inputs: [counts])
    switch dtype {
    case .float32: quotients(iterator) { (sum: Float, count) in sum / Float(count) }
    case .float16:
      quotients(iterator) { (sum: Float16, count) in Float16(Float(sum) / Float(count)) }
    case .bfloat16:
      quotients(iterator) { (sum: BFloat16, count) in
        BFloat16(converting: sum.opMath / Float(count))
      }
    case .float64: quotients(iterator) { (sum: Double, count) in sum / Double(count) }
    case .int64:
      quotients(iterator) { (sum: Int64, count) in
        let (quotient, rest) = sum.quotientAndRemainder(dividingBy: Int64(count))
        return rest < 0 ? quotient - 1 : quotient
      }
    case .uint64: quotients(iterator) { (sum: UInt64, count) in sum / UInt64(count) }
    default:
      quotients(iterator) { (sum: Complex<Double>, count) in
        Complex(sum.real / Double(count), sum.imaginary / Double(count))
      }
    }
  }
}

private func quotients<Number: BitwiseCopyable>(
  _ iterator: ElementIterator, _ quotient: (Number, Int) -> Number
) {
  iterator.forEachRun { pointers, strides, count in
    for place in 0..<count {
      let number = (pointers[1] + place &* strides[1]).load(as: Int.self)
      if number <= 1 { continue }
      let target = pointers[0] + place &* strides[0]
      target.storeBytes(of: quotient(target.load(as: Number.self), number), as: Number.self)
    }
  }
}
