import FXKit
import Glibc

/// The files that a command line names: what is read stays, and each output has a file of its own.
extension Arguments {
  /// A file that an invocation names.
  private struct File {
    let path: String
    /// How a message calls it: `--outputs`, `IN`.
    let role: String
    let isOutput: Bool
    /// Whether the file is a program, which `-o` or the operand after it may replace by another.
    let isDocument: Bool

    /// Whether several outputs may go there: a terminal, a pipe, `/dev/null`.
    var isDevice: Bool {
      var facts = stat()
      return stat(path, &facts) == 0 && facts.st_mode & S_IFMT != S_IFREG
    }
  }

  /// The files that options name to be read.
  var inputsOfOptions: [String] {
    command.allOptions.filter(\.isInput).flatMap { values[$0.name] ?? [] }
  }

  /// Makes sure that no file is to be read or written twice, or to be lost by being written.
  ///
  /// - Throws: `UsageError`.
  func checkFiles(of command: Command) throws(UsageError) {
    let files = files(of: command)
    // What has been read from a pipe can't be read again.
    if files.count(where: { !$0.isOutput && $0.path == "-" }) > 1 {
      throw UsageError("only one file can be standard input", command)
    }
    for (index, output) in files.enumerated() where output.isOutput && !output.isDevice {
      for (other, file) in files.enumerated() where other != index {
        if file.isOutput ? other > index : output.isDocument && file.isDocument { continue }
        if !file.isOutput, file.path == "-" { continue }
        guard AtomicOutput.isSameTarget(file.path, output.path) else { continue }
        let role = file.isOutput ? "written" : "read"
        throw UsageError(
          "'\(output.path)' of \(output.role) is the file that is \(role) as \(file.role)", command)
      }
    }
  }

  private func files(of command: Command) -> [File] {
    var result: [File] = []
    for (index, path) in operands.enumerated() where !command.operands.isEmpty {
      let operand = command.operands[min(index, command.operands.count - 1)]
      guard operand.choices.isEmpty else { continue }
      result.append(
        File(path: path, role: operand.name, isOutput: operand.isOutput, isDocument: true))
    }
    for option in command.allOptions where option.isInput || option.isOutput {
      for path in values[option.name] ?? [] {
        result.append(
          File(
            path: path, role: "--\(option.name)", isOutput: option.isOutput,
            isDocument: option.name == "output" || option.value == "ARCHIVE"))
      }
    }
    return result
  }
}
