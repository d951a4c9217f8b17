import FXKit

extension Command {
  static let transform = Command(
    name: "transform",
    summary: "Run export passes over a program and write the result.",
    discussion: """
      Without -o the result goes to standard output as model JSON. What each pass changed is printed
      on standard error. 'fxkit passes' lists the passes; a pass takes its option after '=', as in
      strip-metadata=stack_trace.

      Several files are written to the folder that -o names, under their own names and in their own
      forms, unless --to is given. Lines about passes begin with the file then; with --json objects have
      it as "file". With --json an error is an object with "file" and "error".
      """,
    operands: [inputOperand.repeated],
    options: [
      .value(
        "passes", short: "p", "PASSES", "The passes to run in order, separated by commas.",
        choices: GraphPass.all.map(\.name), isRepeatable: true),
      .value(
        "output", short: "o", "OUT",
        "Write to this file, whose ending gives the format; or to this folder if OUT ends in '/' or is one, "
          + "which several files need."),
      toOption,
      .value(
        "ambient-grad", "MODE",
        "The grad mode in which the program is called: on (default) or off.",
        choices: ["on", "off"], isClosed: true),
      .value(
        "print-after", "PASS",
        "Print the graphs on standard error after this pass; 'all' for each.",
        choices: GraphPass.all.map(\.name) + ["all"], isRepeatable: true),
      .flag("verify-each", "Check the whole program after each pass, not only the graphs."),
      .flag(
        "check-numerics",
        "Run the program before and after, and fail where outputs, or what it writes, differ by more "
          + "than rounding: on its sample inputs, or on random ones."),
      .flag("timings", "Print the time that each pass took."),
      .flag(
        "json",
        "Print what each pass changed and kept as one JSON array: on standard output with -o OUT, "
          + "otherwise on standard error, which then has nothing else."),
      .flag("quiet", short: "q", "Print nothing on standard error."),
      weightsOption, operatorsOption, modelOption,
    ],
    examples: [
      (
        "fxkit transform model.pt2 -p replace-set-grad,replace-autocast -o out.pt2",
        "Replaces grad and autocast regions with higher-order operators."
      ),
      (
        "fxkit transform model.json -p strip-metadata=all > small.json",
        "Drops stack traces and similar metadata."
      ),
    ]
  ) { arguments, console in
    guard let passes = arguments.values["passes"] else {
      throw arguments.usage("no passes: name them with -p ('fxkit passes' lists them)")
    }
    let pipeline = try withUsageErrors { try PassPipeline(passes.joined(separator: ",")) }
    let names = pipeline.steps.map(\.pass.name)
    let printed = Set(arguments.list("print-after"))
    if let name = printed.first(where: { !names.contains($0) && $0 != "all" }) {
      throw arguments.usage(
        "'\(name)' of --print-after is not among the passes\(Spelling.hint(for: name, among: names))"
      )
    }
    let outputs = try OutputFiles(arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    try outputs.makeFolder()
    var run = TransformRun(
      arguments: arguments, outputs: outputs, weights: weights, printed: printed,
      pipeline: pipeline)
    return try run.all(console)
  }

  /// Makes wrong names and options of passes errors of usage, which they are on a command line.
  fileprivate static func withUsageErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FXError where [.unknownPass, .badPassOption].contains(error.code) {
      throw UsageError(error.message, .transform)
    }
  }
}

/// One run of `transform` over its files.
private struct TransformRun {
  let arguments: Arguments
  let outputs: OutputFiles
  let weights: PT2Archive?
  /// The passes after which graphs are printed.
  let printed: Set<String>
  var pipeline: PassPipeline

  private var isJSON: Bool { arguments.has("json") && !arguments.has("quiet") }

  /// Transforms all files and tells what passes changed.
  mutating func all(_ console: Console) throws -> Int32 {
    guard isJSON else {
      return try InputFiles(arguments).forEach(console) { try report(on: $0, console) }
    }
    var items: [JSONOutput] = []
    // The program is on standard output: standard error is for scripts then.
    let isOutputTaken = outputs.path == "-"
    var quiet = console
    if isOutputTaken {
      quiet.writeError = { items.append(.object([("message", .string($0))])) }
    }
    var status: Int32 = 0
    let files = InputFiles(arguments)
    for path in files.paths {
      do {
        items += try transform(path, quiet).json(arguments).map { files.labelled($0, path) }
      } catch let error as FXError where !error.isOfOutput {
        let error = arguments.explained(error, in: path)
        console.progress("")
        if !isOutputTaken { console.writeError(Tool.line(of: error)) }
        items.append(InputFiles.object(of: error, path))
        status = 1
      }
    }
    let array = JSONOutput.array(items)
    if isOutputTaken {
      console.writeError(array.text)
    } else {
      try console.write(array.line)
    }
    return status
  }

  private mutating func report(on path: String, _ console: Console) throws -> Int32 {
    let results = try transform(path, console)
    if !arguments.has("quiet") {
      let label = arguments.operands.count > 1 ? path : nil
      results.report(arguments, label: label, console)
    }
    return 0
  }

  /// Runs the passes over the programs of one file and writes them.
  private mutating func transform(_ input: String, _ console: Console) throws -> [PassResult] {
    let path = outputs[input]
    let file = try MappedFile(path: input)
    let form = try outputs.form(of: file, at: path, standard: .modelJSON, console)
    var documents = try Document.readAll(file, for: form, arguments, console)
    var results: [PassResult] = []
    let originals = arguments.has("check-numerics") ? documents.map { $0.copy() } : []
    for index in documents.indices {
      results.append(
        try Command.withUsageErrors { try runPasses(on: &documents[index], console) })
    }
    for (before, after) in zip(originals, documents) {
      try checkNumerics(before, after, console)
    }
    try documents.write(to: path, as: form, weights: weights, console)
    return results
  }

  /// Runs both programs on the same inputs.
  ///
  /// - Throws: `pass.changedNumbers`, with the first node whose value differs.
  private func checkNumerics(
    _ before: Document, _ after: Document, _ console: Console
  ) throws {
    console.progress("comparing numbers")
    defer { console.progress("") }
    let a = try ProgramRunner(before, weights: weights, library: before.library(arguments))
    let b = try ProgramRunner(after, weights: weights, library: after.library(arguments))
    let inputs = console.noted(try a.defaultInputs(of: before, allowsMissing: true))
    let comparison = try ModelComparison(
      a, b, inputs: inputs, allowsRounding: true, sides: .init("before them", "after them"))
    guard let found = comparison.differences.first else { return }
    let place = SourcePlace(node: comparison.firstNode?.name)
    throw FXError(
      .changedNumbers, "the passes changed \(found.subject): \(found.text)", at: place)
  }

  private mutating func runPasses(
    on document: inout Document, _ console: Console
  ) throws -> PassResult {
    let context = PassContext(try document.library(arguments))
    context.isAmbientGradEnabled = arguments.value("ambient-grad") != "off"
    pipeline.verifiesProgram = arguments.has("verify-each")
    pipeline.afterEach = { [printed] step, module, _ in
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
  /// Returns an object per pass.
  fileprivate func json(_ arguments: Arguments) -> [JSONOutput] {
    flatMap { result in
      result.reports.map { json($0, of: result.model, isTimed: arguments.has("timings")) }
    }
  }

  /// Prints a line per pass on standard error.
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
          console.writeError("  kept \(left.name)\(times): \(left.reason)")
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
    if !report.remainders.isEmpty { entries.append(("kept", .array(report.remainders.map(json)))) }
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
