import FXKit

/// Where a command that runs models takes inputs from.
struct RunInputs {
  private let files: [String]
  private let seed: Int?

  /// Reads the options `inputs` and `random-inputs`.
  init(_ arguments: Arguments, _ command: String) throws {
    files = arguments.values["inputs"] ?? []
    seed = try Self.number("random-inputs", arguments, command, least: 0)
    if seed != nil, !files.isEmpty {
      throw UsageError(
        "--inputs and --random-inputs exclude each other", Command.named(command))
    }
  }

  /// Returns the inputs in flattened order: of the files, random, or the archive's own.
  func values(for runner: ProgramRunner, _ document: Document) throws -> [IValue] {
    if let seed { return try runner.randomInputs(seed: UInt64(seed)) }
    if files.isEmpty { return try runner.sampleInputs(of: document) }
    var tensors: [(name: String, tensor: Tensor)] = []
    for path in files {
      // Arrays of NPY files have no names: each takes the next position.
      tensors += try TensorFile.read(path: path, npyName: "\(tensors.count)")
    }
    return try runner.inputs(from: tensors)
  }

  /// Returns the inputs as `values` does, or random ones where the archive has none.
  func valuesOrRandom(for runner: ProgramRunner, _ document: Document) throws -> [IValue] {
    if seed == nil, files.isEmpty { return try runner.sampleOrRandomInputs(of: document) }
    return try values(for: runner, document)
  }

  /// Returns the whole number that an option gives.
  static func number(
    _ option: String, _ arguments: Arguments, _ command: String, least: Int, most: Int? = nil
  ) throws -> Int? {
    guard let text = arguments.value(option) else { return nil }
    guard let value = Int(text), value >= least, value <= most ?? value else {
      let end = most.map { " to \($0)" } ?? ""
      throw UsageError(
        "--\(option) takes a whole number from \(least)\(end), not '\(text)'",
        Command.named(command))
    }
    return value
  }
}
