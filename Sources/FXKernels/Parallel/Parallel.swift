/// Runs the parts of a kernel on several threads at the same time.
///
///     Parallel.ranges(of: rows, grain: 64) { rows in … }
///
/// Parts must not write to the same places. A call from within a part runs its parts one after
/// another.
public enum Parallel {
  /// The number of elements below which simple work on each is not worth another thread.
  public static let grain = 32_768

  /// How many threads work at the same time, the caller's included; the number of processors
  /// unless it is set.
  public static var threadCount: Int {
    get { ThreadPool.shared.threadCount }
    set { ThreadPool.shared.threadCount = max(newValue, 1) }
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
    let length = (count + parts - 1) / parts
    forEach(parts) { part in
      let start = part * length
      if start < count { body(start..<min(start + length, count)) }
    }
  }

  /// Returns into how many parts work on so many elements is divided.
  public static func parts(of count: Int, grain: Int = grain) -> Int {
    count < 2 * grain ? 1 : min(threadCount, count / max(grain, 1))
  }
}
