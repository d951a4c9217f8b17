import FXCore
import FXTestSupport
import Synchronization
import Testing

@testable import FXKernels

/// Pools of their own, so that other tests keep theirs.
@Suite struct ThreadPoolTests {
  /// Counts how often each part of a job ran.
  private final class Tally: Sendable {
    let counts: [Counter]

    init(_ count: Int) { counts = (0..<count).map { _ in Counter() } }

    func note(_ part: Int) { counts[part].value.wrappingAdd(1, ordering: .relaxed) }

    /// Whether each part ran so often.
    func isAll(_ count: Int) -> Bool {
      counts.allSatisfy { $0.value.load(ordering: .relaxed) == count }
    }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  /// Runs a job as `Parallel` does: on the calling thread where the pool does not take it.
  private static func forEach(_ pool: ThreadPool, _ count: Int, _ body: (Int) -> Void) {
    if pool.run(count, body) { return }
    for part in 0..<count { body(part) }
  }

  @Test(arguments: [2, 3, 7, 64, 192, 256, 1000, 1024])
  func everyPartRunsOnce(threads: Int) {
    let pool = ThreadPool()
    pool.threadCount = threads
    defer { pool.threadCount = 1 }
    for count in [2, 3, threads - 1, threads, threads + 1, 2 * threads + 3] where count > 1 {
      let tally = Tally(count)
      #expect(pool.run(count) { tally.note($0) })
      #expect(tally.isAll(1), "\(count) parts")
    }
  }

  @Test func oneThreadTakesNoJob() {
    let pool = ThreadPool()
    pool.threadCount = 1
    #expect(!pool.run(5) { _ in Issue.record("a part ran") })
  }

  @Test func countsAreBounded() {
    let pool = ThreadPool()
    #expect((1...Limits.threads.value).contains(pool.threadCount))
    for (wanted, expected) in [
      (0, 1), (-5, 1), (Int.min, 1), (1, 1), (1024, 1024), (1025, 1024), (99_999_999, 1024),
      (Int.max, 1024),
    ] {
      pool.threadCount = wanted
      #expect(pool.threadCount == expected)
    }
  }

  @Test func nestedCallsRunInTheirPart() {
    let pool = ThreadPool()
    pool.threadCount = 4
    defer { pool.threadCount = 1 }
    let (outer, inner) = (Tally(9), Tally(9 * 5))
    let nested = Atomic<Int>(0)
    let ran = pool.run(9) { part in
      outer.note(part)
      if pool.run(5, { _ in }) { nested.wrappingAdd(1, ordering: .relaxed) }
      Self.forEach(pool, 5) { inner.note(part * 5 + $0) }
    }
    #expect(ran)
    #expect(nested.load(ordering: .relaxed) == 0)
    #expect(outer.isAll(1))
    #expect(inner.isAll(1))
    // The pool is free again.
    #expect(pool.run(2) { _ in })
  }

  /// Plain stores of one job are seen by the next, whatever thread runs it.
  @Test func jobsFollowOneAnother() {
    let pool = ThreadPool()
    pool.threadCount = 5
    defer { pool.threadCount = 1 }
    let numbers = UnsafeMutableBufferPointer<Int>.allocate(capacity: 64)
    numbers.initialize(repeating: 0)
    defer { numbers.deallocate() }
    nonisolated(unsafe) let places = numbers
    let differences = Atomic<Int>(0)
    for turn in 1...500 {
      Self.forEach(pool, 64) { places[$0] += 1 }
      Self.forEach(pool, 64) { part in
        if places[(part + 7) % 64] != turn { differences.wrappingAdd(1, ordering: .relaxed) }
      }
    }
    #expect(differences.load(ordering: .relaxed) == 0)
  }

  @Test func severalCallersShareAPool() throws {
    let pool = ThreadPool()
    pool.threadCount = 3
    defer { pool.threadCount = 1 }
    let tallies = (0..<4).map { _ in Tally(11) }
    try Threads.run(4) { caller in
      for _ in 0..<200 { Self.forEach(pool, 11) { tallies[caller].note($0) } }
    }
    for tally in tallies { #expect(tally.isAll(200)) }
  }

  @Test func countsChangeWhileJobsRun() throws {
    let pool = ThreadPool()
    defer { pool.threadCount = 1 }
    let tallies = (0..<2).map { _ in Tally(17) }
    try Threads.run(3) { caller in
      for turn in 0..<200 {
        if caller == 2 {
          pool.threadCount = [1, 2, 9, 3, 30][turn % 5]
        } else {
          Self.forEach(pool, 17) { tallies[caller].note($0) }
        }
      }
    }
    for tally in tallies { #expect(tally.isAll(200)) }
  }

  @Test(arguments: [0, 1, 2, 3, 7, 1023, 1024, 1025, 32_769, Int.max - 3])
  func rangesCoverAllNumbers(count: Int) {
    for parts in [1, 2, 3, 7, 64, 192, 256, 1000, 1024] {
      var end = 0
      for part in 0..<parts {
        let range = Parallel.range(part, of: parts, in: count)
        #expect(range.lowerBound == end)
        #expect(range.count - count / parts == 0 || range.count - count / parts == 1)
        end = range.upperBound
      }
      #expect(end == count)
    }
  }

  @Test func divisionsAreThoseOfTheirThread() throws {
    let usual = (Parallel.threadCount, Parallel.grain)
    try Division(threadCount: 1000, grain: 3) {
      #expect((Parallel.threadCount, Parallel.grain) == (1000, 3))
      #expect(Parallel.parts(of: 3001) == 1000)
      #expect(Parallel.parts(of: 5) == 1)
      try Division(threadCount: 2) { #expect(Parallel.parts(of: 3001) == 2) }
      #expect(Parallel.threadCount == 1000)
    }
    #expect((Parallel.threadCount, Parallel.grain) == usual)
  }
}
