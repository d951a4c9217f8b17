import Glibc

/// What the terminal and the locale of the process ask of texts.
enum Terminal {
  /// Returns the columns of the terminal that a stream is, at least 20; nil where it is none.
  static func width(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return max(20, Int(size.ws_col))
  }

  /// Whether the locale names an encoding that is not UTF-8; without a locale texts are UTF-8.
  static var isPlain: Bool {
    isPlain { name in getenv(name).map { String(cString: $0) } }
  }

  static func isPlain(variable: (String) -> String?) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    guard let locale = names.lazy.compactMap(variable).first(where: { !$0.isEmpty }) else {
      return false
    }
    let folded = locale.lowercased()
    return !folded.contains("utf-8") && !folded.contains("utf8")
  }

  /// Returns a text with FXKit's own signs spelled in ASCII; what comes from files stays as it is.
  static func plain(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var result = ""
    for character in text {
      switch character {
      case "…": result += "..."
      case "→": result += "->"
      case "–": result += "-"
      case "’": result += "'"
      case "×": result += "x"
      default: result.append(character)
      }
    }
    return result
  }

  /// Returns a line cut in its middle to a number of columns.
  static func shortened(_ line: String, to most: Int) -> String {
    guard line.count > most, most > 5 else { return line }
    let tail = (most - 3) / 2
    return line.prefix(most - 3 - tail) + "..." + line.suffix(tail)
  }
}
