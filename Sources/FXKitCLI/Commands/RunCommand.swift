import FXKit
import Glibc

extension Command {
  static let run = Command(
    name: "run",
    summary: "Run a model on the CPU and show or write its results.",
    discussion: """
      Inputs are matched by name or by position among the flattened inputs: 0, 1, …; the array of an .npy
      file takes the next position. Without --inputs the archive's own sample inputs are used. Outputs
      are named by their flattened position. With --json an error is an object with "file" and "error".

      What a program writes beside its outputs, to buffers, as batch norm does in training, or to its
      inputs, is listed as mutations, with the values after the run, and written by --mutations: buffers
      by their qualified name, inputs by theirs.

      Shapes, ranges and guards of the program are checked before it runs, as PyTorch does.
      """,
    operands: [inputOperand],
    options: [
      .value(
        "inputs", "FILE", "Take inputs from this .safetensors, .npz or .npy.", isRepeatable: true,
        isInput: true),
      .value(
        "outputs", "FILE",
        "Write the outputs to this .safetensors, .npz or .npy; '-' is standard output, and the report "
          + "then goes to standard error.",
        isOutput: true),
      .value(
        "to", "FORM",
        "Write the outputs in this form whatever the ending of FILE: safetensors, npz or npy.",
        choices: TensorFile.Form.allCases.map(\.rawValue), isClosed: true, aliases: ["form"]),
      .value(
        "mutations", "FILE",
        "Write the buffers and inputs that the model wrote to, to this .safetensors, .npz or .npy."),
      .value("weights", "ARCHIVE", "Take weights from this .pt2 where IN has none.", isInput: true),
      .value("seed", "N", "Seed random operators, as torch.manual_seed does."),
      .value(
        "random-inputs", "N",
        "Make random inputs of the signature's shapes from this seed, with sizes that satisfy ranges and guards."
      ),
      .value("repeat", "N", "Run N times and print the median time on standard error."),
      .flag("profile", "Print time and memory by operator and by module."),
      .value(
        "profile-json", "FILE", "Write all events to FILE in the Chrome trace format.",
        isOutput: true),
      .value(
        "trace-values", "FILE", "Write the result of each node to this .safetensors or .npz.",
        isOutput: true),
      .value(
        "threads", "N", "Use N threads, up to 1024 (default: as many as the machine has)."),
      .flag(
        "check",
        "Don't run: list everything that FXKit can't run, and exit with 1 if there is anything."),
      .flag("json", "Print the report as one JSON object."),
      operatorsOption, modelOption,
    ],
    examples: [
      ("fxkit run model.pt2", "Runs a model on its sample inputs."),
      (
        "fxkit run model.pt2 --inputs batch.safetensors --outputs result.safetensors",
        "Runs a model on a batch."
      ),
      ("fxkit run model.pt2 --repeat 20 --profile", "Shows where the time goes."),
      ("fxkit run model.pt2 --check", "Checks whether a model can be run."),
    ]
  ) { arguments, console in
    try arguments.withErrorObject(console) { try run(arguments, console) }
  }

  private static func run(_ arguments: Arguments, _ console: Console) throws -> Int32 {
    let runInputs = try RunInputs(arguments)
    let threads = try RunInputs.number("threads", arguments, least: 1, most: Limits.threads.value)
    let count = try RunInputs.number("repeat", arguments, least: 1) ?? 1
    let seed = try RunInputs.number("seed", arguments, least: 0).map { UInt64($0) }
    let files = try RunFiles(arguments, console)
    let document = try Document.read(arguments.operands[0], arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    if arguments.has("check") { return try check(document, arguments, console) }
    try files.check(document)
    if let threads { Parallel.threadCount = threads }
    let runner = try ProgramRunner(
      document, weights: weights, seed: seed, library: document.library(arguments))
    let inputs = try runInputs.values(for: runner, document, console)
    try runner.interpreter.checkSupport()
    let profiler = Profiler()
    if arguments.has("profile") || arguments.has("profile-json") {
      profiler.attach(to: runner.interpreter)
    }
    let trace = ValueTrace()
    if arguments.has("trace-values") { trace.attach(to: runner.interpreter) }
    var times: [Int] = []
    var (outputs, mutations): ([IValue], [Mutation]) = ([], [])
    for turn in 1...count {
      console.progress(count > 1 ? "running, \(turn) of \(count)" : "running")
      let start = now()
      (outputs, mutations) = try runner.runNotingMutations(inputs)
      times.append(now() - start)
    }
    console.progress("")
    try files.write(outputs, named: runner.outputNames)
    try files.write(mutations)
    try files.write(trace)
    if let path = arguments.value("profile-json") {
      let output = try AtomicOutput(path: path)
      var sink = ByteSink { try output.write($0) }
      profiler.writeChromeTrace(to: &sink)
      try sink.finish()
      try output.commit()
    }
    var report = RunReport(
      names: runner.outputNames, values: outputs, mutations: mutations)
    if arguments.has("profile") { report.profiler = profiler }
    if count > 1 { report.times = times }
    let isJSON = arguments.has("json")
    try console.report(
      isJSON ? report.json.line : report.text,
      besideOutput: ["outputs", "mutations"].contains { arguments.value($0) == "-" })
    if !isJSON, let line = report.timing { console.writeError(line) }
    return 0
  }

  /// Lists what can't be run, each target once.
  private static func check(
    _ document: Document, _ arguments: Arguments, _ console: Console
  ) throws -> Int32 {
    let environment = ExecutionEnvironment(library: try document.library(arguments))
    let errors = Interpreter(document.module, environment: environment).unsupported()
      .map { arguments.hinted($0) }
    var counts: [(error: FXError, count: Int)] = []
    for error in errors {
      if let index = counts.firstIndex(where: { $0.error.message == error.message }) {
        counts[index].count += 1
      } else {
        counts.append((error, 1))
      }
    }
    if arguments.has("json") {
      let items = counts.map { item in
        JSONOutput.object([
          ("code", .string("\(item.error.code)")), ("message", .string(item.error.message)),
          ("node", item.error.place.node.map { .string($0) } ?? .null),
          ("count", .int(item.count)),
        ])
      }
      let isRunnable = counts.isEmpty
      try console.write(
        JSONOutput.object([("runnable", .bool(isRunnable)), ("unsupported", .array(items))]).line)
    } else if counts.isEmpty {
      try console.write("all operators can be run\n")
    } else {
      for item in counts {
        let more = item.count > 1 ? " (and \(item.count - 1) more)" : ""
        try console.write("\(item.error)\(more)\n")
      }
    }
    return counts.isEmpty ? 0 : 1
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
