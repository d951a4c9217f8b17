import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Resampling of images as sums of their elements, dimension by dimension.
struct ComposedResampling {
  let e: any Emitter
  let filter: ResampleFilter
  let alignsCorners: Bool

  /// Resamples to sizes.
  ///
  /// - Throws: `operator.unsupported` where sizes are symbolic, or for filters that smooth.
  func callAsFunction(
    _ input: IValue, to sizes: [SymbolicSize], scales: [Double?]
  ) throws -> IValue {
    let dtype = try input.dtype
    guard try input.rank == sizes.count + 2, scales.count == sizes.count, dtype.isFloatingPoint
    else { throw unsupported }
    let isNearest = filter == .nearest || filter == .nearestExact
    var image = isNearest ? input : try e.widened(input)
    let isNarrow = dtype.byteCount == 2 && hasNarrowWeights(input, sizes)
    for axis in sizes.indices {
      let (size, count) = (
        try input.size(axis + 2).requireStatic(), try sizes[axis].requireStatic()
      )
      guard size > 0, count > 0, count < 1 << 24, size < 1 << 24 else { throw unsupported }
      let taps = try taps(from: size, to: count, scales[axis], narrow: isNarrow ? dtype : nil)
      var sum: IValue?
      for tap in taps {
        var part = try e.call("aten::index_select", image, .int(axis + 2), tap.index)
        if let weight = tap.weight {
          let weight = isNarrow ? try e.converted(weight, to: dtype) : weight
          let shape = [count] + Array(repeating: 1, count: sizes.count - 1 - axis)
          let column = try e.call("aten::view", e.converted(weight, to: image.dtype), .ints(shape))
          part = try e.call("aten::mul.Tensor", part, column)
        }
        sum = try sum.map { try e.call("aten::add.Tensor", $0, part) } ?? part
      }
      guard let sum else { throw unsupported }
      image = sum
    }
    let result = try e.converted(image, to: dtype)
    return try e.inFormat(of: input, result)
  }

  /// Tells whether PyTorch's kernel stores the weights in the dtype of the input.
  private func hasNarrowWeights(_ input: IValue, _ sizes: [SymbolicSize]) -> Bool {
    guard filter == .linear else { return true }
    let isLast =
      !input.isContiguous(.contiguous)
      && input.isContiguous(sizes.count == 3 ? .channelsLast3d : .channelsLast)
    switch sizes.count {
    case 2:
      let extent = sizes.compactMap(\.int).reduce(0) { min($0, 1 << 24) + min($1, 1 << 24) }
      let channels = (try? input.size(1))?.int ?? 0
      return !(isLast && channels > 3) && extent > 128
    case 3: return !isLast
    default: return true
    }
  }

  /// Elements of a dimension, one for each of the result, and what they are multiplied by.
  private typealias Tap = (index: IValue, weight: IValue?)

  private func taps(
    from size: Int, to count: Int, _ scale: Double?, narrow: ScalarType?
  ) throws -> [Tap] {
    let options: [(name: String, value: IValue)] = [("dtype", .dtype(.float32))]
    let places = try e.apply("aten::arange", [.int(count)], options)
    let ratio = ratio(from: size, to: count, scale)
    func moved(_ value: IValue, _ offset: Double) throws -> IValue {
      try e.call("aten::add.Scalar", value, .float(offset))
    }
    func whole(_ value: IValue, _ offset: Int = 0) throws -> IValue {
      let index = try e.converted(value, to: .int64)
      let shifted = offset == 0 ? index : try e.call("aten::add.Scalar", index, .int(offset))
      return try e.call("aten::clamp", shifted, 0, .int(size - 1))
    }
    func scaled(_ value: IValue) throws -> IValue {
      try e.call("aten::mul.Tensor", value, .float(ratio))
    }
    func position() throws -> IValue {
      if alignsCorners { return try scaled(places) }
      return try moved(scaled(moved(places, 0.5)), -0.5)
    }
    switch filter {
    case .nearest: return [(try whole(scaled(places)), nil)]
    case .nearestExact: return [(try whole(scaled(moved(places, 0.5))), nil)]
    case .linear:
      let place = try e.call("aten::clamp", position(), 0)
      let first = try whole(place)
      let part = try fraction(place, first)
      // Of two weights, the first is what the second one leaves after it was rounded.
      let kept = try narrow.map { try e.converted(e.converted(part, to: $0), to: .float32) } ?? part
      let rest = try e.call("aten::rsub.Scalar", kept, 1)
      return [(first, rest), (try whole(place, 1), part)]
    case .cubic:
      let place = try position()
      let floor = try e.call("aten::floor", place)
      let limited = try e.call("aten::clamp", floor, nil, .int(size - 1))
      let part = try fraction(place, limited)
      return try cubicWeights(part).enumerated().map { offset, weight in
        (try whole(limited, offset - 1), weight)
      }
    case .smoothLinear, .smoothCubic, .smoothLanczos: throw unsupported
    }
  }

  private func fraction(_ place: IValue, _ first: IValue) throws -> IValue {
    let start = try e.converted(first, to: .float32)
    return try e.call("aten::clamp", e.call("aten::sub.Tensor", place, start), 0, 1)
  }

  private func ratio(from size: Int, to count: Int, _ scale: Double?) -> Double {
    if alignsCorners { return count > 1 ? Double(Float(size - 1) / Float(count - 1)) : 0 }
    if let scale, scale > 0 { return Double(Float(1 / scale)) }
    return Double(Float(size) / Float(count))
  }

  /// The weights of cubic convolution with a = -0.75, as polynomials of the distance.
  private func cubicWeights(_ part: IValue) throws -> [IValue] {
    let a = -0.75
    /// Computes ((c0 x + c1) x + c2) x + c3.
    func polynomial(_ x: IValue, _ coefficients: [Double]) throws -> IValue {
      var result = try e.call("aten::mul.Tensor", x, .float(coefficients[0]))
      for (index, coefficient) in coefficients.dropFirst().enumerated() {
        if coefficient != 0 {
          result = try e.call("aten::add.Scalar", result, .float(coefficient))
        }
        if index < coefficients.count - 2 { result = try e.call("aten::mul.Tensor", result, x) }
      }
      return result
    }
    let (near, far) = ([a + 2, -(a + 3), 0, 1], [a, -5 * a, 8 * a, -4 * a])
    let rest = try e.call("aten::rsub.Scalar", part, 1)
    return [
      try polynomial(e.call("aten::add.Scalar", part, 1), far), try polynomial(part, near),
      try polynomial(rest, near), try polynomial(e.call("aten::add.Scalar", rest, 1), far),
    ]
  }

  private var unsupported: FXError {
    FXError(.operatorUnsupported, "resampling can't be decomposed here")
  }
}
