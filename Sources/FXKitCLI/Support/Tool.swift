import FXKit

/// The command `fxkit`: finds the subcommand, runs it, and says what went wrong.
enum Tool {
  /// Runs a command line and returns the exit status: 0, 1 for bad input, 2 for wrong usage.
  static func run(_ arguments: [String], _ console: inout Console) -> Int32 {
    do {
      return try dispatch(arguments, &console)
    } catch let error as UsageError {
      let help = "fxkit \(error.command.map { "\($0) " } ?? "")--help"
      let message = error.message.singleLine()
      console.writeError("fxkit: \(message)\(message.hasSuffix("?") ? "" : ";") see '\(help)'")
      return 2
    } catch is ClosedPipe {
      // Nobody reads any more; like other tools, end as SIGPIPE would.
      return 141
    } catch let error as FXError where error.code == .outputClosed {
      return 141
    } catch {
      console.progress("")
      console.writeError(line(of: error))
      return arguments.first.flatMap { Command.named($0) }?.errorStatus ?? 1
    }
  }

  /// Returns the line that tells an error.
  static func line(of error: any Error) -> String {
    "fxkit: error: \("\(error)".singleLine())"
  }

  private static func dispatch(_ arguments: [String], _ console: inout Console) throws -> Int32 {
    guard let first = arguments.first else {
      throw UsageError("no command")
    }
    switch first {
    case "--version", "-V", "version":
      try console.write(try version(arguments.dropFirst(), console.width))
      return 0
    case "--help", "-h", "help":
      guard arguments.count > 1, !["--help", "-h", "help"].contains(arguments[1]) else {
        try console.write(Help.overview(console.width))
        return 0
      }
      return try dispatch([arguments[1], "--help"], &console)
    default: break
    }
    if let error = SystemLibrary.environmentError { throw UsageError(error.message) }
    guard let command = Command.named(first) else {
      if first == "--verbose", arguments.contains("--version") {
        return try dispatch(["--version", "--verbose"], &console)
      }
      if first.hasPrefix("-") {
        let hint = Spelling.hint(for: first, among: ["--help", "--version"])
        throw UsageError("unknown option '\(first)'\(hint)")
      }
      throw UsageError(
        "unknown command '\(first)'\(Spelling.hint(for: first, among: Command.names))")
    }
    let parsed = try Arguments(Array(arguments.dropFirst()), for: command)
    if parsed.has("help") {
      try console.write(Help.text(of: command, console.width))
      return 0
    }
    guard console.isInteractive, command.isPaged(parsed),
      let pager = Pager.systemCommand.map(Pager.init)
    else { return try run(parsed, &console) }
    var paged = console.paged(through: pager)
    let write = console.writeOutput
    defer { pager.finish(write) }
    return try run(parsed, &paged)
  }

  private static func run(_ arguments: Arguments, _ console: inout Console) throws -> Int32 {
    do {
      return try arguments.command.run(arguments, &console)
    } catch let error as FXError {
      throw arguments.explained(error)
    }
  }

  /// Returns what `--version` shows: the version, and with `--verbose` the libraries that were found.
  private static func version(
    _ options: ArraySlice<String>, _ width: Int
  ) throws(UsageError) -> String {
    if let unknown = options.first(where: { $0 != "--verbose" }) {
      throw UsageError("unexpected argument '\(unknown)' of --version")
    }
    let isVerbose = !options.isEmpty
    return Help.version + "\n" + (isVerbose ? Help.libraries(width) : "")
  }
}
