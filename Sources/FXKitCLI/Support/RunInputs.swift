import FXKit

/// Where a command that runs models takes inputs from.
struct RunInputs {
  private let files: [String]
  private let seed: Int?

  /// Reads the options `inputs` and `random-inputs`.
  init(_ arguments: Arguments) throws {
    files = arguments.values["inputs"] ?? []
    seed = try Self.number("random-inputs", arguments, least: 0)
    if seed != nil, !files.isEmpty {
      throw arguments.usage("--inputs and --random-inputs can't be used together")
    }
  }

  /// Returns the inputs in flattened order: of the files, random, or the archive's own.
  ///
  /// Where those can't be rebuilt, or `allowsMissing` and there are none, they are random, which a
  /// line on standard error says.
  func values(
    for runner: ProgramRunner, _ document: Document, allowsMissing: Bool = false,
    _ console: Console
  ) throws -> [IValue] {
    if let seed { return try runner.randomInputs(seed: UInt64(seed)) }
    if files.isEmpty {
      return try console.noted(runner.defaultInputs(of: document, allowsMissing: allowsMissing))
    }
    var tensors: [(name: String, tensor: Tensor)] = []
    for path in files {
      // Arrays of NPY files have no names: each takes the next position.
      tensors += try TensorFile.read(path: path, npyName: "\(tensors.count)")
    }
    return try runner.inputs(from: tensors)
  }

  /// Returns the whole number that an option gives.
  static func number(
    _ option: String, _ arguments: Arguments, least: Int, most: Int? = nil
  ) throws -> Int? {
    guard let text = arguments.value(option) else { return nil }
    guard let value = Int(text), value >= least, value <= most ?? value else {
      let end = most.map { " to \($0)" } ?? ""
      throw arguments.usage(
        "--\(option) takes a whole number from \(least)\(end), not '\(text)'")
    }
    return value
  }
}

extension Console {
  /// Returns inputs, after a line on standard error where they are not those of the archive.
  func noted(_ inputs: DefaultInputs) -> [IValue] {
    if let note = inputs.note { writeError("fxkit: note: \(note)") }
    return inputs.values
  }
}
