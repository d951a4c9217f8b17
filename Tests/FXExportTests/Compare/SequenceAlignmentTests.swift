import Testing

@testable import FXExport

struct SequenceAlignmentTests {
  /// A generator whose numbers are the same in every run.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private func longestCommonLength(_ a: [UInt64], _ b: [UInt64]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for x in a {
      var diagonal = 0
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = x == y ? diagonal + 1 : max(above, row[j])
        diagonal = above
      }
    }
    return row[b.count]
  }

  private func check(_ pairs: [(a: Int, b: Int)], _ a: [UInt64], _ b: [UInt64]) {
    #expect(pairs.allSatisfy { a[$0.a] == b[$0.b] })
    for (before, after) in zip(pairs, pairs.dropFirst()) {
      #expect(before.a < after.a && before.b < after.b)
    }
  }

  @Test func risingSubsequencesAreLongest() {
    let numbers: [Int32] = [3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 97, 93]
    let found = SequenceAlignment.longestRising(numbers).map { numbers[$0] }
    #expect(found.count == 5)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 })
    #expect(SequenceAlignment.longestRising([]) == [])
    #expect(SequenceAlignment.longestRising([5, 4, 3]).count == 1)
  }

  @Test func editScriptsWithinTheLimitAreShortest() {
    var random = Numbers(state: 7)
    for _ in 0..<300 {
      let a = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        UInt64.random(in: 0...3, using: &random)
      }
      let b = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        UInt64.random(in: 0...3, using: &random)
      }
      let pairs = SequenceAlignment.edits(a, b, limit: 24)
      check(pairs, a, b)
      #expect(pairs.count == longestCommonLength(a, b), "\(a) \(b)")
    }
  }

  @Test func editScriptsBeyondTheLimitGoOn() {
    var random = Numbers(state: 11)
    for limit in 1...9 {
      let a = (0..<200).map { _ in UInt64.random(in: 0...5, using: &random) }
      var b = a
      for _ in 0..<40 { b.remove(at: Int.random(in: 0..<b.count, using: &random)) }
      let pairs = SequenceAlignment.edits(a, b, limit: limit)
      check(pairs, a, b)
      #expect(pairs.count > 40)
    }
    #expect(SequenceAlignment.edits([1, 1, 1], [2, 2], limit: 1).isEmpty)
  }

  @Test func anchorsAreUniqueOnBothSides() {
    let pairs = SequenceAlignment.anchors([1, 2, 1, 3, 4], [3, 1, 2, 4, 4])
    #expect(pairs.map(\.a) == [3] || pairs.map(\.a) == [1])
    check(pairs, [1, 2, 1, 3, 4], [3, 1, 2, 4, 4])
  }
}
