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
    let document = try Document.read(arguments.operands[0], arguments, console)
    guard let program = document.program else {
      let errors = document.module.lintAll()
      for error in errors { try console.write("error: \(error) [\(error.code)]\n") }
      return errors.isEmpty ? 0 : 1
    }
    let findings = findings(in: program, of: document)
    for finding in findings {
      try console.write((arguments.has("json") ? finding.jsonLine : finding.line) + "\n")
    }
    let errors = findings.count { $0.isError }
    if !arguments.has("json") {
      console.writeError(
        findings.isEmpty
          ? "\(arguments.operands[0]): no findings"
          : "\(arguments.operands[0]): \(errors) errors, \(findings.count - errors) warnings")
    }
    return errors > 0 || (arguments.has("strict") && !findings.isEmpty) ? 1 : 0
  }
}
