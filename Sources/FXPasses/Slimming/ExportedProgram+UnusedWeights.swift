import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators

extension ExportedProgram {
  /// Removes the inputs of parameters, buffers and constants that no node uses; returns how many.
  ///
  /// A buffer that the program writes stays, as does what the call of a module is recorded to have
  /// taken, and everything where the signature and the graph's placeholders don't belong together.
  mutating func dropUnusedWeightInputs() -> Int {
    let placeholders = graph.placeholders
    guard placeholders.count == signature.inputs.count,
      signature.inputs.allSatisfy({ $0.literalName == nil })
    else { return 0 }
    let written = Set(signature.outputs.compactMap(\.target))
    let recorded = namesInModuleCalls
    var kept: [InputSpec] = []
    // The new number of each input that stays.
    var numbers: [Int: Int] = [:]
    for (index, spec) in signature.inputs.enumerated() {
      if spec.isTensorWeight, let target = spec.target, !written.contains(target),
        placeholders[index].userCount == 0, !recorded.contains(placeholders[index].name),
        (try? placeholders[index].erase()) != nil
      {
        continue
      }
      numbers[index] = kept.count
      kept.append(spec)
    }
    let count = signature.inputs.count - kept.count
    if count == 0 { return 0 }
    signature.inputs = kept
    for index in signature.outputs.indices {
      signature.outputs[index].renumberInput { numbers[$0] ?? $0 }
    }
    return count
  }

  /// Returns the names of the values that recorded calls of modules take and give.
  private var namesInModuleCalls: Set<String> {
    var names: Set<String> = []
    for call in moduleCallGraph.compactMap(\.signature) {
      for case .value(let name, _) in call.inputs + call.outputs { names.insert(name) }
    }
    return names
  }

  /// Returns the names of the weights to whose memory the program may write, or hand it out.
  func possiblyWrittenWeights() -> Set<String> {
    var written = Set(signature.outputs.compactMap(\.target))
    let nodes = WrittenNodes(
      graph, OperatorLibrary(context: module.context), countingOutputs: true)
    for (spec, placeholder) in zip(signature.inputs, graph.placeholders) {
      guard let target = spec.target, !written.contains(target) else { continue }
      if nodes.contains(placeholder) { written.insert(target) }
    }
    return written
  }
}

extension InputSpec {
  fileprivate var isTensorWeight: Bool {
    switch kind {
    case .parameter, .buffer, .tensorConstant: true
    case .userInput, .constantInput, .customObject, .token: false
    }
  }
}

extension OutputSpec {
  /// Changes the number of the user input that the output is for.
  package mutating func renumberInput(_ number: (Int) -> Int) {
    switch kind {
    case .gradientToUserInput(let name, .input(let index)):
      kind = .gradientToUserInput(name, input: .input(number(index)))
    case .userInputMutation(let name, .input(let index)):
      kind = .userInputMutation(name, input: .input(number(index)))
    default: break
    }
  }
}
