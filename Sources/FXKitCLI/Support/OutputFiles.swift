import FXKit
import Glibc

/// Where a command writes what it makes of its files: one file, or a folder.
struct OutputFiles {
  /// The path of `-o`; `-` for standard output.
  let path: String
  private let arguments: Arguments
  private let outputs: [String: String]

  /// Finds the output of each input by `-o`: a folder where the path is one or ends with `/`, which
  /// several inputs need. There, outputs have the names of the inputs, with the ending of `--to` where
  /// that is given.
  ///
  /// - Throws: `UsageError` where the form can't be told, or where two outputs would be one file, or
  ///   one a file that is read.
  init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    self.arguments = arguments
    let inputs = arguments.operands
    path = arguments.value("output") ?? "-"
    // What several inputs are written to can only be a folder, which is made.
    let isToBeMade =
      inputs.count > 1 && path != "-" && DocumentForm(path: path) == nil && access(path, F_OK) != 0
    outputs =
      WeightFiles.isFolder(path) || isToBeMade
      ? try Self.outputs(of: inputs, in: path, arguments) : [:]
    guard outputs.isEmpty else { return }
    guard inputs.count == 1 else {
      throw arguments.usage(
        path == "-"
          ? "several inputs need a folder: name it with -o"
          : "several inputs need a folder; '\(path)' is a file")
    }
    // The content of the input tells the form of standard output, as far as there is no better word.
    _ = try arguments.outputForm(path, fallback: path == "-" ? .text : nil, console)
  }

  private static func outputs(
    of inputs: [String], in folder: String, _ arguments: Arguments
  ) throws(UsageError) -> [String: String] {
    let form = arguments.value("to").flatMap { DocumentForm(rawValue: $0) }
    var outputs: [String: String] = [:]
    var owners: [AtomicOutput.Target: String] = [:]
    var read: [AtomicOutput.Target: String] = [:]
    for file in inputs + arguments.inputsOfOptions where read[AtomicOutput.Target(file)] == nil {
      read[AtomicOutput.Target(file)] = file
    }
    for input in inputs {
      if input == "-" {
        throw arguments.usage("standard input has no name to write to in '\(folder)'")
      }
      let output = join(folder, name(of: input, form))
      let target = AtomicOutput.Target(output)
      if let owner = owners.updateValue(input, forKey: target) {
        throw arguments.usage(
          "'\(owner)' and '\(input)' would both be written to '\(output)'")
      }
      if let other = read[target] {
        let hint = inputs.count == 1 ? "; to replace it, name the file itself with -o" : ""
        throw arguments.usage(
          other == input
            ? "'\(output)' would replace the input\(hint)"
            : "'\(input)' would be written to '\(output)', which is read as '\(other)'")
      }
      outputs[input] = output
    }
    return outputs
  }

  /// Whether outputs are files of a folder.
  private var areInFolder: Bool { !outputs.isEmpty }

  /// Returns where the output of an input is written; `-` for standard output.
  subscript(input: String) -> String { outputs[input] ?? path }

  /// Returns the form of an input's output, which in folders is the input's own.
  ///
  /// - Parameter standard: the form of standard output; nil for the input's own.
  func form(
    of input: MappedFile, at output: String, standard: DocumentForm? = nil, _ console: Console
  ) throws(UsageError) -> DocumentForm {
    let own = areInFolder || output == "-" ? DocumentForm(content: input.bytes) : nil
    return try arguments.outputForm(
      output, fallback: output == "-" ? standard ?? own : own, console)
  }

  /// Makes the folder where it is not there yet.
  ///
  /// - Throws: `io.write` and the like.
  func makeFolder() throws {
    guard areInFolder else { return }
    if mkdir(path, 0o777) == 0 || errno == EEXIST && WeightFiles.isFolder(path) { return }
    throw FXError(
      .fileWrite, "can't make the folder: \(String(cString: strerror(errno)))",
      at: SourcePlace(member: path))
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
