import FXKit

extension Command {
  static let slim = Command(
    name: "slim",
    summary: "Drop what running a program does not need, and report what each part saved.",
    discussion: """
      All parts are dropped, unless --drop or --keep picks some. What the program computes stays the
      same. Without module stacks torch.export.unflatten does not work; unused weights are removed from
      the state dict.

      PyTorch gives weights that share a member the same memory. Duplicates are therefore merged only where
      that makes no difference: constants that the program doesn't write to, and weights of different
      models. --frozen merges parameters and buffers too, for programs that are only run.

      Several files are written to the folder that -o names, under their own names. With --json each
      is an object on a line, with the file as "file", and an error is an object with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .value(
        "output", short: "o", "OUT",
        "Write to this file, whose ending gives the format; or to this folder if OUT ends in '/' or is one, "
          + "which several files need."),
      .value(
        "drop", "PARTS", "Drop only these parts, separated by commas: \(partNames).",
        choices: SlimPart.allCases.map(\.rawValue), isRepeatable: true),
      .value(
        "keep", "PARTS", "Drop all parts but these.",
        choices: SlimPart.allCases.map(\.rawValue), isRepeatable: true),
      .flag("frozen", "Let equal parameters and buffers share a member: for inference only."),
      toOption,
      .flag("json", "Print what was saved as one JSON object."),
      .flag("quiet", short: "q", "Print nothing."),
      modelOption,
    ],
    examples: [
      ("fxkit slim model.pt2 -o small.pt2", "Drops everything that can be dropped."),
      (
        "fxkit slim model.pt2 -o small.pt2 --keep module-stacks,sample-inputs",
        "Keeps what unflatten needs, and the inputs."
      ),
      (
        "fxkit slim model.json -o - --drop stack-traces | less",
        "Drops the stack traces of a model JSON."
      ),
    ]
  ) { arguments, console in
    guard arguments.has("output") else { throw arguments.usage("no output: name it with -o") }
    let parts = try parts(arguments)
    let files = InputFiles(arguments)
    let outputs = try OutputFiles(arguments, console)
    try outputs.makeFolder()
    return try files.forEach(console) { input in
      let report = try slim(input, outputs, parts, arguments, console)
      if arguments.has("quiet") { return 0 }
      let text =
        arguments.has("json") ? files.labelled(report.json, input).line : report.text
      try console.report(text, besideOutput: outputs[input] == "-")
      return 0
    }
  }

  private static func slim(
    _ input: String, _ outputs: OutputFiles, _ parts: Set<SlimPart>, _ arguments: Arguments,
    _ console: Console
  ) throws -> SlimReport {
    let path = outputs[input]
    let file = try MappedFile(path: input)
    let form = try outputs.form(of: file, at: path, console)
    var documents = try Document.readAll(file, for: form, arguments, console)
    console.progress("slimming \(input)")
    var slimming = Slimming(parts, isFrozen: arguments.has("frozen"))
    let package = try slimming.run(on: &documents, for: form)
    let after: Int
    if let package {
      after = try package.write(toPath: path)
    } else {
      try documents.write(to: path, as: form, console)
      after = try documents.reduce(0) { try $0 + $1.byteCount(as: form) }
    }
    console.progress("")
    return SlimReport(
      path: path, savings: slimming.savings, before: file.bytes.count, after: after)
  }

  private static let partNames = SlimPart.allCases.map(\.rawValue).joined(separator: ", ")

  private static func parts(_ arguments: Arguments) throws(UsageError) -> Set<SlimPart> {
    func named(_ option: String) throws(UsageError) -> Set<SlimPart> {
      var parts: Set<SlimPart> = []
      for name in arguments.list(option) {
        guard let part = SlimPart(rawValue: name) else {
          let hint = Spelling.hint(for: name, among: SlimPart.allCases.map(\.rawValue))
          throw arguments.usage("invalid value '\(name)' for --\(option): use \(partNames)\(hint)")
        }
        parts.insert(part)
      }
      return parts
    }
    if arguments.has("drop"), arguments.has("keep") {
      throw arguments.usage("--drop and --keep can't be used together")
    }
    if arguments.has("drop") { return try named("drop") }
    return try Set(SlimPart.allCases).subtracting(named("keep"))
  }
}

/// Lays out what `slim` has saved.
private struct SlimReport {
  let path: String
  let savings: [SlimSaving]
  let before: Int
  let after: Int

  var text: String {
    let width = savings.map(\.part.rawValue.count).max() ?? 0
    let rows = savings.map { saving in
      let size = InfoReport.size(saving.byteCount)
      let share = "\(percent(saving.byteCount))"
      return Help.pad(saving.part.rawValue, width) + "  " + InfoReport.right(size, 9) + "  "
        + InfoReport.right(share, 5) + " %  " + "\(saving.count) \(Self.noun(saving))"
    }
    let total =
      "\(path): \(InfoReport.size(before)) → \(InfoReport.size(after)), "
      + "\(percent(before - after)) % saved"
    return (rows + [total]).joined(separator: "\n") + "\n"
  }

  var json: JSONOutput {
    .object([
      ("bytes_before", .int(before)), ("bytes_after", .int(after)),
      (
        "parts",
        .array(
          savings.map { saving in
            .object([
              ("part", .string(saving.part.rawValue)), ("count", .int(saving.count)),
              ("bytes", .int(saving.byteCount)), ("percent", .float(percent(saving.byteCount))),
            ])
          })
      ),
    ])
  }

  private func percent(_ bytes: Int) -> Double {
    (Double(bytes) * 1000 / Double(max(before, 1))).rounded() / 10
  }

  private static func noun(_ saving: SlimSaving) -> String {
    let noun =
      switch saving.part {
      case .stackTraces, .moduleStacks, .origins: "node"
      case .sampleInputs: "model"
      case .unusedWeights: "weight"
      case .duplicates: "member"
      }
    return saving.count == 1 ? noun : noun + "s"
  }
}
