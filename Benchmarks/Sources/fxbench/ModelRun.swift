import FXKit

/// A program of an archive that is run on its own sample inputs.
struct ModelRun {
  private let runner: ProgramRunner
  private let inputs: [IValue]

  init(path: String) throws {
    let document = try Document(path: path)
    runner = try ProgramRunner(document)
    inputs = try runner.sampleInputs(of: document)
  }

  func run(_ measurement: inout Measurement) throws {
    _ = try measurement.time("run") { try runner.run(inputs) }
  }
}
