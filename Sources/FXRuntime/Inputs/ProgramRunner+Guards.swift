import FXCore
import FXExport
import FXOperators
import FXTensor

extension ProgramRunner {
  /// Checks the user's inputs against the shapes, ranges and guards of the program.
  ///
  /// What PyTorch lets pass passes: sizes below a range that starts at 2 or less.
  /// - Throws: the first of `input.dtype`, `input.rank`, `input.size`, `input.range`, `input.guard`, ….
  func checkInputs(_ values: [IValue]) throws {
    var entries: [(name: String, shape: InputShape)] = []
    for (input, value) in zip(inputs, values) {
      let shape: InputShape
      switch value {
      case .tensor(let tensor):
        shape = .tensor(tensor.sizes)
        // Operators would refuse another dtype as well, but not tell whose it is.
        if case .tensor(let meta)? = input.value, meta.dtype != tensor.dtype {
          throw FXError(
            .inputDType,
            "input '\(input.name)' is \(tensor.dtype.name); the program needs \(meta.dtype.name)")
        }
      case .int(let number): shape = .int(number)
      case .float(let number): shape = .float(number)
      case .bool(let truth): shape = .bool(truth)
      case .string(let text): shape = .string(text)
      case .none: shape = .none
      default: continue
      }
      entries.append((input.name, shape))
    }
    let findings = program.findings(
      forInputs: InputShapes(entries), strictly: false, of: programInputs)
    if let first = findings.first(where: { $0.isError }) {
      throw FXError(first.code, first.message, at: first.place)
    }
  }
}
