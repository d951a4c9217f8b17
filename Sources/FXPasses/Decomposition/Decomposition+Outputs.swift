import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTensor

/// The outputs of a graph, and those of what it writes to.
extension Decomposition {
  /// Puts current values in the output, and those of inputs that were written to before them.
  func finish(
    _ output: Node, _ graph: Graph, _ emitter: GraphEmitter, isTopLevel: Bool
  ) throws -> Int {
    for input in output.inputs {
      let current = try emitter.aliases.current(input, emitter)
      if current != input { output.replaceInput(input, with: current) }
    }
    let placeholders = graph.placeholders
    let written = placeholders.enumerated().filter {
      emitter.aliases.written.contains($0.element.id)
    }
    if written.isEmpty { return 0 }
    guard isTopLevel, var signature = context.signature else {
      let name = written.first.map(\.element.name) ?? ""
      throw FXError(
        .operatorUnsupported, "a graph without a signature of its own writes to its input '\(name)'"
      )
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
      arguments.append(.node(try emitter.aliases.current(node, emitter)))
    }
    let before = output.args.first?.elements ?? output.args
    // Inputs that the program gives back as outputs already follow the new ones.
    output.args = [.tuple(arguments + before)]
    signature.outputs.insert(contentsOf: specs, at: 0)
    context.signature = signature
    return written.count
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
    let state = written.contains(where: isState) ? try context.readState() : [:]
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
