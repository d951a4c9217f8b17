import FXKit
import Glibc

extension Command {
  static let run = Command(
    name: "run",
    summary: "Run a model on the CPU and show or write its results.",
    discussion: """
      Inputs are matched by the user input's name or by its position among the flattened inputs: 0, 1,
      …; the array of an .npy file takes the next position. Without --inputs the archive's own sample
      inputs are used. Outputs are written under their flattened position.

      Shapes, ranges and guards of the program are checked before it runs, as PyTorch does.
      """,
    operands: [inputOperand],
    options: [
      .value(
        "inputs", "FILE", "Take inputs from this .safetensors, .npz or .npy.", isRepeatable: true,
        isInput: true),
      .value("outputs", "FILE", "Write the outputs to this .safetensors, .npz or .npy."),
      .value("weights", "ARCHIVE", "Take weights from this .pt2 where IN has none.", isInput: true),
      .value("seed", "N", "Seed random operators, as torch.manual_seed does."),
      .value(
        "random-inputs", "N",
        "Make inputs of the signature's shapes from this seed; sizes satisfy ranges and guards."),
      .value("repeat", "N", "Run so many times and print the median time on standard error."),
      .flag("profile", "Print time and memory by operator and by module."),
      .value("profile-json", "FILE", "Write all events to FILE in the Chrome trace format."),
      .value(
        "trace-values", "FILE", "Write the result of each node to this .safetensors or .npz."),
      .value(
        "threads", "N", "Use so many threads, up to 1024; as many as the machine has by default."),
      .flag(
        "check", "Run nothing: list all that FXKit can't run, and exit with 1 if there is any."),
      .flag("json", "Print what is printed as one JSON object."),
      operatorsOption, modelOption,
    ],
    examples: [
      ("fxkit run model.pt2", "Runs a model on its sample inputs."),
      (
        "fxkit run model.pt2 --inputs batch.safetensors --outputs result.safetensors",
        "Computes a batch."
      ),
      ("fxkit run model.pt2 --repeat 20 --profile", "Shows where the time goes."),
      ("fxkit run model.pt2 --check", "Tells whether all of a model can be run."),
    ]
  ) { arguments, console in
    let runInputs = try RunInputs(arguments, "run")
    let threads = try number("threads", arguments, most: Limits.threads.value)
    let count = try number("repeat", arguments) ?? 1
    let seed = try seed(arguments)
    let document = try Document.read(arguments.operands[0], arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    if arguments.has("check") { return try check(document, arguments, console) }
    if let threads { Parallel.threadCount = threads }
    let runner = try ProgramRunner(
      document, weights: weights, seed: seed, library: document.library(arguments))
    let inputs = try runInputs.values(for: runner, document, console)
    try checkSupport(of: runner.interpreter)
    let profiler = Profiler()
    if arguments.has("profile") || arguments.has("profile-json") {
      profiler.attach(to: runner.interpreter)
    }
    let trace = ValueTrace()
    if arguments.has("trace-values") { trace.attach(to: runner.interpreter) }
    var times: [Int] = []
    var outputs: [IValue] = []
    for turn in 1...count {
      console.progress(count > 1 ? "running, \(turn) of \(count)" : "running")
      let start = now()
      outputs = try runner.run(inputs)
      times.append(now() - start)
    }
    console.progress("")
    if let path = arguments.value("outputs") { try write(outputs, to: path) }
    if let path = arguments.value("trace-values") { try write(trace.tensors, to: path) }
    if let path = arguments.value("profile-json") {
      let output = try AtomicOutput(path: path)
      var sink = ByteSink { try output.write($0) }
      profiler.writeChromeTrace(to: &sink)
      try sink.finish()
      try output.commit()
    }
    var report = RunReport(names: runner.outputNames, values: outputs)
    if arguments.has("profile") { report.profiler = profiler }
    if count > 1 { report.times = times }
    if arguments.has("json") {
      try console.write(report.json.line)
    } else {
      try console.write(report.text)
      if let line = report.timing { console.writeError(line) }
    }
    return 0
  }

  /// Makes sure that all can be run, or tells how operators of other libraries are declared.
  private static func checkSupport(of interpreter: Interpreter) throws {
    do {
      try interpreter.checkSupport()
    } catch let error as FXError where error.code == .unknownOperator {
      let message = error.message + "; --operators FILE declares those of other libraries"
      throw FXError(error.code, message, at: error.place)
    }
  }

  /// Lists what can't be run, each target once.
  private static func check(
    _ document: Document, _ arguments: Arguments, _ console: Console
  ) throws -> Int32 {
    let environment = ExecutionEnvironment(library: try document.library(arguments))
    let errors = Interpreter(document.module, environment: environment).unsupported()
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

  private static func write(_ values: [IValue], to path: String) throws {
    let tensors = try values.enumerated().compactMap { index, value in
      try value.storedTensor.map { (name: "\(index)", tensor: $0) }
    }
    try write(tensors, to: path)
  }

  private static func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws {
    guard let form = TensorFile.Form(path: path) else {
      throw FXError(
        .unsuitableForm, "the ending of '\(path)' names no form; use .safetensors, .npz or .npy")
    }
    let output = try AtomicOutput(path: path)
    try TensorFile.write(tensors, as: form, to: output)
    try output.commit()
  }

  private static func seed(_ arguments: Arguments) throws -> UInt64? {
    try number("seed", arguments, least: 0).map { UInt64($0) }
  }

  private static func number(
    _ option: String, _ arguments: Arguments, least: Int = 1, most: Int? = nil
  ) throws -> Int? {
    try RunInputs.number(option, arguments, "run", least: least, most: most)
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension IValue {
  /// The value as a tensor that a file can hold; nil for values that are neither tensor nor number.
  fileprivate var storedTensor: Tensor? {
    get throws {
      switch self {
      case .tensor(let tensor): try tensor.contiguous()
      case .int(let value): try .scalar(.int(value))
      case .float(let value): try .scalar(.float(value), .float64)
      case .bool(let value): try .scalar(.bool(value))
      default: nil
      }
    }
  }
}
