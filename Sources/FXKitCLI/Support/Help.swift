import FXKit

/// Lays out help texts for a terminal of some width.
enum Help {
  static let version = "fxkit 0.1.0"

  /// The width for which texts are laid out where no terminal tells a smaller one.
  static let mostWidth = 96

  /// Returns the help of `fxkit` itself.
  static func overview(_ width: Int = mostWidth) -> String {
    let commands = Command.all.map { ($0.name, $0.summary) }
    let options = [
      ("-h, --help", "Show this help, or that of a command named after it, and exit."),
      (
        "-V, --version",
        "Show the version and exit; with --verbose also which libraries were found, and what is "
          + "slower without them."
      ),
    ]
    let closing = """
      The file type is detected from the content; '-' is standard input or output. An error is one line on standard \
      error; the exit status is then 1 for bad input and 2 for wrong usage. diff and compare, like \
      diff(1), exit with 1 if something differs and with 2 for any error.

      An output that ends in '/' or exists as a folder is a folder, and so is what several files are written \
      to; otherwise it is a file. Commands that take several files continue after an error in one, and exit with the worst status.
      """
    return [
      paragraphs("fxkit: read, transform and write PyTorch exports, without Python", width),
      "Usage: fxkit COMMAND [OPTION ...] [ARGUMENT ...]",
      "Commands:\n" + table(commands, width),
      "Options:\n" + table(options, width), paragraphs(closing, width),
    ].joined(separator: "\n\n") + "\n"
  }

  /// Returns the help of a command.
  static func text(of command: Command, _ width: Int = mostWidth) -> String {
    var usage = "Usage: fxkit \(command.name)"
    if !command.options.isEmpty { usage += " [OPTION ...]" }
    for operand in command.operands { usage += " \(operand.synopsis)" }
    var parts = [paragraphs("fxkit \(command.name): \(command.summary)", width), usage]
    if !command.discussion.isEmpty { parts.append(paragraphs(command.discussion, width)) }
    if !command.operands.isEmpty {
      parts.append("Arguments:\n" + table(command.operands.map { ($0.name, $0.help) }, width))
    }
    parts.append("Options:\n" + table(command.allOptions.map { ($0.synopsis, $0.help) }, width))
    if !command.examples.isEmpty {
      // Command lines stay whole, to be copied.
      let lines = command.examples.map { example in
        "  \(example.line)\n" + indented(example.meaning, by: 6, width)
      }
      parts.append("Examples:\n" + lines.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Returns the libraries of the system that were found, and what is slower without them.
  static func libraries(_ width: Int = mostWidth) -> String {
    SystemLibrary.allCases.map { library in
      let found =
        library.found ?? (library.isLeftOut ? "switched off by FXKIT_WITHOUT" : "not found")
      var text = "\(library.rawValue): \(found)\n" + indented(library.meaning, by: 2, width)
      if library.found == nil { text += "\n" + indented(library.packages, by: 2, width) }
      return text + "\n"
    }.joined()
  }

  /// Returns rows of two columns, the second wrapped; in a narrow terminal it stands below the first.
  static func table(_ rows: [(String, String)], _ width: Int = mostWidth) -> String {
    let left = min(rows.map(\.0.count).max() ?? 0, 34)
    if width - left - 4 < 24 {
      return rows.map { "  \($0)\n" + indented($1, by: 6, width) }.joined(separator: "\n")
    }
    return rows.map { name, text in
      let lines = wrap(text, width: width - left - 4)
      let first = name.count > left ? "  \(name)\n\(indent(left + 4))" : "  \(pad(name, left))  "
      return first + lines.joined(separator: "\n" + indent(left + 4))
    }.joined(separator: "\n")
  }

  /// Wraps paragraphs to a width; lines that are indented stay as they are, if they fit.
  private static func paragraphs(_ text: String, _ width: Int) -> String {
    var result: [String] = []
    var words = ""
    func flush() {
      if !words.isEmpty { result += wrap(words, width: width) }
      words = ""
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix(" ") {
        flush()
        let depth = line.prefix { $0 == " " }.count
        let isLong = line.count > width
        result.append(isLong ? indented(String(line), by: depth, width) : String(line))
      } else {
        words += words.isEmpty ? line : " \(line)"
      }
    }
    flush()
    return result.joined(separator: "\n")
  }

  private static func indented(_ text: String, by depth: Int, _ width: Int) -> String {
    wrap(text, width: width - depth).map { indent(depth) + $0 }.joined(separator: "\n")
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
