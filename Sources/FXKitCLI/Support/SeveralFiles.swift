import FXKit
import Glibc

/// The files of a command that takes several.
struct InputFiles {
  let paths: [String]

  init(_ arguments: Arguments) { paths = arguments.operands }

  /// Whether there are several, so that what is shown names the file.
  var areSeveral: Bool { paths.count > 1 }

  /// Runs `body` for each file and returns the worst status.
  ///
  /// The error of one of several is a line on standard error that begins with the file, and with
  /// `--json` an object on standard output as well; the others are still treated.
  func forEach(
    _ console: Console, isJSON: Bool, _ body: (String) throws -> Int32
  ) throws -> Int32 {
    guard areSeveral else { return try body(paths[0]) }
    var worst: Int32 = 0
    for path in paths {
      do {
        worst = max(worst, try body(path))
      } catch let error as FXError where error.code != .outputClosed && error.code != .outputFailed
      {
        console.progress("")
        console.writeError(Tool.line(of: Self.located(error, path)))
        if isJSON { try console.write(Self.object(of: error, path).line) }
        worst = max(worst, 1)
      }
    }
    return worst
  }

  /// Returns the error of a file with the file in its place.
  static func located(_ error: FXError, _ path: String) -> FXError {
    var copy = error
    guard let member = copy.place.member else { return copy.inMember(path) }
    if !member.hasPrefix(path) { copy.place.member = "\(path), \(member)" }
    return copy
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

/// Where a command writes what it makes of its files: one file, or a folder.
struct OutputFiles {
  /// The path of `-o`; nil for standard output.
  let path: String?
  private let outputs: [String: String]

  /// Finds the output of each input by `-o`: a folder where there are several inputs, or where the
  /// path is one or ends with `/`. There, outputs have the names of the inputs, with the ending of
  /// `form` where that is given.
  ///
  /// - Throws: `UsageError` where two outputs would be one file, or one another's input.
  init(
    _ path: String?, for inputs: [String], form: DocumentForm?, _ command: Command?
  ) throws(UsageError) {
    self.path = path
    guard let path, path != "-" else {
      guard inputs.count == 1 else {
        throw UsageError("several files need a folder to write to: name it with -o", command)
      }
      outputs = [:]
      return
    }
    guard inputs.count > 1 || Self.isFolder(path) else {
      outputs = [:]
      return
    }
    var outputs: [String: String] = [:]
    var owners: [String: String] = [:]
    for input in inputs {
      if input == "-" {
        throw UsageError("standard input has no name to write to in '\(path)'", command)
      }
      let output = Self.join(path, Self.name(of: input, form))
      if let owner = owners[output] {
        throw UsageError(
          "'\(owner)' and '\(input)' would both be written to '\(output)'", command)
      }
      if let other = inputs.first(where: {
        $0 != input && AtomicOutput.isSameTarget($0, output)
      }) {
        throw UsageError(
          "'\(input)' would be written to '\(output)', which is the input '\(other)'", command)
      }
      owners[output] = input
      outputs[input] = output
    }
    self.outputs = outputs
  }

  /// Whether outputs are files of a folder.
  var areInFolder: Bool { !outputs.isEmpty }

  /// Returns where the output of an input is written; `-` for standard output.
  subscript(input: String) -> String { outputs[input] ?? path ?? "-" }

  /// Makes the folder where it is not there yet.
  ///
  /// - Throws: `io.write` and the like.
  func makeFolder() throws {
    guard areInFolder, let path, !path.isEmpty else { return }
    if mkdir(path, 0o777) == 0 || errno == EEXIST && Self.isExistingFolder(path) { return }
    throw FXError(
      .fileWrite, "can't make the folder: \(String(cString: strerror(errno)))",
      at: SourcePlace(member: path))
  }

  private static func isFolder(_ path: String) -> Bool {
    path.hasSuffix("/") || isExistingFolder(path)
  }

  private static func isExistingFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Returns the name of a file, with the ending of a form in the place of its own.
  private static func name(of path: String, _ form: DocumentForm?) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let form else { return name }
    let endings = DocumentForm.allCases.map { ".\($0.rawValue)" }
      .sorted { $0.utf8.count > $1.utf8.count }
    let ending = endings.first { name.hasSuffix($0) } ?? ""
    return "\(name.dropLast(ending.count)).\(form.rawValue)"
  }
}
