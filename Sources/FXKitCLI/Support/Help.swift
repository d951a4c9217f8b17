/// Lays out help texts.
enum Help {
  static let version = "fxkit 0.1.0"

  /// Returns the help of `fxkit` itself.
  static func overview() -> String {
    let width = Command.all.map(\.name.count).max() ?? 0
    let commands = Command.all.map { command in
      "  \(pad(command.name, width))  \(command.summary)"
    }
    return """
      fxkit: read, transform and write PyTorch exports, without Python

      Usage: fxkit COMMAND [OPTION ...] [ARGUMENT ...]

      Commands:
      \(commands.joined(separator: "\n"))

      Options:
        -h, --help     Show this help, or with a command the command's, and exit.
            --version  Show the version and exit.

      Files are told by their content; '-' is standard input or output. What goes wrong is one line
      on standard error, and the exit status: 1 for bad input, 2 for wrong usage.

      """
  }

  /// Returns the help of a command.
  static func text(of command: Command) -> String {
    var usage = "Usage: fxkit \(command.name)"
    if !command.options.isEmpty { usage += " [OPTION ...]" }
    for operand in command.operands {
      usage += operand.isOptional ? " [\(operand.name)]" : " \(operand.name)"
    }
    var parts = ["fxkit \(command.name): \(command.summary)", usage]
    if !command.discussion.isEmpty { parts.append(command.discussion) }
    if !command.operands.isEmpty {
      parts.append("Arguments:\n" + table(command.operands.map { ($0.name, $0.help) }))
    }
    parts.append("Options:\n" + table(command.allOptions.map { ($0.synopsis, $0.help) }))
    if !command.examples.isEmpty {
      let lines = command.examples.map { "  \($0.line)\n      \($0.meaning)" }
      parts.append("Examples:\n" + lines.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Returns rows of two columns, the second wrapped at 96 characters.
  static func table(_ rows: [(String, String)]) -> String {
    let width = min(rows.map(\.0.count).max() ?? 0, 34)
    return rows.map { left, right in
      let lines = wrap(right, width: 92 - width)
      let first = left.count > width ? "  \(left)\n\(indent(width + 4))" : "  \(pad(left, width))  "
      return first + lines.joined(separator: "\n" + indent(width + 4))
    }.joined(separator: "\n")
  }

  private static func wrap(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].isEmpty {
        lines[lines.count - 1] = String(word)
      } else if lines[lines.count - 1].count + word.count + 1 > width {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += " \(word)"
      }
    }
    return lines
  }

  private static func indent(_ count: Int) -> String { String(repeating: " ", count: count) }

  static func pad(_ text: String, _ width: Int) -> String {
    text + indent(max(0, width - text.count))
  }
}
