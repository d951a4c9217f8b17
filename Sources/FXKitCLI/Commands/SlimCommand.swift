import FXKit

extension Command {
  static let slim = Command(
    name: "slim",
    summary: "Drop what running a program does not need; say what each part saved.",
    discussion: """
      All parts are dropped, unless --drop or --keep picks some. What the program computes stays the
      same. Without module stacks torch.export.unflatten has nothing to go by; weights that are not
      used are gone from the state dict.

      PyTorch gives weights that share a member the same memory. Duplicates become one, therefore, only
      where nobody can tell: constants that the program doesn't write, and weights of different
      models. --frozen includes parameters and buffers of programs that are only run.

      Several files are written to the folder that -o names, under their own names. With --json each
      is an object on a line, with the file as "file"; one that fails is one with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .value(
        "output", short: "o", "OUT",
        "Write here; the ending tells the form. A folder for several files, or one file."),
      .value(
        "drop", "PARTS", "Drop these parts alone, separated by commas: \(partNames).",
        choices: SlimPart.allCases.map(\.rawValue), isRepeatable: true),
      .value(
        "keep", "PARTS", "Drop all parts but these.",
        choices: SlimPart.allCases.map(\.rawValue), isRepeatable: true),
      .flag("frozen", "Let equal parameters and buffers share a member: for inference alone."),
      .value(
        "to", "FORM", "Write this form whatever the ending of OUT: pt2, json, fx.json or fx.",
        choices: DocumentForm.allCases.map(\.rawValue), isClosed: true),
      .flag("json", "Print what was saved as one JSON object."),
      .flag("quiet", short: "q", "Print nothing."),
      modelOption,
    ],
    examples: [
      ("fxkit slim model.pt2 -o small.pt2", "Drops all that can be dropped."),
      (
        "fxkit slim model.pt2 -o small.pt2 --keep module-stacks,sample-inputs",
        "Keeps what unflatten needs, and the inputs."
      ),
      (
        "fxkit slim model.json -o - --drop stack-traces | less",
        "Drops stack traces of a model JSON."
      ),
    ]
  ) { arguments, console in
    guard let path = arguments.value("output") else {
      throw UsageError("no output: name it with -o", Command.named("slim"))
    }
    let parts = try parts(arguments)
    let files = InputFiles(arguments)
    let form = arguments.value("to").flatMap { DocumentForm(rawValue: $0) }
    let outputs = try OutputFiles(path, for: files.paths, form: form, Command.named("slim"))
    try outputs.makeFolder()
    return try files.forEach(console, isJSON: arguments.has("json")) { input in
      let report = try slim(
        input, to: outputs[input], isInFolder: outputs.areInFolder, parts, arguments, console)
      if arguments.has("quiet") { return 0 }
      let text =
        arguments.has("json") ? files.labelled(report.json, input).line : report.text
      // The report must not get among the bytes of the output.
      if outputs[input] == "-" {
        for line in text.split(separator: "\n") { console.writeError(String(line)) }
      } else {
        try console.write(text)
      }
      return 0
    }
  }

  private static func slim(
    _ input: String, to path: String, isInFolder: Bool, _ parts: Set<SlimPart>,
    _ arguments: Arguments, _ console: Console
  ) throws -> SlimReport {
    let file = try MappedFile(path: input)
    let form = try outputForm(
      path, option: arguments.value("to"),
      fallback: path == "-" || isInFolder ? DocumentForm(content: file.bytes) : nil)
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
          throw UsageError(
            "'\(name)' of --\(option) is none of \(partNames)\(hint)", Command.named("slim"))
        }
        parts.insert(part)
      }
      return parts
    }
    if arguments.has("drop"), arguments.has("keep") {
      throw UsageError("--drop and --keep exclude each other", Command.named("slim"))
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
