import Glibc

/// Times work and prints the figures as lines of JSON, for `run.py` to collect.
struct Measurement {
  private var seconds: [(name: String, runs: [Double])] = []

  /// Runs `work` and notes under `name` how long it took.
  mutating func time<Result>(_ name: String, _ work: () throws -> Result) rethrows -> Result {
    let start = Self.now()
    let result = try work()
    let elapsed = Self.now() - start
    if let index = seconds.firstIndex(where: { $0.name == name }) {
      seconds[index].runs.append(elapsed)
    } else {
      seconds.append((name, [elapsed]))
    }
    return result
  }

  /// Returns the time of day, or for `BENCHMARK_CLOCK=cpu` the processor time of this process.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(countsProcessorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static let countsProcessorTime =
    getenv("BENCHMARK_CLOCK").map { String(cString: $0) } == "cpu"

  /// Forgets the figures so far: they were for warming up.
  mutating func reset() { seconds = [] }

  /// Prints a line for each name: `{"name": "build", "seconds": [0.01, 0.011]}`.
  func report() {
    for entry in seconds {
      let runs = entry.runs.map(\.description).joined(separator: ", ")
      print("{\"name\": \"\(entry.name)\", \"seconds\": [\(runs)]}")
    }
  }
}
