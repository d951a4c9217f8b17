/// Aligns sequences of numbers in near linear time.
enum SequenceAlignment {
  /// Returns the indices of a longest rising subsequence of distinct numbers.
  static func longestRising(_ numbers: [Int32]) -> [Int] {
    // `tails[k]` is the index of the least number that ends a rising run of k + 1.
    var tails: [Int] = []
    var previous = [Int](repeating: -1, count: numbers.count)
    for (index, number) in numbers.enumerated() {
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if numbers[tails[middle]] < number { low = middle + 1 } else { high = middle }
      }
      if low > 0 { previous[index] = tails[low - 1] }
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var result: [Int] = []
    var current = tails.last ?? -1
    while current >= 0 {
      result.append(current)
      current = previous[current]
    }
    return result.reversed()
  }

  /// Returns the pairs of positions whose labels are the only ones of their kind on both sides,
  /// without those that cross others (the anchors of a patience diff).
  static func anchors(_ a: [UInt64], _ b: [UInt64]) -> [(a: Int, b: Int)] {
    // Positions by label; -1 for a label that comes twice.
    var places: [UInt64: (a: Int, b: Int)] = [:]
    for (index, label) in a.enumerated() {
      places[label] = places[label] == nil ? (index, -2) : (-1, -2)
    }
    for (index, label) in b.enumerated() {
      guard let place = places[label], place.a >= 0 else { continue }
      places[label] = (place.a, place.b == -2 ? index : -1)
    }
    var pairs: [(a: Int, b: Int)] = []
    for (index, label) in b.enumerated() {
      guard let place = places[label], place.a >= 0, place.b == index else { continue }
      pairs.append((place.a, index))
    }
    return longestRising(pairs.map { Int32(truncatingIfNeeded: $0.a) }).map { pairs[$0] }
  }

  /// Returns the pairs of an edit script that is the shortest where it needs at most `limit` edits
  /// (Myers). A longer one is put together of stretches, each of which is taken as far as such an
  /// edit script goes, so that the time stays linear.
  static func edits(_ a: [UInt64], _ b: [UInt64], limit: Int) -> [(a: Int, b: Int)] {
    var pairs: [(a: Int, b: Int)] = []
    var (startA, startB) = (0, 0)
    while startA < a.count, startB < b.count {
      let search = EditSearch(a[startA...], b[startB...], limit: limit)
      pairs += search.pairs.map { (startA + $0.a, startB + $0.b) }
      (startA, startB) = (startA + search.end.a, startB + search.end.b)
    }
    return pairs
  }
}

/// Searches the shortest edit script that goes furthest through two sequences, by Myers' algorithm.
private struct EditSearch {
  private let a: ArraySlice<UInt64>
  private let b: ArraySlice<UInt64>
  /// The furthest position in `a` on each diagonal before each step, from diagonal -step to step.
  private var steps: [[Int32]] = []
  /// What is the same in both, from the start of each.
  private(set) var pairs: [(a: Int, b: Int)] = []
  /// How far the search came in each.
  private(set) var end = (a: 0, b: 0)

  init(_ a: ArraySlice<UInt64>, _ b: ArraySlice<UInt64>, limit: Int) {
    self.a = a
    self.b = b
    var furthest = [Int32](repeating: 0, count: 2 * limit + 3)
    let middle = limit + 1
    for step in 0...limit {
      steps.append(Array(furthest[(middle - step)...(middle + step)]))
      for diagonal in stride(from: -step, through: step, by: 2) {
        let (before, isInsertion) = predecessor(of: diagonal, step)
        var x = step == 0 ? 0 : Int(furthest[middle + before]) + (isInsertion ? 0 : 1)
        while x < a.count, x - diagonal < b.count, x >= diagonal,
          a[a.startIndex + x] == b[b.startIndex + x - diagonal]
        {
          x += 1
        }
        furthest[middle + diagonal] = Int32(x)
        if x >= a.count, x - diagonal >= b.count {
          end = (a.count, b.count)
          trace(from: step)
          return
        }
      }
    }
    takeFurthest(furthest, middle, limit)
  }

  /// Ends a search that met its limit at the position that is furthest along both sequences.
  private mutating func takeFurthest(_ furthest: [Int32], _ middle: Int, _ limit: Int) {
    for diagonal in stride(from: -limit, through: limit, by: 2) {
      let x = Int(furthest[middle + diagonal])
      let y = x - diagonal
      if x <= a.count, y >= 0, y <= b.count, x + y > end.a + end.b { end = (x, y) }
    }
    // The search always gets somewhere; that it did not would keep the caller for ever.
    if end == (0, 0) { end = (a.count, b.count) } else { trace(from: limit) }
  }

  /// Returns the diagonal from which a step comes to another, and whether by an insertion.
  private func predecessor(of diagonal: Int, _ step: Int) -> (diagonal: Int, isInsertion: Bool) {
    let furthest = steps[step]
    let isInsertion =
      diagonal == -step
      || (diagonal != step && furthest[diagonal - 1 + step] < furthest[diagonal + 1 + step])
    return (isInsertion ? diagonal + 1 : diagonal - 1, isInsertion)
  }

  /// Goes back from the end of the search, and notes the pairs on the way.
  private mutating func trace(from last: Int) {
    var (x, y) = end
    for step in stride(from: last, through: 1, by: -1) {
      let (before, isInsertion) = predecessor(of: x - y, step)
      let startX = Int(steps[step][before + step])
      let firstX = isInsertion ? startX : startX + 1
      while x > firstX {
        (x, y) = (x - 1, y - 1)
        pairs.append((x, y))
      }
      (x, y) = (startX, startX - before)
    }
    while x > 0, y > 0 {
      (x, y) = (x - 1, y - 1)
      pairs.append((x, y))
    }
    pairs.reverse()
  }
}
