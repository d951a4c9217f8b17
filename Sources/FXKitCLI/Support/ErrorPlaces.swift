import FXKit

/// Errors as commands tell them: with the file, and with the option that would help.
extension Arguments {
  /// Returns an error of a file, with the file in its place and what helps in its message.
  ///
  /// - Parameter path: the file; nil for the command's only input, or where it has several that name
  ///   themselves.
  func explained(_ error: FXError, in path: String? = nil) -> FXError {
    if error.isOfOutput { return error }
    return hinted((path ?? onlyInput).map { located(error, $0) } ?? error)
  }

  /// Returns an error with the option that helps in its message.
  func hinted(_ error: FXError) -> FXError {
    var copy = error
    let declares = command.options.contains { $0.name == Command.operatorsOption.name }
    let hint = "; --operators FILE declares those of other libraries"
    if declares, error.code == .unknownOperator, !error.message.hasSuffix("?"),
      !error.message.hasSuffix(hint)
    {
      copy.message += hint
    }
    return copy
  }

  /// Runs what is about one of the command's files, so that its errors name it.
  func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FXError where !error.isOfOutput {
      throw located(error, path)
    }
  }

  /// Runs a command that prints JSON: an error is an object where its report would be.
  func withErrorObject(_ console: Console, _ body: () throws -> Int32) throws -> Int32 {
    do {
      return try body()
    } catch let error as FXError where !error.isOfOutput {
      let error = explained(error)
      guard has("json"), !has("quiet") else { throw error }
      let isOutputTaken = value("output") == "-" || value("outputs") == "-"
      try console.report(
        InputFiles.object(of: error, file(of: error)).line, besideOutput: isOutputTaken)
      throw error
    }
  }

  /// The only file that the command reads a program from; nil where there are several.
  private var onlyInput: String? {
    let inputs = command.operands.filter { !$0.isOutput && $0.choices.isEmpty }
    guard inputs.count == 1, let first = operands.first else { return nil }
    return inputs[0].isRepeatable && operands.count > 1 ? nil : first
  }

  /// The files that the command line names.
  private var fileNames: [String] {
    operands + command.options.filter(\.isFile).flatMap { values[$0.name] ?? [] }
  }

  private func located(_ error: FXError, _ path: String) -> FXError {
    let label = Self.label(of: path)
    guard let member = error.place.member else { return error.inMember(label) }
    var copy = error
    let names = (fileNames + [path]).map(Self.label)
    if !names.contains(where: { !$0.isEmpty && member.hasPrefix($0) }) {
      copy.place.member = "\(label), \(member)"
    }
    return copy
  }

  /// Returns the operand that an error is about: the first where its place names none.
  private func file(of error: FXError) -> String {
    let member = error.place.member ?? ""
    return operands.first { member.hasPrefix(Self.label(of: $0)) } ?? operands.first ?? ""
  }

  /// Returns how messages name a file.
  private static func label(of path: String) -> String {
    path == "-" ? "<stdin>" : path.isEmpty ? "''" : path
  }
}

extension FXError {
  /// Whether nothing more can be written to standard output, which ends the command whatever file it is at.
  var isOfOutput: Bool { code == .outputClosed || code == .outputFailed }
}
