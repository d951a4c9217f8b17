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
    if let target = spec.target, inputs.contains(where: { $0.target == target }) {
      throw FXError(.signatureDuplicate, "the program has an input for '\(target)' already")
    }
    let position = (inputs.lastIndex { $0.rank <= spec.rank } ?? -1) + 1
    let placeholders = graph.placeholders
    let builder: NodeBuilder
    if position < placeholders.count {
      builder = graph.inserting(before: placeholders[position])
    } else if let last = placeholders.last {
      builder = graph.inserting(after: last)
    } else {
      builder = graph.first.map { graph.inserting(before: $0) } ?? graph.end
    }
    let node = builder.placeholder(name, name: name)
    node.target = node.name
    node.value = value
    inputs.insert(spec, at: position)
    for index in outputs.indices {
      outputs[index].renumberInput { $0 >= position ? $0 + 1 : $0 }
    }
    return node
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
