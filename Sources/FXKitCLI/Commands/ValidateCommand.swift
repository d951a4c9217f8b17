import FXKit

extension Command {
  static let validate = Command(
    name: "validate",
    summary: "Check a program as PyTorch does and further; list all findings.",
    discussion: """
      The exit status is 1 where there is an error. Warnings do not change it, unless --strict is
      given.
      """,
    operands: [inputOperand],
    options: [
      .flag("json", "Print one JSON object a finding, each on a line."),
      .flag("strict", "Take warnings for errors."),
      modelOption,
    ],
    examples: [("fxkit validate model.pt2", "Checks graphs, signature, schemas and weights.")]
  ) { arguments, console in
    let path = arguments.operands[0]
    let documents = try Document.readAll(path, for: .pt2, arguments, console)
    var (errors, warnings) = (0, 0)
    for document in documents {
      for finding in document.findings() {
        let line = arguments.has("json") ? finding.jsonLine : finding.line
        let isLabelled = documents.count > 1 && !arguments.has("json")
        try console.write(isLabelled ? "\(document.modelName): \(line)\n" : "\(line)\n")
        if finding.isError { errors += 1 } else { warnings += 1 }
      }
    }
    if !arguments.has("json") {
      let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
      console.writeError(
        "\(path): " + (counts.isEmpty ? "no findings" : counts.joined(separator: ", ")))
    }
    return errors > 0 || (arguments.has("strict") && warnings > 0) ? 1 : 0
  }
}
