import FXKit

/// One subcommand of `fxkit`: what it takes and what it does.
struct Command: Sendable {
  let name: String
  /// One line for the list of commands.
  let summary: String
  /// Paragraphs for the command's own help.
  let discussion: String
  let operands: [Operand]
  let options: [Option]
  /// Command lines with what they do.
  let examples: [(line: String, meaning: String)]
  /// The exit status of an error that is none of usage: 2 where 1 says that something differs.
  var errorStatus: Int32 = 1
  /// Runs the command and returns the exit status.
  let run: @Sendable (Arguments, inout Console) throws -> Int32

  /// The command's options and those that all commands have.
  var allOptions: [Option] { options + [.flag("help", short: "h", "Show this help and exit.")] }

  /// All commands, in the order of the help.
  static let all: [Command] = [
    .info, .print, .diff, .validate, .transform, .convert, .extract, .weights, .slim, Command.run,
    .compare, .passes,
    .completions,
  ]

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }

  /// What may stand in a command's place.
  static let names = all.map(\.name) + ["help"]
}
