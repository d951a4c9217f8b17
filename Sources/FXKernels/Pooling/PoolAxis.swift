import FXCore
import FXTensor

/// The windows of a pooling along one dimension of the input.
struct PoolAxis {
  /// The size of the input.
  var size: Int
  /// The first element of each window, inside of the input.
  var starts: [Int] = []
  /// The end of each window, inside of the input.
  var ends: [Int] = []
  /// The distance of a window's elements.
  var step = 1
  /// What each window counts for in an average.
  var weights: [Int] = []

  /// The number of windows.
  var count: Int { starts.count }

  /// Lays windows of a kernel at regular distances.
  ///
  /// - Parameter countsPadding: whether padding counts in averages.
  /// - Throws: `tensor.shape`.
  init(
    size: Int, kernel: Int, stride: Int, padding: Int, dilation: Int, roundsUp: Bool,
    countsPadding: Bool
  ) throws(FXError) {
    guard kernel > 0, stride > 0, dilation > 0, padding >= 0,
      padding <= ((kernel - 1) * dilation + 1) / 2
    else {
      throw FXError(
        .tensorShape,
        "there is no pooling with a kernel of \(kernel), a stride of \(stride), a padding of "
          + "\(padding) and a dilation of \(dilation)")
    }
    self.size = size
    step = dilation
    let extent = dilation * (kernel - 1) + 1
    let room = size + 2 * padding - extent + (roundsUp ? stride - 1 : 0)
    guard room >= 0 else {
      throw FXError(.tensorShape, "a window of \(extent) does not fit an input of \(size)")
    }
    var count = room / stride + 1
    // The last window starts on the input or on the padding before it.
    if roundsUp, (count - 1) * stride >= size + padding { count -= 1 }
    for window in 0..<count {
      let first = window * stride - padding
      let start = first >= 0 ? first : first + (-first + dilation - 1) / dilation * dilation
      starts.append(start)
      ends.append(min(first + extent, size))
      let padded = min(first + extent, size + padding) - first
      weights.append(countsPadding ? padded : max(ends[window] - start, 0))
    }
  }

  /// Divides the input into a number of windows that overlap as little as possible.
  init(size: Int, adaptiveTo count: Int) {
    self.size = size
    for window in 0..<count {
      starts.append(window * size / count)
      ends.append(((window + 1) * size + count - 1) / count)
      weights.append(ends[window] - starts[window])
    }
  }

  /// Lays windows of a kernel from given places on.
  init(size: Int, starts: [Int], kernel: Int) {
    self.size = size
    self.starts = starts
    ends = starts.map { $0 + kernel }
    weights = starts.map { _ in kernel }
  }

  /// One window of one element.
  static let single = PoolAxis(size: 1, starts: [0], kernel: 1)
}

/// The windows of a pooling in three dimensions; what is missing in front has one window.
struct PoolWindows {
  let depth: PoolAxis
  let height: PoolAxis
  let width: PoolAxis
  private let rank: Int

  init(_ axes: [PoolAxis]) {
    rank = axes.count
    let all = Array(repeating: PoolAxis.single, count: 3 - rank) + axes
    (depth, height, width) = (all[0], all[1], all[2])
  }

  /// The elements of an input.
  var inputCount: Int { depth.size * height.size * width.size }

  /// The number of windows.
  var count: Int { depth.count * height.count * width.count }

  /// The sizes of the result.
  var sizes: [Int] { Array([depth.count, height.count, width.count].suffix(rank)) }
}
