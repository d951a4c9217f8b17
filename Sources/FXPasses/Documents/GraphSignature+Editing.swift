import FXCore
import FXExport
import FXGraph
import FXTensor

/// Adding and removing inputs, in the graph and in the signature at once.
extension GraphSignature {
  /// Adds an input to a graph, behind the others of its kind, and returns its placeholder.
  ///
  ///     let bias = signature.addInput(
  ///       InputSpec(.parameter(.positional, target: "fc.bias")), named: "p_fc_bias", to: graph)
  ///
  /// - Parameters:
  ///   - spec: what the input is.
  ///   - name: the placeholder's name, which is made unique.
  ///   - value: what is known of it.
  /// - Throws: `signature.duplicate` where another input has the target.
  public mutating func addInput(
    _ spec: InputSpec, named name: String, value: Value? = nil, to graph: Graph
  ) throws(FXError) -> Node {
    try addInputs([NewInput(spec: spec, name: name, value: value)], to: graph)[0]
  }

  /// An input that is to be added.
  struct NewInput {
    /// What the input is.
    let spec: InputSpec
    /// The placeholder's name, which is made unique.
    let name: String
    /// What is known of it.
    let value: Value?
  }

  /// Adds inputs, in their order behind the others of their kinds, and returns their placeholders.
  ///
  /// - Throws: `signature.duplicate` where another input has the target of one.
  mutating func addInputs(_ new: [NewInput], to graph: Graph) throws(FXError) -> [Node] {
    var targets = Set(inputs.compactMap(\.target))
    for input in new {
      guard let target = input.spec.target, !targets.insert(target).inserted else { continue }
      throw FXError(.signatureDuplicate, "the program has an input for '\(target)' already")
    }
    let placeholders = graph.placeholders
    // How many inputs of before stand in front of those that are added of each kind.
    var counts: [Int: Int] = [:]
    for rank in Set(new.map(\.spec.rank)) {
      counts[rank] = (inputs.lastIndex { $0.rank <= rank } ?? -1) + 1
    }
    var builders: [Int: NodeBuilder] = [:]
    var nodes = [Node?](repeating: nil, count: new.count)
    var added: [Int: [InputSpec]] = [:]
    for (index, input) in new.enumerated().sorted(by: {
      $0.element.spec.rank < $1.element.spec.rank
    }) {
      let position = counts[input.spec.rank] ?? inputs.count
      let builder = builders[position] ?? Self.builder(at: position, placeholders, graph)
      builders[position] = builder
      let node = builder.placeholder(input.name, name: input.name)
      node.target = node.name
      node.value = input.value
      nodes[index] = node
      added[position, default: []].append(input.spec)
    }
    // Of each input of before, how many are added in front of it.
    var offsets: [Int] = []
    var result: [InputSpec] = []
    for (index, spec) in inputs.enumerated() {
      result += added[index] ?? []
      offsets.append(result.count - index)
      result.append(spec)
    }
    result += added[inputs.count] ?? []
    inputs = result
    for index in outputs.indices {
      outputs[index].renumberInput { offsets.indices.contains($0) ? $0 + offsets[$0] : $0 }
    }
    return nodes.compactMap { $0 }
  }

  private static func builder(
    at position: Int, _ placeholders: [Node], _ graph: Graph
  ) -> NodeBuilder {
    if position < placeholders.count { return graph.inserting(before: placeholders[position]) }
    if let last = placeholders.last { return graph.inserting(after: last) }
    return graph.first.map { graph.inserting(before: $0) } ?? graph.end
  }

  /// Removes an input that nothing uses, in the graph as well.
  ///
  /// - Throws: `graph.hasUsers`; `signature.userInput` or `signature.target` where an output is
  ///   written to it.
  public mutating func removeInput(_ placeholder: Node) throws(FXError) {
    guard let position = placeholder.graph.placeholders.firstIndex(of: placeholder),
      inputs.indices.contains(position)
    else {
      throw FXError(
        .signatureUserInput, "it is not an input of the program",
        at: SourcePlace(node: placeholder.name))
    }
    let target = inputs[position].target
    for output in outputs {
      let isWritten = target != nil && output.target == target
      guard isWritten || output.userInput == .input(position) else { continue }
      throw FXError(
        isWritten ? .signatureTarget : .signatureUserInput,
        "an output of the kind \(output.kindName) is written to it",
        at: SourcePlace(node: placeholder.name))
    }
    do {
      try placeholder.erase()
    } catch {
      throw error as? FXError ?? FXError(.hasUsers, "\(error)")
    }
    inputs.remove(at: position)
    for index in outputs.indices {
      outputs[index].renumberInput { $0 > position ? $0 - 1 : $0 }
    }
  }
}

extension InputSpec {
  /// The place of the kind in the order that PyTorch keeps.
  fileprivate var rank: Int {
    switch kind {
    case .token: 0
    case .parameter: 1
    case .buffer: 2
    case .tensorConstant: 3
    case .customObject: 4
    case .userInput, .constantInput: 5
    }
  }
}

extension PassContext {
  /// Adds a tensor constant to the program that passes run on, and returns its placeholder.
  ///
  /// - Throws: `signature.duplicate` where the program has an input for the name, `signature.target`
  ///   where the pass runs on a module without a signature, `tensor.memory`.
  public func addConstant(
    _ tensor: Tensor, named name: String, to graph: Graph
  ) throws -> Node {
    guard var changed = signature else {
      throw FXError(.signatureTarget, "a module without a signature has no constants with data")
    }
    // Dense tensors keep their order of dimensions.
    let stored = try tensor.clone(format: .preserve)
    let node = try changed.addInput(
      InputSpec(.tensorConstant(.positional, target: name)), named: "c_\(name)",
      value: .tensor(TensorMeta(of: stored)), to: graph)
    signature = changed
    addedConstants.append((name, stored))
    return node
  }

  /// Removes an input of the program that nothing uses any more.
  ///
  /// - Throws: as `GraphSignature.removeInput` does.
  public func removeInput(_ placeholder: Node) throws {
    try signature?.removeInput(placeholder)
  }
}

extension Document {
  /// Adds a tensor constant to the program, and returns its placeholder.
  ///
  /// - Throws: `signature.duplicate` where the program has an input for the name, `signature.target`
  ///   for a document without a program, `tensor.memory`.
  public mutating func addConstant(_ tensor: Tensor, named name: String) throws -> Node {
    let context = PassContext()
    context.signature = program?.signature
    let node = try context.addConstant(tensor, named: name, to: module.graph)
    if let signature = context.signature { program?.signature = signature }
    addedConstants += context.addedConstants
    return node
  }
}
