import FXCore
import FXTensor
import Glibc

/// Distances between rows of matrices.
///
/// All throw `tensor.shape` where shapes do not fit, `tensor.dtype` for other than float32 and
/// float64, and `tensor.memory`.
public enum Distances {
  /// Returns the distances of all rows of one matrix from all rows of another (`torch.cdist`).
  ///
  /// Dimensions before the last two are broadcast.
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func between(
    _ left: Tensor, _ right: Tensor, order: Double
  ) throws -> Tensor {
    guard left.rank >= 2, right.rank >= 2, left.sizes.last == right.sizes.last else {
      throw FXError(
        .tensorShape,
        "\(Geometry.text(left.sizes)) and \(Geometry.text(right.sizes)) have no rows of one length")
    }
    let batch = try Geometry.broadcast(
      Array(left.sizes.dropLast(2)), Array(right.sizes.dropLast(2)))
    let (first, second) = (left.sizes.suffix(2), right.sizes.suffix(2))
    let sources = [
      try left.expand(batch + first).contiguous(), try right.expand(batch + second).contiguous(),
    ]
    let (rows, columns, length) = (
      left.sizes[left.rank - 2], right.sizes[right.rank - 2], left.sizes[left.rank - 1]
    )
    let result = try Tensor.empty(batch + [rows, columns], left.dtype, device: left.device)
    let work = Pairs(order: order, length: length)
    try work.fill(result, sources) { index in
      let place = index / columns
      return (place, place / max(rows, 1) * columns + index % columns)
    }
    return result
  }

  /// Returns the distances of each pair of rows of a matrix (`torch.pdist`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func within(_ matrix: Tensor, order: Double) throws -> Tensor {
    guard matrix.rank == 2 else { throw FXError(.tensorShape, "only matrices have rows") }
    let count = matrix.sizes[0]
    let source = try matrix.contiguous()
    let result = try Tensor.empty([count * (count - 1) / 2], matrix.dtype, device: matrix.device)
    var pairs: [(Int, Int)] = []
    for first in 0..<count {
      for second in (first + 1)..<max(count, first + 1) { pairs.append((first, second)) }
    }
    let work = Pairs(order: order, length: matrix.sizes[1])
    try work.fill(result, [source, source]) { pairs[$0] }
    return result
  }
}

/// Distances of pairs of rows.
private struct Pairs {
  let order: Double
  let length: Int

  /// Stores the distance of each pair.
  func fill(
    _ result: Tensor, _ sources: [Tensor], _ pair: (Int) -> (Int, Int)
  ) throws {
    switch result.dtype {
    case .float32: try fill(result, sources, pair, Float.self)
    case .float64: try fill(result, sources, pair, Double.self)
    default: throw noKernel(for: result.dtype)
    }
  }

  private func fill<Number: RowFloat>(
    _ result: Tensor, _ sources: [Tensor], _ pair: (Int) -> (Int, Int), _: Number.Type
  ) throws {
    let (left, right) = (
      try sources[0].pointer(Number.self), try sources[1].pointer(Number.self)
    )
    let target = try result.mutablePointer(Number.self)
    let grain = max(Parallel.grain / max(length, 1), 1)
    Parallel.ranges(of: result.elementCount, grain: grain) { range in
      for index in range {
        let (first, second) = pair(index)
        target[index] = Number(distance(left + first * length, right + second * length))
      }
    }
  }

  @inline(__always)
  private func distance<Number: RowFloat>(
    _ left: UnsafePointer<Number>, _ right: UnsafePointer<Number>
  ) -> Double {
    var total = 0.0
    switch order {
    case 0:
      for index in 0..<length where left[index] != right[index] { total += 1 }
      return total
    case 1:
      for index in 0..<length { total += Double((left[index] - right[index]).magnitude) }
      return total
    case 2:
      for index in 0..<length {
        let step = Double(left[index] - right[index])
        total += step * step
      }
      return total.squareRoot()
    case .infinity:
      for index in 0..<length {
        let step = Double((left[index] - right[index]).magnitude)
        total = step.isNaN || step > total ? step : total
      }
      return total
    default:
      for index in 0..<length {
        total += pow(Double((left[index] - right[index]).magnitude), order)
      }
      return pow(total, 1 / order)
    }
  }
}
