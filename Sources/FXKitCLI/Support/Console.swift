import FXKit
import Glibc

/// Where a command reads and writes. Tests put memory in place of the standard streams.
struct Console {
  /// Takes what goes to standard output, chunk by chunk.
  var writeOutput: (UnsafeRawBufferPointer) throws -> Void
  /// Takes a line for standard error, without its end.
  var writeError: (String) -> Void
  /// Whether standard error is a terminal, which shows progress.
  var showsProgress = false
  /// Whether standard output is a terminal, which long output is paged on.
  var isInteractive = false
  /// How wide texts may be that are laid out for people.
  var width = Help.mostWidth
  /// Whether texts for people are ASCII, since the locale names another encoding than UTF-8.
  var isPlain = false

  /// The standard streams.
  static var standard: Console {
    let isPlain = Terminal.isPlain
    return Console(
      writeOutput: { try writeAll($0, to: STDOUT_FILENO) },
      writeError: { line in
        var text = (isPlain ? Terminal.plain(line) : line) + "\n"
        text.withUTF8 { bytes in try? writeAll(UnsafeRawBufferPointer(bytes), to: STDERR_FILENO) }
      },
      showsProgress: isatty(STDERR_FILENO) == 1, isInteractive: isatty(STDOUT_FILENO) == 1,
      width: min(Help.mostWidth, Terminal.width(of: STDOUT_FILENO) ?? Help.mostWidth),
      isPlain: isPlain)
  }

  /// Writes a text for people, or JSON, to standard output.
  func write(_ text: String) throws {
    var copy = isPlain ? Terminal.plain(text) : text
    try copy.withUTF8 { try writeOutput(UnsafeRawBufferPointer($0)) }
  }

  /// Writes a report: on standard error where what the command makes is on standard output.
  func report(_ text: String, besideOutput isOutputTaken: Bool) throws {
    guard isOutputTaken else { return try write(text) }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      writeError(String(line))
    }
  }

  /// Returns a sink whose bytes go to standard output.
  func outputSink() -> ByteSink { ByteSink(drain: writeOutput) }

  /// Shows a line that the next one replaces, on a terminal only. An empty line clears it.
  func progress(_ text: String) {
    guard showsProgress else { return }
    // A line that does not fit would go on to the next, which stays when this one is replaced.
    let most = (Terminal.width(of: STDERR_FILENO) ?? 80) - 1
    var line = "\r\u{1B}[K" + Terminal.shortened(isPlain ? Terminal.plain(text) : text, to: most)
    line.withUTF8 { try? Self.writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
  }

  /// Shows a line while `body` runs, on a terminal only.
  func whileShowing<Result>(_ text: String, _ body: () throws -> Result) rethrows -> Result {
    progress(text)
    defer { progress("") }
    return try body()
  }

  fileprivate static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw ClosedPipe() }
        throw FXError(.outputFailed, "can't write: \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(count)
    }
  }
}

extension Slice where Base == UnsafeRawBufferPointer {
  fileprivate var baseAddress: UnsafeRawPointer? {
    UnsafeRawBufferPointer(rebasing: self).baseAddress
  }
}

/// The reader of standard output has gone away: the command stops without a word.
struct ClosedPipe: Error {}

extension FXError.Code {
  /// Standard output can't be written.
  static let outputFailed = FXError.Code("io.output")
}
