import FXCore
import FXTensor

/// How elements that go to one place are joined.
public enum IndexReduction: String, Sendable {
  case sum, prod, mean, amax, amin
}

/// Joins elements with those at places that offsets tell, in order.
///
/// - Parameter target: shaped as the walk, with stride 0 where indices tell the place; its dtype is
///   that of an opmath type or a half, and so is the source's. Halves are rounded at each step.
func reduceToPlaces(
  _ target: Tensor, _ source: Tensor, _ offsets: IndexOffsets, _ reduction: IndexReduction
) throws {
  let iterator = try ElementIterator(
    outputs: [target], inputs: [source, offsets.tensor], allowsSharedPlaces: true)
  switch target.dtype {
  case .float32: reduceFloats(iterator, offsets.step, reduction, Float.self)
  case .float64: reduceFloats(iterator, offsets.step, reduction, Double.self)
  case .float16: reduceFloats(iterator, offsets.step, reduction, Float16.self)
  case .bfloat16: reduceFloats(iterator, offsets.step, reduction, BFloat16.self)
  case .int64: reduceIntegers(iterator, offsets.step, reduction, Int64.self)
  case .uint64: reduceIntegers(iterator, offsets.step, reduction, UInt64.self)
  case .complex128: try reduceComplex(iterator, offsets.step, reduction)
  default: throw noKernel(for: target.dtype)
  }
}

extension ScalarType {
  /// The dtype in which elements are joined: that of their opmath type.
  ///
  /// - Parameter keepsHalves: whether halves stay halves, and each step is rounded.
  func reductionType(keepsHalves: Bool) -> ScalarType {
    if isComplex { return .complex128 }
    if keepsHalves, self == .float16 || self == .bfloat16 { return self }
    if isFloatingPoint { return self == .float64 ? .float64 : .float32 }
    return self == .uint64 ? .uint64 : .int64
  }
}

private func reduceFloats<Element: FloatElement>(
  _ iterator: ElementIterator, _ step: Int, _ reduction: IndexReduction, _: Element.Type
) {
  func joining(_ join: (Element.Compute, Element.Compute) -> Element.Compute) {
    reduce(iterator, step, Element.self) {
      join($0.opMath, $1.opMath).converted(to: Element.self)
    }
  }
  switch reduction {
  case .sum, .mean: joining { $0 + $1 }
  case .prod: joining { $0 * $1 }
  case .amax: joining { $0 > $1 || $0.isNaN ? $0 : $1 }
  case .amin: joining { $0 < $1 || $0.isNaN ? $0 : $1 }
  }
}

private func reduceIntegers<Number: FixedWidthInteger & BitwiseCopyable>(
  _ iterator: ElementIterator, _ step: Int, _ reduction: IndexReduction, _: Number.Type
) {
  switch reduction {
  case .sum, .mean: reduce(iterator, step, Number.self) { $0 &+ $1 }
  case .prod: reduce(iterator, step, Number.self) { $0 &* $1 }
  case .amax: reduce(iterator, step, Number.self) { max($0, $1) }
  case .amin: reduce(iterator, step, Number.self) { min($0, $1) }
  }
}

private func reduceComplex(_ iterator: ElementIterator, _ step: Int, _ reduction: IndexReduction)
  throws
{
  switch reduction {
  case .sum, .mean: reduce(iterator, step, Complex<Double>.self) { $0 + $1 }
  case .prod: reduce(iterator, step, Complex<Double>.self) { $0 * $1 }
  case .amax, .amin: throw noKernel(for: .complex128)
  }
}

@inline(__always)
private func reduce<Number: BitwiseCopyable>(
  _ iterator: ElementIterator, _ step: Int, _: Number.Type, _ join: (Number, Number) -> Number
) {
  iterator.forEachRun { pointers, strides, count in
    for place in 0..<count {
      let offset = (pointers[2] + place &* strides[2]).load(as: Int.self) &* step
      let value = (pointers[1] + place &* strides[1]).load(as: Number.self)
      let target = pointers[0] + place &* strides[0] + offset
      target.storeBytes(of: join(target.load(as: Number.self), value), as: Number.self)
    }
  }
}
