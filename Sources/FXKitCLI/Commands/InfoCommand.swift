import FXKit

extension Command {
  static let info = Command(
    name: "info",
    summary: "Show what a program is: versions, inputs, outputs, operators, weights.",
    discussion: """
      Several files are shown one after the other, each below its name; with --json each object has
      it as "file", and a file that can't be read is an object with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .flag("json", "Print one JSON object per program, one per line."),
      .flag("all", short: "a", "List every parameter and every operator, not the first twenty."),
      noPagerOption,
      modelOption,
    ],
    examples: [("fxkit info model.pt2", "Shows the program in an archive.")]
  ) { arguments, console in
    let files = InputFiles(arguments)
    return try files.forEach(console) { path in
      try show(path, of: files, arguments, console)
      return 0
    }
  }

  private static func show(
    _ path: String, of files: InputFiles, _ arguments: Arguments, _ console: Console
  ) throws {
    let file = try MappedFile(path: path)
    let isJSON = arguments.has("json")
    func show(_ document: Document) throws {
      let report = try report(on: document, arguments)
      try console.write(isJSON ? files.labelled(report.json, path).line : report.text)
    }
    let model = arguments.value("model")
    let document: Document
    if DocumentForm(content: file.bytes) == .pt2 {
      let archive = try PT2Archive(file)
      let names = archive.modelNames
      if names.count > 1, model == nil {
        if !isJSON { try files.writeTitle(path, console) }
        for (index, name) in names.enumerated() {
          if !isJSON { try console.write("\(index > 0 ? "\n" : "")model \(name)\n") }
          try show(.read(archive, model: name, console))
        }
        return
      }
      document = try .read(archive, model: model, console)
    } else {
      document = try .read(file, model: model, console)
    }
    if !isJSON { try files.writeTitle(path, console) }
    try show(document)
  }

  private static func report(on document: Document, _ arguments: Arguments) throws -> InfoReport {
    let isJSON = document.form == .pt2 || document.form == .modelJSON
    // Documents of old schemas need not be JSON: they may have bare NaN and Infinity.
    let isRewritten = document.program?.writtenVersion != nil
    let spending =
      isJSON && !isRewritten ? try document.source.withBytes { try ModelBytes(of: $0) } : nil
    return InfoReport(document: document, spending: spending, isWhole: arguments.has("all"))
  }
}

/// Lays out what `info` shows.
struct InfoReport {
  let document: Document
  let spending: ModelBytes?
  /// Whether long lists are shown whole.
  let isWhole: Bool

  private var summary: ProgramSummary {
    document.program.map { ProgramSummary(of: $0) } ?? ProgramSummary(of: document.module)
  }

  /// The number of weights whose data the archive lacks.
  private var externalCount: Int {
    let entries = try? document.archive?.weightEntries(of: document.modelName)
    return entries?.count(where: \.isExternal) ?? 0
  }

  // MARK: Text

  var text: String {
    let summary = summary
    var lines: [String] = []
    if let program = document.program {
      lines.append("schema      \(program.writtenVersion ?? program.schemaVersion)")
      lines.append("torch       \(program.torchVersion)")
      lines.append("dialect     \(program.verifiers.joined(separator: ", "))")
      let opsets = program.opsetVersion.map { "\($0.namespace) \($0.version)" }
      lines.append("opset       \(opsets.joined(separator: ", "))")
      if !program.rangeConstraints.isEmpty {
        let ranges = program.rangeConstraints.map { entry in
          "\(entry.symbol) in [\(entry.range.min.map(String.init) ?? "-inf"), \(entry.range.max.map(String.init) ?? "inf")]"
        }
        lines.append("symbols     \(ranges.joined(separator: ", "))")
      }
      if !program.guardsCode.isEmpty { lines.append("guards      \(program.guardsCode.count)") }
    }
    lines.append("graphs      \(summary.graphCount)")
    lines.append("nodes       \(summary.nodeCount)")
    let weights = summary.weights
    if !weights.isEmpty {
      let size = summary.weightByteCount.map { Self.size($0) } ?? "more bytes than 64 bits count"
      lines.append("weights     \(weights.count), \(size)")
    }
    if externalCount > 0 {
      lines.append("external    \(externalCount) weights, whose data are not in the archive")
    }
    lines += section("inputs", summary.inputs.filter { $0.target == nil })
    lines += section("outputs", summary.outputs)
    lines += section("weights", weights.map(\.item))
    lines.append("\noperators")
    let operators = summary.operators
    for entry in isWhole ? operators[...] : operators.prefix(20) {
      lines.append("  \(Self.right(String(entry.count), 6))  \(entry.target)")
    }
    lines += more(operators.count)
    if let spending {
      lines.append("\nJSON        \(Self.size(spending.total))")
      for share in spending.shares {
        let percent = Double(share.byteCount * 1000 / max(spending.total, 1)) / 10
        lines.append(
          "  \(Self.right("\(percent)", 5)) %  \(Self.right(Self.size(share.byteCount), 10))  \(share.category)"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ items: [ProgramSummary.Item]) -> [String] {
    guard !items.isEmpty else { return [] }
    let shown = isWhole ? items[...] : items.prefix(20)
    let names = shown.map { $0.target ?? $0.name }
    let width = min(names.map(\.count).max() ?? 0, 48)
    let rows = zip(shown, names).map { item, name in
      "  \(Help.pad(name, width))  \(Help.pad(item.kind, 16))  \(Self.describe(item.value))"
    }
    return ["\n\(title)"] + rows + more(items.count)
  }

  private func more(_ count: Int) -> [String] {
    isWhole || count <= 20 ? [] : ["  … \(count - 20) more; --all lists them"]
  }

  /// Returns dtype and shape, or the constant.
  static func describe(_ value: Value?) -> String {
    switch value {
    case .tensor(let meta): "\(meta.dtype.name)\(shape(meta.sizes))"
    case .symInt(let size): "int \(describe(size))"
    case .symFloat: "float"
    case .symBool: "bool"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .float(let value): PythonText.float(value)
    case .string(let text): PythonText.string(text)
    case .customObject(_, let className): className
    case .list(let parts), .tuple(let parts): "\(parts.count) values"
    case .none?: "None"
    case nil: ""
    }
  }

  static func shape(_ sizes: [SymInt]) -> String {
    "[\(sizes.map { describe($0) }.joined(separator: ", "))]"
  }

  static func describe(_ size: SymInt) -> String {
    switch size {
    case .int(let value): "\(value)"
    case .expr(let expression): expression.displayText
    }
  }

  static func size(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    var value = Double(bytes)
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where value >= 999.5 || unit.isEmpty {
      value /= 1000
      unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  // MARK: JSON

  var json: JSONOutput {
    let summary = summary
    var entries: [(String, JSONOutput)] = [("form", .string(document.form.rawValue))]
    if document.form == .pt2 { entries.append(("model", .string(document.modelName))) }
    if let program = document.program {
      entries += [
        ("schema_version", .string((program.writtenVersion ?? program.schemaVersion).description)),
        ("torch_version", .string(program.torchVersion)),
        ("verifiers", .array(program.verifiers.map { .string($0) })),
        ("opset_version", .object(program.opsetVersion.map { ($0.namespace, .int($0.version)) })),
        (
          "range_constraints",
          .object(
            program.rangeConstraints.map { entry in
              (
                entry.symbol,
                .object([
                  ("min", entry.range.min.map { .int($0) } ?? .null),
                  ("max", entry.range.max.map { .int($0) } ?? .null),
                ])
              )
            })
        ),
        ("guards", .array(program.guardsCode.map { .string($0) })),
      ]
    }
    entries += [
      ("graphs", .int(summary.graphCount)), ("nodes", .int(summary.nodeCount)),
      ("inputs", .array(summary.inputs.map(Self.json))),
      ("outputs", .array(summary.outputs.map(Self.json))),
      ("operators", .object(summary.operators.map { ($0.target, .int($0.count)) })),
      ("weight_bytes", summary.weightByteCount.map { .int($0) } ?? .null),
    ]
    if document.archive != nil { entries.append(("external_weights", .int(externalCount))) }
    if let spending {
      entries.append(("json_bytes", .int(spending.total)))
      entries.append(
        ("json_shares", .object(spending.shares.map { ($0.category, .int($0.byteCount)) })))
    }
    return .object(entries)
  }

  private static func json(_ item: ProgramSummary.Item) -> JSONOutput {
    var entries: [(String, JSONOutput)] = [
      ("name", .string(item.name)), ("kind", .string(item.kind)),
    ]
    if let target = item.target { entries.append(("target", .string(target))) }
    if let meta = item.value?.tensor {
      entries.append(("dtype", .string(meta.dtype.name)))
      entries.append(
        ("shape", .array(meta.sizes.map { $0.int.map { .int($0) } ?? .string(describe($0)) })))
    } else if item.value != nil {
      entries.append(("value", .string(describe(item.value))))
    }
    return .object(entries)
  }
}
