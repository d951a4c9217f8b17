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
      """,
    operands: [inputOperand],
    options: [
      .value("output", short: "o", "OUT", "Write here; the ending tells the form."),
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
      ("fxkit slim model.json -o - --drop stack-traces | …", "Drops stack traces of a model JSON."),
    ]
  ) { arguments, console in
    guard let path = arguments.value("output") else {
      throw UsageError("no output: name it with -o", Command.named("slim"))
    }
    let parts = try parts(arguments)
    let input = arguments.operands[0]
    let file = try MappedFile(path: input)
    let form = try outputForm(
      path, option: arguments.value("to"),
      fallback: path == "-" ? DocumentForm(content: file.bytes) : nil)
    var documents = try Document.readAll(file, for: form, arguments, console)
    console.progress("slimming \(input)")
    if form == .pt2 || form == .modelJSON { documents.forEach { $0.giveKeywordDefaults() } }
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
    if arguments.has("quiet") { return 0 }
    let report = SlimReport(
      path: path, savings: slimming.savings, before: file.bytes.count, after: after)
    let text = arguments.has("json") ? report.json.line : report.text
    // The report must not get among the bytes of the output.
    if path == "-" {
      for line in text.split(separator: "\n") { console.writeError(String(line)) }
    } else {
      try console.write(text)
    }
    return 0
  }

  private static let partNames = SlimPart.allCases.map(\.rawValue).joined(separator: ", ")

  private static func parts(_ arguments: Arguments) throws(UsageError) -> Set<SlimPart> {
    func named(_ option: String) throws(UsageError) -> Set<SlimPart> {
      var parts: Set<SlimPart> = []
      for name in arguments.list(option) {
        guard let part = SlimPart(rawValue: name) else {
          throw UsageError(
            "'\(name)' of --\(option) is none of \(partNames)", Command.named("slim"))
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
