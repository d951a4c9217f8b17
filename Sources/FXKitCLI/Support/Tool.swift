import FXKit

/// The command `fxkit`: finds the subcommand, runs it, and says what went wrong.
enum Tool {
  /// Runs a command line and returns the exit status: 0, 1 for bad input, 2 for wrong usage.
  static func run(_ arguments: [String], _ console: inout Console) -> Int32 {
    do {
      return try dispatch(arguments, &console)
    } catch let error as UsageError {
      let hint = "fxkit \(error.command.map { "\($0) " } ?? "")--help"
      console.writeError("fxkit: \(error.message.singleLine()); see '\(hint)'")
      return 2
    } catch is ClosedPipe {
      // Nobody reads any more; like other tools, end as SIGPIPE would.
      return 141
    } catch let error as FXError where error.code == .outputClosed {
      return 141
    } catch {
      console.progress("")
      console.writeError("fxkit: error: \("\(error)".singleLine())")
      return 1
    }
  }

  private static func dispatch(_ arguments: [String], _ console: inout Console) throws -> Int32 {
    guard let first = arguments.first else {
      throw UsageError("no command")
    }
    switch first {
    case "--help", "-h":
      try console.write(Help.overview())
      return 0
    case "--version":
      try console.write(Help.version + "\n")
      return 0
    case "help":
      guard arguments.count > 1 else {
        try console.write(Help.overview())
        return 0
      }
      return try dispatch([arguments[1], "--help"], &console)
    default: break
    }
    guard let command = Command.named(first) else {
      let kind = first.hasPrefix("-") ? "option" : "command"
      throw UsageError("unknown \(kind) '\(first)'")
    }
    let parsed = try Arguments(Array(arguments.dropFirst()), for: command)
    if parsed.has("help") {
      try console.write(Help.text(of: command))
      return 0
    }
    guard console.isInteractive, command.isPaged(parsed),
      let pager = Pager.systemCommand.map(Pager.init)
    else { return try command.run(parsed, &console) }
    var paged = console.paged(through: pager)
    defer { pager.finish() }
    return try command.run(parsed, &paged)
  }
}
