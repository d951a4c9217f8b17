import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime
import FXTensor

/// Computing constants, and storing them with the program.
extension ConstantFolding {
  /// Runs the constant part of the graph.
  func compute(_ roots: [Node]) throws -> [IValue] {
    var needed = Set(roots.map(\.id))
    for node in module.graph.nodes.reversed() where needed.contains(node.id) {
      for input in node.inputs { needed.insert(input.id) }
    }
    let graph = Graph(context: module.context)
    var copies: [NodeID: Node] = [:]
    var inputs: [IValue] = []
    for (node, spec) in zip(module.graph.placeholders, signature.inputs)
    where needed.contains(node.id) {
      guard let target = Self.target(of: spec), let tensor = state[target] else { continue }
      copies[node.id] = graph.end.copy(node)
      inputs.append(.tensor(tensor))
    }
    for node in module.graph.nodes
    where node.kind == .callFunction && needed.contains(node.id) {
      copies[node.id] = graph.end.copy(node) { copies[$0.id] ?? $0 }
    }
    graph.end.output(.tuple(roots.compactMap { copies[$0.id] }.map { .node($0) }))
    let result = try Interpreter(
      GraphModule(graph), environment: ExecutionEnvironment(library: library)
    ).run(inputs)
    return result.elements ?? []
  }

  /// Puts constants of the program in the place of nodes.
  func store(_ values: [(node: Node, tensor: Tensor)]) throws {
    var targets = Set(signature.inputs.compactMap(\.target))
    var number = context.addedConstants.count
    var inputs: [GraphSignature.NewInput] = []
    for (node, tensor) in values {
      while !targets.insert("_folded_tensor_constant\(number)").inserted { number += 1 }
      let target = "_folded_tensor_constant\(number)"
      // Dense tensors keep their order of dimensions.
      let stored = try tensor.clone(format: .preserve)
      context.addedConstants.append((target, stored))
      inputs.append(
        GraphSignature.NewInput(
          spec: InputSpec(.tensorConstant(.positional, target: target)),
          name: "c_folded_\(node.name)", value: .tensor(TensorMeta(of: stored))))
    }
    let placeholders = try signature.addInputs(inputs, to: module.graph)
    for (value, placeholder) in zip(values, placeholders) {
      value.node.replaceAllUses(with: placeholder)
    }
  }
}
