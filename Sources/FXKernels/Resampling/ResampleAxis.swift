import FXCore
import FXTensor
import Glibc

/// How numbers between the elements of a dimension are found.
public enum ResampleFilter: Hashable, Sendable {
  /// The element at or before.
  case nearest
  /// The element whose middle is nearest.
  case nearestExact
  case linear
  case cubic
  /// Over as many elements as the result's are apart (`antialias=True`).
  case smoothLinear
  case smoothCubic
  case smoothLanczos
}

/// The elements, and their weights, that make each element of a resampled dimension.
struct ResampleAxis {
  /// How many elements make one; those that are not needed have the weight 0.
  let tapCount: Int
  /// The elements for each result, one after another.
  private(set) var indices: [Int] = []
  /// Their weights.
  private(set) var weights: [Double] = []

  /// Computes the table of a dimension.
  ///
  /// Positions are computed in `Real`, the type in which PyTorch computes: where they lie near the
  /// middle between elements, the type decides.
  ///
  /// - Parameter scale: the ratio of the sizes, where the program gives one.
  init<Real: ResampleReal>(
    _ filter: ResampleFilter, from size: Int, to count: Int, alignsCorners: Bool, scale: Double?,
    _: Real.Type
  ) {
    let ratio: Real
    if alignsCorners {
      ratio = count > 1 ? Real(size - 1) / Real(count - 1) : 0
    } else if let scale, scale > 0 {
      ratio = Real(1 / scale)
    } else {
      ratio = count > 0 ? Real(size) / Real(count) : 0
    }
    switch filter {
    case .nearest, .nearestExact: tapCount = 1
    case .linear: tapCount = 2
    case .cubic: tapCount = 4
    case .smoothLinear, .smoothCubic, .smoothLanczos:
      let reach = Self.reach(filter) / 2 * (ratio >= 1 ? Double(ratio) : 1)
      tapCount = Int(reach.rounded(.up)) * 2 + 1
    }
    indices.reserveCapacity(count * tapCount)
    weights.reserveCapacity(count * tapCount)
    for place in 0..<count {
      switch filter {
      case .nearest:
        append(min(Int((Real(place) * ratio).rounded(.down)), size - 1), 1)
      case .nearestExact:
        let middle = Self.position(place, ratio, false, isCubic: true)
        append(min(max(Int((middle + 0.5).rounded(.down)), 0), size - 1), 1)
      case .linear:
        if size == count {
          append(place, 1)
          append(place, 0)
        } else {
          let position = Self.position(place, ratio, alignsCorners, isCubic: false)
          let first = min(Int(position), size - 1)
          let part = min(max(position - Real(first), 0), 1)
          append(first, Double(1 - part))
          append(min(first + 1, size - 1), Double(part))
        }
      case .cubic: appendCubic(Self.position(place, ratio, alignsCorners, isCubic: true), size)
      case .smoothLinear, .smoothCubic, .smoothLanczos:
        appendSmooth(filter, place, ratio, size)
      }
    }
  }

  private mutating func append(_ index: Int, _ weight: Double) {
    indices.append(index)
    weights.append(weight)
  }

  /// Returns the weights as 16-bit integers and the power of two that they were multiplied by, as
  /// PyTorch resamples bytes.
  ///
  /// Weights of one element are added up first, as at the edges.
  func integerWeights() -> (weights: [Int32], shift: Int32) {
    var sums = weights
    for first in stride(from: 0, to: sums.count, by: tapCount) {
      for tap in first + 1..<max(first + tapCount, first + 1) {
        guard let same = (first..<tap).first(where: { indices[$0] == indices[tap] }) else {
          continue
        }
        sums[same] += sums[tap]
        sums[tap] = 0
      }
    }
    let largest = sums.max() ?? 0
    var shift: Int32 = 0
    while shift < 22, Int(0.5 + largest * Double(1 << (shift + 1))) < 1 << 15 { shift += 1 }
    let factor = Double(1 << shift)
    return (sums.map { Int32($0 * factor + ($0 < 0 ? -0.5 : 0.5)) }, shift)
  }

  /// Rounds the weights to a narrow float, as PyTorch stores them.
  mutating func roundWeights(to dtype: ScalarType) {
    func rounded(_ weight: Double) -> Double {
      let weight = Float(weight)
      return Double(
        dtype == .float16
          ? Float16(rounding: weight).opMath : BFloat16(rounding: weight).opMath)
    }
    for index in weights.indices { weights[index] = rounded(weights[index]) }
    if tapCount != 2 { return }
    // Of two, the first is what the rounded second one leaves.
    for index in stride(from: 0, to: weights.count, by: 2) {
      weights[index] = rounded(1 - weights[index + 1])
    }
  }

  /// Returns where a result lies among the elements.
  private static func position<Real: ResampleReal>(
    _ place: Int, _ ratio: Real, _ alignsCorners: Bool, isCubic: Bool
  ) -> Real {
    if alignsCorners { return ratio * Real(place) }
    // PyTorch's compiler makes one operation of the product and the difference.
    let position = Real(-0.5).addingProduct(ratio, Real(place) + 0.5)
    return !isCubic && position < 0 ? 0 : position
  }

  /// Appends the four elements around a position by cubic convolution with a = -0.75.
  private mutating func appendCubic<Real: ResampleReal>(_ position: Real, _ size: Int) {
    let first = min(Int(position.rounded(.down)), size - 1)
    let part = min(max(position - Real(first), 0), 1)
    for (offset, weight) in CubicWeights.all(part).enumerated() {
      append(min(max(first - 1 + offset, 0), size - 1), Double(weight))
    }
  }

  private static func reach(_ filter: ResampleFilter) -> Double {
    switch filter {
    case .smoothLinear: 2
    case .smoothCubic: 4
    default: 6
    }
  }

  private mutating func appendSmooth<Real: ResampleReal>(
    _ filter: ResampleFilter, _ place: Int, _ ratio: Real, _ size: Int
  ) {
    let half = Real(Self.reach(filter)) / 2
    let support = ratio >= 1 ? half * ratio : half
    let inverse = ratio >= 1 ? 1 / ratio : 1
    let center = ratio * (Real(place) + 0.5)
    let first = max(Int(center - support + 0.5), 0)
    let end = min(Int(center + support + 0.5), size)
    var own: [Real] = []
    var total: Real = 0
    for index in first..<max(end, first) {
      let distance = (Real(index) - center + 0.5) * inverse
      own.append(Self.weight(filter, distance))
      total += own[index - first]
    }
    for offset in 0..<tapCount {
      let isInside = offset < own.count
      let weight = isInside ? (total != 0 ? own[offset] / total : own[offset]) : 0
      append(min(first + offset, size - 1), Double(weight))
    }
  }

  private static func weight<Real: ResampleReal>(
    _ filter: ResampleFilter, _ distance: Real
  ) -> Real {
    let x = distance.magnitude
    switch filter {
    case .smoothLinear: return x < 1 ? 1 - x : 0
    case .smoothCubic:
      if x < 1 { return CubicWeights.near(x, -0.5) }
      return x < 2 ? CubicWeights.far(x, -0.5) : 0
    default:
      if x == 0 { return 1 }
      if x >= 3 { return 0 }
      let angle = Real.pi * x
      return Real(sin(Double(angle))) / angle * (Real(sin(Double(angle / 3))) / (angle / 3))
    }
  }
}

/// A type in which positions are computed.
protocol ResampleReal: BinaryFloatingPoint {}
extension Float: ResampleReal {}
extension Double: ResampleReal {}

/// The weights of cubic convolution (R. Keys, 1981), fused where PyTorch's compiler fuses.
enum CubicWeights {
  /// The weight of an element less than 1 away.
  static func near<Real: BinaryFloatingPoint>(_ x: Real, _ a: Real) -> Real {
    (-(a + 3)).addingProduct(a + 2, x) * x * x + 1
  }

  /// The weight of an element from 1 to 2 away.
  static func far<Real: BinaryFloatingPoint>(_ x: Real, _ a: Real) -> Real {
    (8 * a).addingProduct((-5 * a).addingProduct(a, x), x) * x - 4 * a
  }

  /// The weights of the four elements around a position between the middle two, with a = -0.75.
  static func all<Real: BinaryFloatingPoint>(_ part: Real) -> [Real] {
    let a: Real = -0.75
    return [far(part + 1, a), near(part, a), near(1 - part, a), far(2 - part, a)]
  }
}
