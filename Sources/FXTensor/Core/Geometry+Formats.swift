import FXCore

extension Geometry {
  /// Tells whether elements follow one another in row-major order.
  public static func isContiguous(_ sizes: [Int], _ strides: [Int]) -> Bool {
    var expected = 1
    for axis in sizes.indices.reversed() {
      let size = sizes[axis]
      if size == 0 { return true }
      if size == 1 { continue }
      if strides[axis] != expected {
        // A size of 0 before makes an empty tensor, which is contiguous.
        return sizes[..<axis].contains(0)
      }
      expected = expected &* size
    }
    return true
  }

  /// Tells whether elements follow one another with the channels fastest (`channels_last`).
  public static func isChannelsLast(_ sizes: [Int], _ strides: [Int]) -> Bool {
    guard let order = channelsLastOrder(sizes.count) else { return false }
    var expected = 1
    for axis in order where sizes[axis] != 1 {
      if strides[axis] != expected { return false }
      expected = expected &* sizes[axis]
    }
    return true
  }

  /// Tells whether strides suggest that operators keep the channels fastest, as PyTorch decides it
  /// (`suggest_memory_format`).
  public static func isChannelsLastLike(_ sizes: [Int], _ strides: [Int]) -> Bool {
    guard let order = channelsLastOrder(sizes.count) else { return false }
    var least = 0
    if strides[1] == 0 { return false }
    for axis in order {
      if sizes[axis] == 0 || strides[axis] < least { return false }
      // N111 with equal strides is taken for the contiguous format.
      if axis == 0, least == strides[1] { return false }
      least = strides[axis]
      if sizes[axis] > 1 { least = least &* sizes[axis] }
    }
    return true
  }

  /// Tells whether elements fill a range of the storage, each place once.
  public static func isDense(_ sizes: [Int], _ strides: [Int]) -> Bool {
    if sizes.contains(0) { return true }
    var axes = sizes.indices.filter { sizes[$0] > 1 }
    axes.sort { strides[$0] < strides[$1] }
    var expected = 1
    for axis in axes {
      if strides[axis] != expected { return false }
      expected = expected &* sizes[axis]
    }
    return true
  }

  private static func channelsLastOrder(_ rank: Int) -> [Int]? {
    switch rank {
    case 4: [1, 3, 2, 0]
    case 5: [1, 4, 3, 2, 0]
    default: nil
    }
  }
}
