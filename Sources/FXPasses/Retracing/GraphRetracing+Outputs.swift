import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTensor

/// The outputs of a graph, and those of what it writes to.
extension GraphRetracing {
  /// Puts current values in the output, and those of inputs that were written to beside them.
  func finish(_ output: Node, _ outputs: WrittenInputs) throws {
    let placeholders = graph.placeholders
    let written = placeholders.enumerated().filter {
      functionalizer.aliases.written.contains($0.element.id)
    }
    if outputs == .results, !written.isEmpty { try noteAliases(output, written) }
    for input in output.inputs {
      let current = try functionalizer.current(input)
      if current != input { output.replaceInput(input, with: current) }
    }
    guard let first = written.first else { return }
    switch outputs {
    case .refused:
      throw FXError(
        .operatorUnsupported,
        "a graph without a signature of its own writes to its input '\(first.element.name)'")
    case .results:
      let values = try written.map { Argument.node(try functionalizer.current($0.element)) }
      output.args = [.tuple((output.args.first?.elements ?? output.args) + values)]
      pass.writtenInputs[ObjectIdentifier(module)] = written.map(\.offset)
    case .signature: try finish(output, placeholders, written)
    }
  }

  /// Notes which results of a graph are inputs that it writes to.
  private func noteAliases(
    _ output: Node, _ written: [(offset: Int, element: Node)]
  ) throws {
    let results = output.args.first?.elements ?? output.args
    var found: [Int: Int] = [:]
    for (index, result) in results.enumerated() {
      guard let node = result.node else { continue }
      let base = functionalizer.aliases.base(of: node)
      guard let input = written.first(where: { $0.element == base }) else { continue }
      guard base == node else {
        throw FXError(
          .operatorUnsupported,
          "a graph gives a view of its input '\(base.name)', which it writes to, as a result")
      }
      found[index] = input.offset
    }
    pass.aliasedResults[ObjectIdentifier(module)] = found
  }

  /// Puts the new values of a program's inputs before its outputs, and in its signature.
  private func finish(
    _ output: Node, _ placeholders: [Node], _ written: [(offset: Int, element: Node)]
  ) throws {
    let context = pass.context
    guard var signature = context.signature else {
      throw FXError(
        .operatorUnsupported,
        "a graph without a signature of its own writes to its input '\(written[0].element.name)'")
    }
    try checkSharing(of: written.map(\.offset), placeholders, signature)
    var arguments: [Argument] = []
    var specs: [OutputSpec] = []
    for (index, node) in written {
      let kind: OutputSpec.Kind
      switch signature.inputs[index].kind {
      case .buffer(_, let target, _): kind = .bufferMutation(.positional, target: target)
      case .tensorConstant(let name, let target):
        // A constant that is written to is a buffer that was not registered; PyTorch refuses it.
        signature.inputs[index].kind = .buffer(name, target: target, isPersistent: false)
        kind = .bufferMutation(.positional, target: target)
      case .parameter(_, let target): kind = .parameterMutation(.positional, target: target)
      default: kind = .userInputMutation(.positional, input: .input(index))
      }
      specs.append(OutputSpec(kind))
      arguments.append(.node(try functionalizer.current(node)))
    }
    let before = output.args.first?.elements ?? output.args
    // Inputs that the program gives back as outputs already follow the new ones.
    output.args = [.tuple(arguments + before)]
    signature.outputs.insert(contentsOf: specs, at: 0)
    context.signature = signature
    pass.outputCount += written.count
  }

  /// Refuses writes to weights of which the program reads the memory by another name as well.
  private func checkSharing(
    of written: [Int], _ placeholders: [Node], _ signature: GraphSignature
  ) throws {
    func isState(_ index: Int) -> Bool {
      switch signature.inputs[index].kind {
      case .parameter, .buffer, .tensorConstant: true
      default: false
      }
    }
    let state = written.contains(where: isState) ? try pass.context.readState() : [:]
    if state.isEmpty { return }
    var read: [String: Tensor] = [:]
    for (index, node) in placeholders.enumerated() where isState(index) && node.userCount > 0 {
      if let target = signature.inputs[index].target { read[target] = state[target] }
    }
    let occupied = OccupiedMemory(read.values)
    for index in written where isState(index) {
      guard let target = signature.inputs[index].target, let tensor = state[target],
        occupied.count(sharingWith: tensor) > (read[target] == nil ? 0 : 1)
      else { continue }
      for (other, node) in placeholders.enumerated() where other != index && isState(other) {
        guard node.userCount > 0, let name = signature.inputs[other].target, name != target,
          let shown = state[name], shown.sharesMemory(with: tensor)
        else { continue }
        throw FXError(
          .passSharedState,
          "the program writes to '\(target)', whose memory it also reads as '\(name)': make one of "
            + "them a view of the other in 'forward'",
          at: SourcePlace(node: placeholders[index].name))
      }
    }
  }
}
