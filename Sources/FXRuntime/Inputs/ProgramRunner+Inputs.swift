import FXCore
import FXExport
import FXOperators
import FXTensor

extension ProgramRunner {
  /// Reads the sample inputs that the program's archive has.
  ///
  /// - Throws: `run.inputs` where there are none, or what reading them throws.
  public func sampleInputs(of document: Document) throws -> [IValue] {
    let wanted = inputs
    if let archive = document.archive,
      let sample = try SampleInputs(of: archive, model: document.modelName)
    {
      return sample.values
    }
    if wanted.isEmpty { return [] }
    throw FXError(
      .runInputs,
      "there are no sample inputs; give \(wanted.map { "'\($0.name)'" }.joined(separator: ", "))")
  }

  /// Returns the archive's sample inputs, or random ones where it has none.
  ///
  /// - Throws: `run.inputs` for inputs that can't be made, or what reading samples throws.
  public func sampleOrRandomInputs(of document: Document) throws -> [IValue] {
    do {
      return try sampleInputs(of: document)
    } catch let error as FXError where error.code == .runInputs {
      return try randomInputs(seed: 0)
    }
  }

  /// Puts named tensors in the order of the program's inputs.
  ///
  /// Names are those of the user's inputs, their paths or their flattened positions.
  /// - Throws: `run.inputs` where one is missing, or is none of the program's.
  public func inputs(from tensors: [(name: String, tensor: Tensor)]) throws -> [IValue] {
    let wanted = ProgramInputs(of: program)
    var values: [IValue?] = wanted.inputs.map { $0.constant.map { IValue($0) } }
    for (name, tensor) in tensors {
      guard let position = wanted.position(named: name) else {
        let known = wanted.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
        throw FXError(.runInputs, "the program has no input '\(name)'; it has \(known)")
      }
      switch wanted.inputs[position].value {
      case .symInt, .int, .symFloat, .float, .symBool, .bool:
        values[position] = IValue(try tensor.item())
      default: values[position] = .tensor(tensor)
      }
    }
    return try zip(wanted.inputs, values).map { input, value in
      guard let value else {
        throw FXError(.runInputs, "the input '\(input.name)' is missing")
      }
      return value
    }
  }
}
