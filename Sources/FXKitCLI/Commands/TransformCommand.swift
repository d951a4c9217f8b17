import FXKit

extension Command {
  static let transform = Command(
    name: "transform",
    summary: "Run export passes over a program and write the result.",
    discussion: """
      Without -o the result goes to standard output as model JSON. What each pass changed is printed
      on standard error. 'fxkit passes' lists the passes; one that takes an option is given it behind
      '=', as in strip-metadata=stack_trace.

      Several files are written to the folder that -o names, under their own names and in their own
      forms, unless --to is given. What passes changed begins with the file then; with --json it has it
      as "file", and a file that failed is an object with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .value(
        "passes", short: "p", "PASSES", "The passes to run in order, separated by commas.",
        choices: GraphPass.all.map(\.name), isRepeatable: true),
      .value(
        "output", short: "o", "OUT",
        "Write here; the ending tells the form. A folder for several files, or one file."),
      .value(
        "to", "FORM", "Write this form whatever the ending of OUT: pt2, json, fx.json or fx.",
        choices: DocumentForm.allCases.map(\.rawValue), isClosed: true),
      .value(
        "ambient-grad", "MODE",
        "The grad mode in which the program is called: on (as if not given) or off.",
        choices: ["on", "off"], isClosed: true),
      .value(
        "print-after", "PASS",
        "Print the graphs on standard error after this pass; 'all' for each.",
        choices: GraphPass.all.map(\.name) + ["all"], isRepeatable: true),
      .flag("verify-each", "Check the whole program after each pass, not the graphs alone."),
      .flag(
        "check-numerics",
        "Run the program before and after, and fail where outputs differ by more than rounding: on "
          + "its sample inputs, or on random ones."),
      .flag("timings", "Print the time that each pass took."),
      .flag("json", "Print what each pass changed and left as one JSON array, on standard error."),
      .flag("quiet", short: "q", "Print nothing on standard error."),
      .value(
        "weights", "ARCHIVE", "Take weights from this .pt2 where IN has none and OUT needs them.",
        isInput: true),
      operatorsOption, modelOption,
    ],
    examples: [
      (
        "fxkit transform model.pt2 -p replace-set-grad,replace-autocast -o out.pt2",
        "Replaces grad and autocast regions by higher-order operators."
      ),
      (
        "fxkit transform model.json -p strip-metadata=all > small.json",
        "Drops stack traces and the like."
      ),
    ]
  ) { arguments, console in
    guard let passes = arguments.values["passes"] else {
      throw UsageError(
        "no passes: name them with -p ('fxkit passes' lists them)", Command.named("transform"))
    }
    var pipeline = try pipeline(passes.joined(separator: ","))
    let printed = Set(arguments.list("print-after"))
    if let name = printed.first(where: { !names(of: pipeline).contains($0) && $0 != "all" }) {
      let hint = Spelling.hint(for: name, among: names(of: pipeline))
      throw UsageError(
        "'\(name)' of --print-after is not among the passes\(hint)", Command.named("transform"))
    }
    let files = InputFiles(arguments)
    let outputs = try OutputFiles(
      arguments.value("output"), for: files.paths,
      form: arguments.value("to").flatMap { DocumentForm(rawValue: $0) },
      Command.named("transform"))
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    try outputs.makeFolder()
    var items: [JSONOutput] = []
    let status = try files.forEach(console, isJSON: false) { path in
      do {
        let results = try transform(
          path, to: outputs[path], isInFolder: outputs.areInFolder, &pipeline, weights, printed,
          arguments, console)
        items += results.json(arguments).map { files.labelled($0, path) }
        if !arguments.has("json"), !arguments.has("quiet") {
          results.report(arguments, label: files.areSeveral ? path : nil, console)
        }
      } catch let error as FXError where files.areSeveral {
        items.append(InputFiles.object(of: error, path))
        throw error
      }
      return 0
    }
    if arguments.has("json"), !arguments.has("quiet") {
      console.writeError(JSONOutput.array(items).text)
    }
    return status
  }

  /// Runs the passes over the programs of one file and writes them.
  private static func transform(
    _ input: String, to path: String, isInFolder: Bool, _ pipeline: inout PassPipeline,
    _ weights: PT2Archive?, _ printed: Set<String>, _ arguments: Arguments, _ console: Console
  ) throws -> [PassResult] {
    let file = try MappedFile(path: input)
    let fallback =
      path == "-" ? .modelJSON : isInFolder ? DocumentForm(content: file.bytes) : nil
    let form = try outputForm(path, option: arguments.value("to"), fallback: fallback)
    var documents = try Document.readAll(file, for: form, arguments, console)
    var results: [PassResult] = []
    let originals = arguments.has("check-numerics") ? documents.map { $0.copy() } : []
    for index in documents.indices {
      results.append(
        try withUsageErrors {
          try run(&pipeline, on: &documents[index], weights, printed, arguments, console)
        })
    }
    for (before, after) in zip(originals, documents) {
      try checkNumerics(before, after, weights, arguments, console)
    }
    try documents.write(to: path, as: form, weights: weights, console)
    return results
  }

  /// Runs both programs on the same inputs.
  ///
  /// - Throws: `pass.changedNumbers`, with the first node whose value differs.
  private static func checkNumerics(
    _ before: Document, _ after: Document, _ weights: PT2Archive?, _ arguments: Arguments,
    _ console: Console
  ) throws {
    console.progress("comparing numbers")
    defer { console.progress("") }
    let a = try ProgramRunner(before, weights: weights, library: before.library(arguments))
    let b = try ProgramRunner(after, weights: weights, library: after.library(arguments))
    let inputs = console.noted(try a.defaultInputs(of: before, allowsMissing: true))
    let comparison = try ModelComparison(a, b, inputs: inputs, allowsRounding: true)
    guard let output = comparison.outputs.first else { return }
    let place = SourcePlace(node: comparison.firstNode?.name)
    throw FXError(
      .changedNumbers, "the passes changed output \(output.name): \(output.text)", at: place)
  }

  private static func pipeline(_ text: String) throws -> PassPipeline {
    try withUsageErrors { try PassPipeline(text) }
  }

  /// Makes wrong names and options of passes errors of usage, which they are on a command line.
  private static func withUsageErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FXError where [.unknownPass, .badPassOption].contains(error.code) {
      throw UsageError(error.message, Command.named("transform"))
    }
  }

  private static func names(of pipeline: PassPipeline) -> [String] {
    pipeline.steps.map(\.pass.name)
  }

  private static func run(
    _ pipeline: inout PassPipeline, on document: inout Document, _ weights: PT2Archive?,
    _ printed: Set<String>, _ arguments: Arguments, _ console: Console
  ) throws -> PassResult {
    let context = PassContext(try document.library(arguments))
    context.isAmbientGradEnabled = arguments.value("ambient-grad") != "off"
    pipeline.verifiesProgram = arguments.has("verify-each")
    pipeline.afterEach = { step, module, _ in
      guard printed.contains("all") || printed.contains(step.pass.name) else { return }
      console.writeError("// after \(step.pass.name)")
      console.writeError(module.text(TextOptions(includesMetadata: false)))
    }
    pipeline.beforeEach = { console.progress("running \($0.pass.name)") }
    defer { console.progress("") }
    let reports = try pipeline.run(on: &document, weights: weights, context: context)
    return PassResult(model: document.modelName, reports: reports)
  }
}

/// What passes did to one program.
private struct PassResult {
  let model: String
  let reports: [PassPipeline.Report]
}

extension [PassResult] {
  /// Returns an object a pass.
  fileprivate func json(_ arguments: Arguments) -> [JSONOutput] {
    flatMap { result in
      result.reports.map { json($0, of: result.model, isTimed: arguments.has("timings")) }
    }
  }

  /// Prints a line a pass on standard error.
  fileprivate func report(_ arguments: Arguments, label: String?, _ console: Console) {
    for result in self {
      for report in result.reports {
        let counts = report.counts.map(\.description).joined(separator: ", ")
        let change = report.hasChanged ? "changed" : "no change"
        var line = "\(report.name): \(counts.isEmpty ? change : counts)"
        if arguments.has("timings") { line += " (\(milliseconds(report.nanoseconds)) ms)" }
        let labels = [label?.singleLine(), count > 1 ? result.model : nil].compactMap { $0 }
        console.writeError((labels + [line]).joined(separator: ": "))
        for left in report.remainders {
          let times = left.number == 1 ? "" : " (\(left.number) times)"
          console.writeError("  left \(left.name)\(times): \(left.reason)")
        }
      }
    }
  }

  private func json(_ report: PassPipeline.Report, of model: String, isTimed: Bool) -> JSONOutput {
    var entries: [(String, JSONOutput)] = count > 1 ? [("model", .string(model))] : []
    entries += [
      ("pass", .string(report.name)), ("changed", .bool(report.hasChanged)),
      ("counts", .object(report.counts.map { ($0.verb, .int($0.number)) })),
    ]
    if !report.remainders.isEmpty { entries.append(("left", .array(report.remainders.map(json)))) }
    if isTimed { entries.append(("nanoseconds", .int(report.nanoseconds))) }
    return .object(entries)
  }

  private func json(_ left: PassContext.Remainder) -> JSONOutput {
    .object([
      ("operator", .string(left.name)), ("count", .int(left.number)),
      ("reason", .string(left.reason)),
    ])
  }

  private func milliseconds(_ nanoseconds: Int) -> String {
    let hundredths = nanoseconds / 10_000
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
