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
      "there are no sample inputs; give \(wanted.map { "'\($0.name)'" }.joined(separator: ", ")) "
        + "with --inputs, or have --random-inputs make some")
  }

  /// Returns the archive's sample inputs, or random ones of seed 0 where they can't be rebuilt, as
  /// those of a program that was exported with fake tensors or on the meta device.
  ///
  /// - Parameter allowsMissing: whether inputs are random also where the archive has no samples.
  /// - Throws: `run.inputs` for inputs that can't be made, or what reading an archive throws.
  public func defaultInputs(
    of document: Document, allowsMissing: Bool = false
  ) throws -> DefaultInputs {
    do {
      return DefaultInputs(values: try sampleInputs(of: document), note: nil)
    } catch let error as FXError {
      let isMissing = error.code == .runInputs
      guard isMissing ? allowsMissing : error.code == .pickleGlobal else { throw error }
      let reason = isMissing ? "there are no sample inputs" : "the sample inputs can't be rebuilt"
      let cause = isMissing ? "" : " (\(error.message))"
      return DefaultInputs(
        values: try randomInputs(seed: 0),
        note: "\(reason)\(cause); the program runs on random inputs of seed 0")
    }
  }

  /// Puts named tensors in the order of the program's inputs.
  ///
  /// Names are those of the user's inputs, their paths or their flattened positions.
  /// - Throws: `run.inputs` where one is missing, or is none of the program's.
  public func inputs(from tensors: [(name: String, tensor: Tensor)]) throws -> [IValue] {
    let wanted = ProgramInputs(of: program)
    var values: [IValue?] = wanted.inputs.map { $0.constant.map { IValue($0) } }
    var given: Set<Int> = []
    for (name, tensor) in tensors {
      guard let position = wanted.position(named: name) ?? Self.arrayPosition(name, wanted) else {
        let known = wanted.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
        throw FXError(.runInputs, "the program has no input '\(name)'; it has \(known)")
      }
      let input = wanted.inputs[position]
      guard given.insert(position).inserted else {
        throw FXError(.runInputs, "the input '\(input.name)' is given twice")
      }
      switch input.value {
      case nil where input.constant != nil:
        // A constant is checked as what it is; only one number can be equal to it.
        values[position] = tensor.elementCount == 1 ? IValue(try tensor.item()) : .tensor(tensor)
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

  /// Returns the position of an array that `numpy.savez` named by its place: `arr_0`.
  private static func arrayPosition(_ name: String, _ wanted: ProgramInputs) -> Int? {
    guard name.hasPrefix("arr_"), let position = Int(name.dropFirst(4)),
      wanted.inputs.indices.contains(position)
    else { return nil }
    return position
  }
}

/// Inputs of a run for which the caller names none.
public struct DefaultInputs {
  /// The values in flattened order.
  public let values: [IValue]
  /// Why they are not the inputs that the program was exported with; nil where they are.
  public let note: String?
}
