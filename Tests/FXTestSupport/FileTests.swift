import Glibc

/// Runs file tests: a command line in a comment, an input text, a line `// ----`, the expected text.
///
///     // RUN: transform -p eliminate-dead-code
///     fx 1
///     …
///     // ----
///     fx 1
///     …
///
/// With `FXKIT_BLESS=1` in the environment (`tools/dev bless`) the expected texts are written anew,
/// and every file that changes is a failure, so that such a run is never green by itself.
public struct FileTests: Sendable {
  /// What went wrong with one file.
  public struct Failure: CustomStringConvertible, Sendable {
    public let path: String
    public let reason: String

    public var description: String { "\(path): \(reason)" }
  }

  /// Turns a command line, without `RUN:`, and an input text into an output text.
  public typealias Command = (_ words: [String], _ input: String) throws -> String

  public static let separator = "// ----\n"
  private static let marker = "// RUN:"

  private let folder: String
  private let blesses: Bool

  /// - Parameter folder: the folder with the files, whose names end in `.fx`, at any depth.
  /// - Parameter blesses: writes expected texts anew; from the environment where not given.
  public init(in folder: String, blesses: Bool? = nil) {
    self.folder = folder
    self.blesses = blesses ?? (getenv("FXKIT_BLESS").map { String(cString: $0) } == "1")
  }

  /// Returns the files, relative to the folder, sorted.
  public var files: [String] { Self.files(in: folder, below: "") }

  /// Runs every file and returns all failures. A folder without files is a failure too.
  public func run(_ command: Command) -> [Failure] {
    let files = self.files
    if files.isEmpty { return [Failure(path: folder, reason: "there are no file tests")] }
    return files.compactMap { run($0, command) }
  }

  /// Runs one file and returns its failure.
  public func run(_ file: String, _ command: Command) -> Failure? {
    let path = "\(folder)/\(file)"
    do {
      let text = String(decoding: try readFile(path), as: UTF8.self)
      guard let test = Self.parse(text) else {
        return Failure(path: file, reason: "the first lines hold no '\(Self.marker)'")
      }
      var output: String
      do {
        output = try command(test.words, test.input)
      } catch {
        // What a command refuses can be expected as well.
        output = "error: \(error)"
      }
      if !output.isEmpty, !output.hasSuffix("\n") { output += "\n" }
      if output == test.expected { return nil }
      guard blesses else {
        return Failure(path: file, reason: Self.difference(test.expected, output))
      }
      try writeFile(path, (test.head + Self.separator + output).utf8)
      return Failure(path: file, reason: "re-baselined")
    } catch {
      return Failure(path: file, reason: "\(error)")
    }
  }

  private struct Parts {
    var words: [String]
    /// All before the separator, the command line included: comments are part of the text form.
    var head: String
    var input: String
    var expected: String?
  }

  private static func parse(_ text: String) -> Parts? {
    var head: Substring = text[...]
    var expected: String?
    if let position = text.firstPosition(ofLine: separator) {
      head = text[..<position]
      expected = String(text[position...].dropFirst(separator.count))
    }
    for line in head.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("//") else { break }
      guard line.hasPrefix(marker) else { continue }
      let words = line.dropFirst(marker.count).split(separator: " ").map(String.init)
      let input = String(head)
      return Parts(
        words: words, head: input.hasSuffix("\n") ? input : input + "\n", input: input,
        expected: expected)
    }
    return nil
  }

  /// Returns the first line that differs.
  private static func difference(_ expected: String?, _ found: String) -> String {
    guard let expected else { return "there is no '// ----' with an expected text" }
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let got = found.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(wanted.count, got.count) {
      let (a, b) = (index < wanted.count ? wanted[index] : "", index < got.count ? got[index] : "")
      if a != b || index >= wanted.count || index >= got.count {
        return "line \(index + 1) of the output is\n  \(b)\nexpected\n  \(a)"
      }
    }
    return "the ends of lines differ"
  }

  private static func files(in folder: String, below path: String) -> [String] {
    listFolder(path.isEmpty ? folder : "\(folder)/\(path)").flatMap { name -> [String] in
      let relative = path.isEmpty ? name : "\(path)/\(name)"
      return name.hasSuffix(".fx") ? [relative] : files(in: folder, below: relative)
    }
  }
}

extension String {
  /// Returns where a line begins that is exactly `line` (with its end of line).
  fileprivate func firstPosition(ofLine line: String) -> Index? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(line) { return start }
      guard let end = self[start...].firstIndex(of: "\n") else { return nil }
      start = index(after: end)
    }
    return nil
  }
}
