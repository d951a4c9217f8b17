import FXCore
import FXTensor

/// Counts elements by bins.
///
/// All throw `tensor.dtype` for anything but floats, `tensor.shape` and `tensor.memory`.
public enum Histogram {
  /// How the bin of an element is found.
  public enum Search: Sendable {
    /// By division: bins are of one width (`torch.histc`).
    case division
    /// By division, and a look at the edges near by (`torch.histogram` with a number of bins).
    case nearby
    /// By the edges alone.
    case edges
  }

  /// Adds weights of points, or 1 for each, by the bins of each coordinate; those outside of the
  /// edges, and NaN, count nowhere (`torch.histogramdd`).
  ///
  /// - Parameters:
  ///   - points: one point a row, of as many coordinates as there are lists of edges.
  ///   - edges: increasing edges for each coordinate; the last bin holds its right edge too.
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func count(
    _ points: Tensor, edges: [Tensor], weights: Tensor? = nil, _ search: Search
  ) throws -> Tensor {
    guard points.dtype.isFloatingPoint else { throw noKernel(for: points.dtype) }
    guard points.rank == 2, points.sizes[1] == edges.count,
      edges.allSatisfy({ $0.rank == 1 && $0.elementCount > 1 })
    else { throw FXError(.tensorShape, "points and edges of bins do not fit together") }
    if let weights, weights.elementCount != points.sizes[0] {
      throw FXError(.tensorShape, "there are not as many weights as points")
    }
    let shape = edges.map { $0.elementCount - 1 }
    var totals = [Double](repeating: 0, count: try Geometry.elementCount(shape))
    let coordinates = try points.elements(as: Double.self)
    let weights = try weights?.elements(as: Double.self)
    let axes = try edges.map {
      BinAxis(edges: try $0.elements(as: Double.self), search, points.dtype)
    }
    nextPoint: for point in 0..<points.sizes[0] {
      var place = 0
      for (axis, bins) in axes.enumerated() {
        guard let bin = bins.bin(of: coordinates[point * axes.count + axis]) else {
          continue nextPoint
        }
        place = place * shape[axis] + bin
      }
      // PyTorch sums in the dtype of the points.
      totals[place] = points.dtype.rounded(totals[place] + (weights?[point] ?? 1))
    }
    return try Tensor.of(totals, shape).converted(to: points.dtype)
  }

  /// Counts how often each integer occurs, or adds weights by it (`torch.bincount`).
  ///
  /// - Throws: also `operator.domain` for negative integers.
  public static func countIntegers(
    _ tensor: Tensor, weights: Tensor? = nil, minimumLength: Int = 0
  ) throws -> Tensor {
    guard tensor.dtype.isIntegral(), minimumLength >= 0 else { throw noKernel(for: tensor.dtype) }
    if tensor.elementCount == 0 { return try .zeros([minimumLength], .int64) }
    let values = try tensor.elements(as: Int64.self)
    guard tensor.rank == 1, let most = values.max(), let least = values.min(), least >= 0 else {
      throw FXError(.tensorShape, "only vectors of integers that are not negative are counted")
    }
    let length = max(Int(most) + 1, minimumLength)
    guard let weights else {
      let result = try Tensor.zeros([length], .int64)
      let counts = try result.mutablePointer(Int64.self)
      for value in values { counts[Int(value)] += 1 }
      return result
    }
    guard weights.sizes == tensor.sizes else {
      throw FXError(.tensorShape, "there are not as many weights as integers")
    }
    let target: ScalarType = weights.dtype == .float32 ? .float32 : .float64
    let result = try Tensor.zeros([length], .float64)
    let totals = try result.mutablePointer(Double.self)
    for (value, weight) in zip(values, try weights.elements(as: Double.self)) {
      totals[Int(value)] += weight
    }
    return try result.converted(to: target)
  }
}

/// The bins of one coordinate.
private struct BinAxis {
  let edges: [Double]
  private let search: Histogram.Search
  /// The dtype in which bins are computed.
  private let dtype: ScalarType

  init(edges: [Double], _ search: Histogram.Search, _ dtype: ScalarType) {
    self.edges = edges
    self.search = search
    self.dtype = dtype
  }

  func bin(of value: Double) -> Int? {
    let last = edges.count - 1
    let (left, right) = (edges[0], edges[last])
    guard value >= left, value <= right else { return nil }
    var place: Int
    if search == .edges {
      place = upperBound(of: value, in: 0..<edges.count) - 1
    } else {
      let scaled = dtype.rounded(dtype.rounded(value - left) * Double(last))
      place = Int(dtype.rounded(scaled / dtype.rounded(right - left)))
      if search == .nearby {
        let range = max(place - 1, 0)..<min(place + 2, edges.count)
        place = upperBound(of: value, in: range) - 1
      }
    }
    return min(place, last - 1)
  }

  /// Returns the place of the first edge that is larger.
  private func upperBound(of value: Double, in range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
