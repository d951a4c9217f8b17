import FXCore
import FXTensor

/// Resampling of the last dimensions of images to other sizes (`interpolate`).
public enum Resampling {
  /// Returns an input of (N, C, …) resampled along its last dimensions, in its memory format.
  ///
  /// Narrow floats are computed in float, bytes with integer weights, rounded after each
  /// dimension.
  /// - Parameter scales: the ratio of sizes in each dimension, where the program gives it.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func resample(
    _ input: Tensor, _ filter: ResampleFilter, to sizes: [Int], alignsCorners: Bool = false,
    scales: [Double?]
  ) throws -> Tensor {
    let rank = sizes.count
    guard input.rank == rank + 2, scales.count == rank,
      input.sizes.dropFirst(2).allSatisfy({ $0 > 0 }), sizes.allSatisfy({ $0 > 0 })
    else {
      throw FXError(
        .tensorShape,
        "an input of the shape \(Geometry.text(input.sizes)) can't be resampled to "
          + Geometry.text(sizes))
    }
    guard input.dtype.isFloatingPoint && !input.dtype.isFloat8 || input.dtype == .uint8 else {
      throw noKernel(for: input.dtype)
    }
    var tables = (0..<rank).map { axis in
      let (size, count) = (input.sizes[axis + 2], sizes[axis])
      return input.dtype == .float64 || (input.dtype == .uint8 && !filter.isNearest)
        ? ResampleAxis(
          filter, from: size, to: count, alignsCorners: alignsCorners, scale: scales[axis],
          Double.self)
        : ResampleAxis(
          filter, from: size, to: count, alignsCorners: alignsCorners, scale: scales[axis],
          Float.self)
    }
    let format = input.suggestedFormat
    if input.dtype.byteCount == 2, hasNarrowWeights(input, filter, sizes) {
      for axis in 0..<rank { tables[axis].roundWeights(to: input.dtype) }
    }
    // Channels that lie together are walked together.
    let last = input.rank - 1
    let toLast = [0] + Array(2...last) + [1]
    let isLast = format != .contiguous
    let wider = filter.isNearest ? input.dtype : input.dtype.computeType
    var image = try (isLast ? input.permute(toLast) : input).converted(to: wider).contiguous()
    for axis in (0..<rank).reversed() {
      image = try pass(image, axis + (isLast ? 1 : 2), tables[axis], isNearest: filter.isNearest)
    }
    image = try image.converted(to: input.dtype)
    return isLast ? try image.permute([0, last] + Array(1..<last)) : image
  }

  /// Tells whether PyTorch's kernel stores the weights in the dtype of the input: all but those
  /// that walk channels together do.
  private static func hasNarrowWeights(
    _ input: Tensor, _ filter: ResampleFilter, _ sizes: [Int]
  ) -> Bool {
    guard filter == .linear else { return true }
    let isLast = input.suggestedFormat != .contiguous
    switch sizes.count {
    case 2: return !(isLast && input.sizes[1] > 3) && sizes[0] + sizes[1] > 128
    case 3: return !isLast
    default: return true
    }
  }

  /// Resamples one dimension of a dense tensor.
  private static func pass(
    _ input: Tensor, _ axis: Int, _ table: ResampleAxis, isNearest: Bool
  ) throws -> Tensor {
    let count = table.indices.count / table.tapCount
    if count == input.sizes[axis], table.isIdentity { return input }
    var shape = input.sizes
    shape[axis] = count
    let result = try Tensor.empty(shape, input.dtype, device: input.device)
    let pass = ResamplePass(
      outer: input.sizes[..<axis].reduce(1, *), size: input.sizes[axis],
      inner: input.sizes[(axis + 1)...].reduce(1, *), table: table)
    if isNearest {
      switch input.itemSize {
      case 1: try pass.gather(input, result, UInt8.self)
      case 2: try pass.gather(input, result, UInt16.self)
      case 4: try pass.gather(input, result, UInt32.self)
      default: try pass.gather(input, result, UInt64.self)
      }
    } else if input.dtype == .uint8 {
      try pass.combineBytes(input, result)
    } else if input.dtype == .float64 {
      try pass.combine(input, result, Double.self)
    } else {
      try pass.combine(input, result, Float.self)
    }
    return result
  }
}

extension ResampleFilter {
  /// Whether results are elements of the input.
  fileprivate var isNearest: Bool { self == .nearest || self == .nearestExact }
}

extension ResampleAxis {
  /// Whether each result is the element at its own place.
  fileprivate var isIdentity: Bool {
    for (place, index) in indices.enumerated() {
      let isOwn = index == place / tapCount
      if isOwn ? false : weights[place] != 0 { return false }
    }
    return true
  }
}

/// The resampling of one dimension in memory: blocks of rows, and what lies behind each element.
private struct ResamplePass {
  let outer: Int
  let size: Int
  let inner: Int
  let table: ResampleAxis

  private var count: Int { table.indices.count / table.tapCount }

  /// Copies the elements that the table names.
  func gather<Bits: BitwiseCopyable>(_ input: Tensor, _ result: Tensor, _: Bits.Type) throws {
    let job = PassMemory<Bits>(
      input: input.bytes.assumingMemoryBound(to: Bits.self),
      result: try result.mutableBytes().assumingMemoryBound(to: Bits.self))
    forEachBlock(input) { block in
      let source = job.input + block * size * inner
      var target = job.result + block * count * inner
      for index in table.indices {
        if inner == 1 {
          target.pointee = source[index]
        } else {
          target.update(from: source + index * inner, count: inner)
        }
        target += inner
      }
    }
  }

  /// Adds up the elements that the table names, times their weights.
  func combine<Element: FloatElement & BinaryFloatingPoint>(
    _ input: Tensor, _ result: Tensor, _: Element.Type
  ) throws {
    let job = PassMemory<Element>(
      input: try input.pointer(Element.self), result: try result.mutablePointer(Element.self))
    let weights = table.weights.map { Element($0) }
    let taps = table.tapCount
    forEachBlock(input) { block in
      let source = job.input + block * size * inner
      var target = job.result + block * count * inner
      for place in 0..<count {
        let first = place * taps
        if inner == 1 {
          var sum = weights[first] * source[table.indices[first]]
          for tap in first + 1..<first + taps { sum += weights[tap] * source[table.indices[tap]] }
          target.pointee = sum
        } else {
          var row = source + table.indices[first] * inner
          var weight = weights[first]
          for index in 0..<inner { target[index] = weight * row[index] }
          for tap in first + 1..<first + taps where weights[tap] != 0 {
            row = source + table.indices[tap] * inner
            weight = weights[tap]
            for index in 0..<inner { target[index] += weight * row[index] }
          }
        }
        target += inner
      }
    }
  }

  /// Adds up bytes times integer weights.
  func combineBytes(_ input: Tensor, _ result: Tensor) throws {
    let job = PassMemory<UInt8>(
      input: try input.pointer(UInt8.self), result: try result.mutablePointer(UInt8.self))
    let (weights, shift) = table.integerWeights()
    let half: Int32 = shift > 0 ? 1 << (shift - 1) : 0
    let taps = table.tapCount
    forEachBlock(input) { block in
      let source = job.input + block * size * inner
      var target = job.result + block * count * inner
      for place in 0..<count {
        for index in 0..<inner {
          var sum = half
          for tap in place * taps..<(place + 1) * taps {
            sum += weights[tap] * Int32(source[table.indices[tap] * inner + index])
          }
          target[index] = UInt8(clamping: sum >> shift)
        }
        target += inner
      }
    }
  }

  private func forEachBlock(_ input: Tensor, _ body: (Int) -> Void) {
    let work = max(count * inner * table.tapCount, 1)
    withExtendedLifetime(input) {
      Parallel.ranges(of: outer, grain: max(Parallel.grain / work, 1)) { range in
        for block in range { body(block) }
      }
    }
  }
}

private struct PassMemory<Element>: @unchecked Sendable {
  let input: UnsafePointer<Element>
  let result: UnsafeMutablePointer<Element>
}
