import FXKit
import FXTestSupport
import Testing

/// An archive among the fixtures.
func fixture(_ name: String) throws -> Document {
  try Document(path: Fixtures.path("archives/\(name).pt2"))
}

/// Runs a document on its sample inputs.
func outputs(of document: Document) throws -> [IValue] {
  let runner = try ProgramRunner(document)
  return try runner.run(runner.sampleInputs(of: document))
}

/// The tensor that a value is.
func tensor(_ value: IValue?) throws -> Tensor {
  guard case .tensor(let tensor)? = value else {
    throw FXError(.runInputs, "the value is \(value?.kindName ?? "missing")")
  }
  return tensor
}

/// What a body throws; nil where it throws nothing.
func error(_ body: () throws -> Void) -> FXError? {
  do { try body() } catch { return error as? FXError }
  return nil
}

/// Whether two tensors are the same but for rounding.
func isClose(_ a: Tensor, _ b: Tensor) throws -> Bool {
  try TensorDifference(a, expected: b, .standard(for: a.dtype)).isClose
}

/// Expects that a body throws an error of a code.
func expect(
  _ code: FXError.Code, _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let found = error(body)?.code
  #expect(found == code, sourceLocation: location)
}
