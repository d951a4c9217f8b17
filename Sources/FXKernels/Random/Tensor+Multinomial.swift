import FXCore
import FXTensor

extension Tensor {
  /// Draws indices with the elements of a row as weights, with replacement (`torch.multinomial`).
  ///
  /// - Throws: `tensor.shape` where weights are negative or all zero, `tensor.dtype` or
  ///   `tensor.memory`.
  public func multinomial(_ count: Int, _ generator: RandomGenerator) throws -> Tensor {
    let weights = try converted(to: dtype == .float64 ? .float64 : .float32).contiguous()
    let width = sizes.last ?? 0
    let result = try Tensor.empty(Array(sizes.dropLast()) + [count], .int64)
    let target = try result.mutablePointer(Int64.self)
    let rows = width == 0 ? 0 : elementCount / width
    for row in 0..<rows {
      let sums =
        dtype == .float64
        ? try weights.cumulativeWeights(row, width, Double.self).map { $0 }
        : try weights.cumulativeWeights(row, width, Float.self).map { Double($0) }
      for place in 0..<count {
        let draw = generator.nextDouble()
        var (first, last) = (0, width)
        while first < last {
          let middle = first + (last - first) / 2
          if sums[middle] < draw { first = middle + 1 } else { last = middle }
        }
        target[row * count + place] = Int64(first)
      }
    }
    return result
  }

  /// Returns the sums of a row's first weights, of which the last is 1.
  private func cumulativeWeights<Number: FloatElement & BinaryFloatingPoint>(
    _ row: Int, _ width: Int, _: Number.Type
  ) throws -> [Number] {
    let weights = try pointer(Number.self) + row * width
    var sum: Number = 0
    var sums = (0..<width).map { place -> Number in
      sum += weights[place]
      return sum
    }
    let isValid = (0..<width).allSatisfy { weights[$0] >= 0 && weights[$0].isFinite }
    guard isValid, sum > 0 else {
      throw FXError(.tensorShape, "weights are not negative, and not all zero")
    }
    for place in sums.indices { sums[place] /= sum }
    sums[width - 1] = 1
    return sums
  }
}
