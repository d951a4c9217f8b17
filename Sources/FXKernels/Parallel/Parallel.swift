import FXCore

/// Runs the parts of a kernel on several threads at the same time.
///
///     Parallel.ranges(of: rows, grain: 64) { rows in … }
///
/// Parts must not write to the same places. A call from within a part runs its parts one after
/// another, and so does one that comes while another thread's parts run.
public enum Parallel {
  /// The number of elements below which simple work on each is not worth another thread.
  public static var grain: Int { Division.current?.grain ?? Division.standardGrain }

  /// How many threads work at the same time, the caller's included: from 1 to `Limits.threads`.
  ///
  /// It is the number of processors unless it is set, and the same for all threads of the process.
  public static var threadCount: Int {
    get { Division.current?.threadCount ?? ThreadPool.shared.threadCount }
    set { ThreadPool.shared.threadCount = newValue }
  }

  /// Calls `body` with each number below `count`, and returns when all are done.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    if count > 1, ThreadPool.shared.run(count, body) { return }
    for part in 0..<max(count, 0) { body(part) }
  }

  /// Divides the numbers below `count` into ranges, one a thread, and calls `body` with each.
  ///
  /// - Parameter grain: the fewest numbers for which a thread is worth it.
  public static func ranges(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let parts = parts(of: count, grain: grain)
    if parts <= 1 {
      if count > 0 { body(0..<count) }
      return
    }
    forEach(parts) { body(range($0, of: parts, in: count)) }
  }

  /// Returns into how many parts work on so many elements is divided.
  public static func parts(of count: Int, grain: Int = grain) -> Int {
    let grain = max(grain, 1)
    return count / grain < 2 ? 1 : min(threadCount, count / grain)
  }

  /// Returns the numbers below `count` that one of several parts has: as many as others, or one more.
  ///
  /// Parts beyond `count` are empty.
  public static func range(_ part: Int, of parts: Int, in count: Int) -> Range<Int> {
    let (length, rest) = count.quotientAndRemainder(dividingBy: parts)
    let start = part * length + min(part, rest)
    return start..<start + length + (part < rest ? 1 : 0)
  }
}
