import FXTensor

/// The samples of a grid on memory.
struct GridJob<Number: GridNumber>: @unchecked Sendable {
  let sampler: GridSampler
  let images: UnsafePointer<Number.Stored>
  let grid: UnsafePointer<Number.Stored>
  let result: UnsafeMutablePointer<Number.Stored>
  /// The sizes of an image.
  let sizes: [Int]
  let channels: Int
  /// The number of samples of an image.
  let points: Int

  /// An element of a channel, nil for one outside of the image, and its weight.
  private typealias Tap = (index: Int?, weight: Number)

  /// Computes samples, counted through all images.
  func run(_ range: Range<Int>) {
    let rank = sizes.count
    let count = sizes.reduce(1, *)
    for point in range {
      let (image, place) = (point / points, point % points)
      // The grid names the last dimension first.
      let coordinates = (0..<rank).map { Number(grid[point * rank + rank - 1 - $0]) }
      let rows = taps(coordinates)
      for channel in 0..<channels {
        let plane = image * channels + channel
        let source = images + plane * count
        var sum = Number(0)
        for row in rows {
          var part = Number(0)
          for tap in row.taps {
            guard let index = tap.index else { continue }
            part = part + Number(source[index]) * tap.weight
          }
          sum = sum + (row.weight.map { part * $0 } ?? part)
        }
        result[plane * points + place] = sum.stored
      }
    }
  }

  /// Returns rows of elements: each is summed, and multiplied where it has a weight of its own.
  private func taps(_ coordinates: [Number]) -> [(taps: [Tap], weight: Number?)] {
    let positions = zip(coordinates, sizes).map { position($0, $1) }
    switch sampler.mode {
    case .nearest:
      let place = zip(positions, sizes).map {
        Number(padded($0, $1).stored.rounded(.toNearestOrEven)).whole
      }
      return [([(index(place), Number(1))], nil)]
    case .linear: return [(linear(zip(positions, sizes).map { padded($0, $1) }), nil)]
    case .cubic: return cubic(positions)
    }
  }

  private func linear(_ positions: [Number]) -> [Tap] {
    let floors = positions.map(\.floor)
    let parts = zip(positions, floors).map { $0 - $1 }
    return (0..<(1 << sizes.count)).map { corner in
      var place = floors.map(\.whole)
      var weight: Number?
      // The last dimension comes first in products.
      for axis in sizes.indices.reversed() {
        let isNext = corner >> (sizes.count - 1 - axis) & 1 == 1
        if isNext { place[axis] += 1 }
        let own = isNext ? parts[axis] : Number(1) - parts[axis]
        weight = weight.map { $0 * own } ?? own
      }
      return (index(place), weight ?? Number(1))
    }
  }

  private func cubic(_ positions: [Number]) -> [(taps: [Tap], weight: Number?)] {
    let floors = positions.map(\.floor)
    let weights = zip(positions, floors).map { Self.cubicWeights($0 - $1) }
    let last = sizes.count - 1
    let rowCount = 1 << (2 * last)
    return (0..<rowCount).map { row in
      // A row has a place of its own in each dimension but the last one.
      let offsets = (0..<last).map { row >> (2 * (last - 1 - $0)) & 3 }
      let taps = (0..<4).map { column -> Tap in
        let place = zip(offsets + [column], floors).map { Number($0 - 1) + $1 }
        return (index(zip(place, sizes).map { padded($0, $1).whole }), weights[last][column])
      }
      var weight: Number?
      for (axis, offset) in offsets.enumerated().reversed() {
        weight = weight.map { $0 * weights[axis][offset] } ?? weights[axis][offset]
      }
      return (taps, weight)
    }
  }

  /// The weights of the four elements around a position between the middle two, with a = -0.75.
  private static func cubicWeights(_ part: Number) -> [Number] {
    let a = Number(-0.75)
    func far(_ x: Number) -> Number {
      ((a * x - Number(5) * a) * x + Number(8) * a) * x - Number(4) * a
    }
    func near(_ x: Number) -> Number {
      ((a + Number(2)) * x - (a + Number(3))) * x * x + Number(1)
    }
    let one = Number(1)
    return [far(part + one), near(part), near(one - part), far(one - part + one)]
  }

  private func index(_ place: [Int]) -> Int? {
    var index = 0
    for (coordinate, size) in zip(place, sizes) {
      guard coordinate >= 0, coordinate < size else { return nil }
      index = index * size + coordinate
    }
    return index
  }

  /// Returns where a coordinate of the grid lies among the elements of a dimension.
  private func position(_ coordinate: Number, _ size: Int) -> Number {
    let shifted = coordinate + Number(1)
    if sampler.alignsCorners { return shifted * Number(Double(size - 1) / 2) }
    return shifted * Number(Double(size) / 2) - Number(0.5)
  }

  /// Brings a position inside of the image, as the padding says.
  private func padded(_ position: Number, _ size: Int) -> Number {
    switch sampler.padding {
    case .zeros: return position
    case .border: return clipped(position, size)
    case .reflection:
      let twiceSpan = sampler.alignsCorners ? 2 * (size - 1) : 2 * size
      if twiceSpan == 0 { return Number(0) }
      let low = Number(sampler.alignsCorners ? 0 : -0.5)
      let distance = Number((position - low).stored.magnitude)
      if !distance.stored.isFinite { return Number(0) }
      let reflected =
        sizes.count == 2
        ? reflected(distance, Number(twiceSpan)) : folded(distance, Number(Double(twiceSpan) / 2))
      return clipped(reflected + low, size)
    }
  }

  private func reflected(_ distance: Number, _ twiceSpan: Number) -> Number {
    let flips = Number((distance / twiceSpan).stored.rounded(.towardZero))
    let extra = distance - flips * twiceSpan
    let rest = twiceSpan - extra
    return rest.stored < extra.stored ? rest : extra
  }

  private func folded(_ distance: Number, _ span: Number) -> Number {
    let extra = Number(distance.stored.truncatingRemainder(dividingBy: span.stored))
    let isEven = (distance / span).floor.stored.truncatingRemainder(dividingBy: 2) == 0
    return isEven ? extra : span - extra
  }

  private func clipped(_ position: Number, _ size: Int) -> Number {
    let highest = Number(size - 1)
    // NaN becomes 0.
    guard position.stored > 0 else { return Number(0) }
    return position.stored < highest.stored ? position : highest
  }
}
