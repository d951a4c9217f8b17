import FXCore
import FXExport
import FXOperators
import FXTensor

extension ProgramRunner {
  /// Checks the user's inputs against the shapes, ranges and guards of the program.
  ///
  /// What PyTorch lets pass passes, as what is below a range that starts at 2 or less.
  /// - Throws: the first of `input.rank`, `input.size`, `input.range`, `input.guard`, ….
  func checkInputs(_ values: [IValue]) throws {
    var entries: [(name: String, shape: InputShape)] = []
    for (input, value) in zip(inputs, values) {
      let shape: InputShape
      switch value {
      case .tensor(let tensor): shape = .tensor(tensor.sizes)
      case .int(let number): shape = .int(number)
      case .float(let number): shape = .float(number)
      case .bool(let truth): shape = .bool(truth)
      case .string(let text): shape = .string(text)
      case .none: shape = .none
      default: continue
      }
      entries.append((input.name, shape))
    }
    let findings = program.findings(forInputs: InputShapes(entries), of: programInputs)
    if let first = findings.first(where: { $0.isError }) {
      throw FXError(first.code, first.message, at: first.place)
    }
  }

  /// Returns the error of a run, which tells of an input of another dtype than the program was
  /// exported with.
  ///
  /// PyTorch runs what its operators take, an int32 index for an int64 one; where one does not take
  /// it, it says no more than that two dtypes differ.
  func explained(_ error: FXError, _ values: [IValue]) -> FXError {
    for (input, value) in zip(inputs, values) {
      guard case .tensor(let tensor) = value, case .tensor(let meta)? = input.value,
        meta.dtype != tensor.dtype
      else { continue }
      return FXError(
        .inputDType,
        "input '\(input.name)' is \(tensor.dtype.name), where the program was exported with "
          + "\(meta.dtype.name): \(error.message)", at: error.place)
    }
    return error
  }
}
