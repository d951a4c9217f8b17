import FXExport
import FXOperators
import FXTensor

/// A tensor that a run wrote to: a buffer that keeps the value, or an input of the user's.
public struct Mutation {
  /// What a run writes to.
  public enum Place: Hashable, Sendable {
    /// A buffer, parameter or constant, by the signature's name of it.
    case state(String)
    /// A user's input, by its flattened position.
    case input(Int)
  }

  /// What was written to.
  public let place: Place
  /// What it is: `buffer`, `parameter`, `constant` or `input`.
  public let kindName: String
  /// The qualified name of a buffer, or the name of an input.
  public let name: String
  /// The tensor with its new elements, which later runs may change.
  public let tensor: Tensor
}

/// What runs write.
extension ProgramRunner {
  /// Runs the program as `run` does, and tells also what it wrote: the mutations of its signature, and
  /// what operators wrote in place.
  ///
  /// Buffers come first, in the signature's order. Where several share memory, a write to one is a write to all.
  ///
  /// - Throws: as `run` does.
  public func runNotingMutations(
    _ inputs: [IValue]
  ) throws -> (outputs: [IValue], mutations: [Mutation]) {
    try running.withLock {
      let places = places(inputs)
      let counts = places.map { $0.tensor.storage.writeCount }
      let outputs = try runAlone(inputs)
      let declared = Set(program.signature.outputs.compactMap { place(of: $0) })
      let mutations = zip(places, counts).filter { mutation, count in
        declared.contains(mutation.place) || mutation.tensor.storage.writeCount != count
      }
      return (outputs, mutations.map(\.0))
    }
  }

  /// Lists the tensors that a run may write to.
  private func places(_ inputs: [IValue]) -> [Mutation] {
    var result: [Mutation] = []
    for spec in program.signature.inputs {
      let kindName: String
      switch spec.kind {
      case .parameter: kindName = "parameter"
      case .buffer: kindName = "buffer"
      case .tensorConstant: kindName = "constant"
      case .userInput, .constantInput, .customObject, .token: continue
      }
      guard let name = spec.target, let tensor = state[name] else { continue }
      result.append(
        Mutation(place: .state(name), kindName: kindName, name: name, tensor: tensor))
    }
    for (position, input) in self.inputs.enumerated() {
      guard inputs.indices.contains(position), case .tensor(let tensor) = inputs[position] else {
        continue
      }
      result.append(
        Mutation(place: .input(position), kindName: "input", name: input.name, tensor: tensor))
    }
    return result
  }

  /// Returns what an output of the signature is written to; nil for the user's.
  func place(of spec: OutputSpec) -> Mutation.Place? {
    switch spec.kind {
    case .bufferMutation(_, let target), .parameterMutation(_, let target): .state(target)
    case .userInputMutation(_, let input): inputPosition(input).map { .input($0) }
    case .userOutput, .lossOutput, .gradientToParameter, .gradientToUserInput, .token: nil
    }
  }

  /// Returns the flattened position of a user's input that the signature names.
  private func inputPosition(_ name: UserInputName) -> Int? {
    guard let index = placeholderIndex(of: name), index < program.signature.inputs.count else {
      return nil
    }
    return program.signature.inputs[..<index].count { spec in
      switch spec.kind {
      case .userInput, .constantInput: true
      case .parameter, .buffer, .tensorConstant, .customObject, .token: false
      }
    }
  }
}
