import FXKit

/// The files of a command that takes several.
struct InputFiles {
  private let arguments: Arguments
  var paths: [String] { arguments.operands }

  init(_ arguments: Arguments) { self.arguments = arguments }

  /// Whether there are several, so that what is shown names the file.
  var areSeveral: Bool { paths.count > 1 }

  /// Runs `body` for each file and returns the worst status.
  ///
  /// The error of one of several is a line on standard error that begins with the file; the others
  /// are still treated. With `--json` an error is an object on standard output as well.
  func forEach(_ console: Console, _ body: (String) throws -> Int32) throws -> Int32 {
    guard areSeveral else {
      return try arguments.withErrorObject(console) { try body(paths[0]) }
    }
    let isJSON = arguments.has("json") && !arguments.has("quiet")
    var worst: Int32 = 0
    for path in paths {
      do {
        worst = max(worst, try body(path))
      } catch let error as FXError where !error.isOfOutput {
        let error = arguments.explained(error, in: path)
        console.progress("")
        console.writeError(Tool.line(of: error))
        if isJSON { try console.write(Self.object(of: error, path).line) }
        worst = max(worst, 1)
      }
    }
    return worst
  }

  /// Returns what `--json` shows for the error of a file.
  static func object(of error: FXError, _ path: String) -> JSONOutput {
    .object([
      ("file", .string(path)),
      (
        "error",
        .object([("code", .string("\(error.code)")), ("message", .string("\(error)"))])
      ),
    ])
  }

  /// Returns an object for scripts with the file in front, where there are several.
  func labelled(_ object: JSONOutput, _ path: String) -> JSONOutput {
    guard areSeveral, case .object(let entries) = object else { return object }
    return .object([("file", .string(path))] + entries)
  }

  /// Writes what separates the texts of several files: an empty line and the name of the next.
  func writeTitle(_ path: String, _ console: Console) throws {
    guard areSeveral else { return }
    try console.write("\(path == paths[0] ? "" : "\n")\(path.singleLine()):\n")
  }
}
