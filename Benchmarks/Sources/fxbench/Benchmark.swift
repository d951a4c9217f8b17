import CMalloc
import FXKit
import Glibc

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

/// One measurement a process: `run.py` starts them in turn with their counterparts in PyTorch.
@main
struct Benchmark {
  static let usage = """
    usage: fxbench graph NODES REPETITIONS
           fxbench model FILE.json REPETITIONS
           fxbench readers FILE.json REPETITIONS
           fxbench tree FILE.json
           fxbench read FILE.json
           fxbench rewrite FILE.json
           fxbench execute FILE.pt2 REPETITIONS
           fxbench run SECONDS COMMAND [ARGUMENT...]
    """

  static func main() {
    do {
      try run()
    } catch {
      let line = "fxbench: \(error)\n"
      write(STDERR_FILENO, line, line.utf8.count)
      exit(1)
    }
  }

  private static func run() throws {
    let arguments = CommandLine.arguments.dropFirst()
    var measurement = Measurement()
    switch (arguments.first, arguments.count) {
    case ("graph"?, 3):
      let operations = GraphOperations(count: try number(1))
      try repeating(try number(2), &measurement) { try operations.run(&$0) }
    case ("model"?, 3):
      let model = ModelJSON(path: CommandLine.arguments[2])
      try repeating(try number(2), &measurement) { try model.run(&$0) }
    case ("readers"?, 3):
      let comparison = ReaderComparison(path: CommandLine.arguments[2])
      try repeating(try number(2), &measurement) { try comparison.run(&$0) }
    case ("execute"?, 3):
      let model = try ModelRun(path: CommandLine.arguments[2])
      try warmed(try number(2), &measurement) { try model.run(&$0) }
    case ("tree"?, 2):
      try ReaderComparison(path: CommandLine.arguments[2]).buildTree(&measurement)
    case ("read"?, 2): _ = try ModelJSON(path: CommandLine.arguments[2]).readOnce()
    case ("rewrite"?, 2): try ModelJSON(path: CommandLine.arguments[2]).readAndWriteOnce()
    case ("run"?, 3...):
      // A limit of 0 is none.
      guard let limit = UInt32(CommandLine.arguments[2]) else {
        throw BenchmarkError(description: usage)
      }
      return try Launcher.run(Array(arguments.dropFirst(2)), limit: limit)
    default: throw BenchmarkError(description: usage)
    }
    measurement.report()
  }

  private static func number(_ index: Int) throws -> Int {
    guard let value = Int(CommandLine.arguments[index + 1]), value > 0 else {
      throw BenchmarkError(description: usage)
    }
    return value
  }

  /// Runs once to warm up, and then as often as is asked for, in memory that stays.
  private static func warmed(
    _ count: Int, _ measurement: inout Measurement, _ body: (inout Measurement) throws -> Void
  ) throws {
    try body(&measurement)
    measurement.reset()
    for _ in 0..<count { try body(&measurement) }
  }

  /// Runs once to warm up, and then as often as is asked for.
  private static func repeating(
    _ count: Int, _ measurement: inout Measurement, _ body: (inout Measurement) throws -> Void
  ) throws {
    try body(&measurement)
    measurement.reset()
    for _ in 0..<count {
      // A repetition gets its memory from the system, as in a process of its own. The heap would keep
      // that of small graphs and give back that of large ones, so that sizes could not be compared.
      malloc_trim(0)
      try body(&measurement)
    }
  }
}
