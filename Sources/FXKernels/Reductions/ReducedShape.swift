import FXCore
import FXTensor

/// The dimensions of a reduction: those that are kept and those that are reduced.
struct ReducedShape {
  /// The sizes of the result.
  let sizes: [Int]
  /// The dimensions that are kept, with the stride that the contiguous result has.
  let kept: [StridedAxis]
  /// The dimensions that are reduced.
  let reduced: [StridedAxis]

  /// The number of elements of the result.
  let keptCount: Int
  /// The number of elements that make up one of the result.
  let reducedCount: Int

  /// Divides the dimensions of a tensor; without dimensions, or with an empty list, all are reduced.
  ///
  /// - Throws: `tensor.index` for a dimension that is not there, or is named twice.
  init(_ tensor: Tensor, _ axes: [Int]?, keepsAxes: Bool) throws(FXError) {
    let isReduced = try Self.mask(axes, rank: tensor.rank)
    var sizes: [Int] = []
    for axis in 0..<tensor.rank {
      if !isReduced[axis] { sizes.append(tensor.sizes[axis]) }
      if isReduced[axis], keepsAxes { sizes.append(1) }
    }
    self.sizes = sizes
    var kept: [StridedAxis] = []
    var reduced: [StridedAxis] = []
    var step = 1
    for axis in (0..<tensor.rank).reversed() {
      let (size, stride) = (tensor.sizes[axis], tensor.strides[axis])
      if isReduced[axis] {
        reduced.append(StridedAxis(size: size, stride: stride, resultStride: 0))
      } else {
        kept.append(StridedAxis(size: size, stride: stride, resultStride: step))
        step = step &* max(size, 1)
      }
    }
    keptCount = kept.reduce(1) { $0 &* $1.size }
    reducedCount = reduced.reduce(1) { $0 &* $1.size }
    self.kept = StridedAxis.joined(kept)
    self.reduced = StridedAxis.joined(reduced)
  }

  /// Tells for each dimension whether it is among those given; nil or an empty list means all.
  ///
  /// - Throws: `tensor.index` for a dimension that is not there, or is named twice.
  static func mask(_ axes: [Int]?, rank: Int) throws(FXError) -> [Bool] {
    guard let axes, !axes.isEmpty else { return [Bool](repeating: true, count: rank) }
    var mask = [Bool](repeating: false, count: max(rank, 1))
    for given in axes {
      let axis = try Geometry.axis(given, of: rank)
      guard !mask[axis] else {
        throw FXError(.tensorIndex, "the dimension \(axis) is named twice")
      }
      mask[axis] = true
    }
    return rank == 0 ? [] : mask
  }
}

/// A dimension that is walked: its size, and how far a step goes, in elements.
struct StridedAxis: Sendable {
  var size: Int
  var stride: Int
  /// How far a step goes in the result.
  var resultStride: Int

  /// Puts dimensions in the order of memory, the fastest first, and joins those that are one.
  static func joined(_ axes: [StridedAxis]) -> [StridedAxis] {
    var result: [StridedAxis] = []
    for axis in axes.sorted(by: { $0.stride < $1.stride }) where axis.size != 1 {
      if let last = result.last, last.stride &* last.size == axis.stride,
        last.resultStride &* last.size == axis.resultStride
      {
        result[result.count - 1].size *= axis.size
      } else {
        result.append(axis)
      }
    }
    return result
  }
}

/// Steps through the elements of several dimensions, the fastest first.
struct StridedWalk {
  /// The distance of the present element from the first one.
  private(set) var offset = 0
  /// The same in the result.
  private(set) var resultOffset = 0
  private let axes: [StridedAxis]
  private var index: [Int]

  /// Starts at an element, by its number in the order of the dimensions.
  init(_ axes: [StridedAxis], at start: Int = 0) {
    self.axes = axes
    index = [Int](repeating: 0, count: axes.count)
    var rest = start
    for (place, axis) in axes.enumerated() where axis.size > 0 {
      index[place] = rest % axis.size
      rest /= axis.size
      offset += index[place] * axis.stride
      resultOffset += index[place] * axis.resultStride
    }
  }

  /// How many elements are left of the run, in the fastest dimension.
  var runLength: Int { axes.isEmpty ? 1 : axes[0].size - index[0] }
  /// How far an element of the run is from the next one.
  var runStride: Int { axes.isEmpty ? 1 : axes[0].stride }
  /// How far an element of the run is from the next one in the result.
  var runResultStride: Int { axes.isEmpty ? 1 : axes[0].resultStride }

  /// Steps on, by no more than the run's length.
  mutating func advance(by count: Int) {
    if axes.isEmpty { return }
    index[0] += count
    offset += count * axes[0].stride
    resultOffset += count * axes[0].resultStride
    var place = 0
    while index[place] == axes[place].size {
      offset -= axes[place].size * axes[place].stride
      resultOffset -= axes[place].size * axes[place].resultStride
      index[place] = 0
      place += 1
      if place == axes.count { return }
      index[place] += 1
      offset += axes[place].stride
      resultOffset += axes[place].resultStride
    }
  }
}
