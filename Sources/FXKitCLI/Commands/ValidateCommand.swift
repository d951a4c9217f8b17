import FXKit

extension Command {
  static let validate = Command(
    name: "validate",
    summary: "Check a program as PyTorch does and beyond; list all findings.",
    discussion: """
      The exit status is 1 if there is an error. Warnings do not change it, unless --strict is
      given.

      The data of weights are read and compared with their checksums.

      With --inputs, shapes are checked against the program's sizes, ranges and guards as well. What is
      below a range that starts at 2 or less is a warning, since PyTorch runs it. The file holds a JSON
      object: a list of sizes for a tensor or a number for a scalar, by the input's name ("x"), its path
      ("lst.0") or its position among the flattened inputs ("0").

      Findings of several files begin with the file; with --json they have it as "file". With --json each
      file ends with an object with "file", "errors" and "warnings"; a file that can't be read is an
      object with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .flag(
        "json", "Print one JSON object per finding, one per line, and one per file with its counts."
      ),
      .flag("strict", "Treat warnings as errors."),
      .value(
        "inputs", "FILE", "Check the shapes in this JSON file against sizes, ranges and guards.",
        isInput: true),
      operatorsOption, modelOption,
    ],
    examples: [
      ("fxkit validate model.pt2", "Checks graphs, signature, schemas and weights."),
      (
        "fxkit validate model.pt2 --inputs shapes.json",
        "Says which of the program's conditions {\"x\": [2, 3]} violates."
      ),
    ]
  ) { arguments, console in
    let files = InputFiles(arguments)
    let shapes = try arguments.value("inputs").map { try InputShapes(file: $0) }
    return try files.forEach(console) { path in
      try validate(path, of: files, shapes, arguments, console)
    }
  }

  private static func validate(
    _ path: String, of files: InputFiles, _ shapes: InputShapes?, _ arguments: Arguments,
    _ console: Console
  ) throws -> Int32 {
    let documents = try Document.readAll(path, for: .pt2, arguments, console)
    let isJSON = arguments.has("json")
    var (errors, warnings) = (0, 0)
    for document in documents {
      let library = try document.library(arguments)
      var findings = console.whileShowing("checking \(path)") {
        document.findings(library: library)
      }
      if let shapes {
        guard let program = document.program else {
          throw FXError(.inputUnchecked, "'\(path)' is a graph module; only programs have inputs")
        }
        findings += program.findings(forInputs: shapes)
      }
      for finding in findings {
        if isJSON {
          let line = finding.jsonLine.dropFirst()
          let file = files.areSeveral ? "\"file\": \(JSONOutput.string(path).text), " : ""
          try console.write("{\(file)\(line)\n")
        } else {
          let labels = [
            files.areSeveral ? path.singleLine() : nil,
            documents.count > 1 ? document.modelName : nil,
          ].compactMap { $0 }
          try console.write((labels + [finding.line]).joined(separator: ": ") + "\n")
        }
        if finding.isError { errors += 1 } else { warnings += 1 }
      }
    }
    if isJSON {
      try console.write(
        JSONOutput.object([
          ("file", .string(path)), ("errors", .int(errors)), ("warnings", .int(warnings)),
        ]).line)
    } else {
      let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
      console.writeError(
        "\(path): " + (counts.isEmpty ? "no findings" : counts.joined(separator: ", ")))
    }
    return errors > 0 || (arguments.has("strict") && warnings > 0) ? 1 : 0
  }
}

extension InputShapes {
  /// Reads the inputs that a file lists.
  fileprivate init(file path: String) throws {
    let file = try MappedFile(path: path)
    do throws(FXError) {
      try self.init(json: file.bytes)
    } catch {
      throw error.inMember(path)
    }
  }
}
