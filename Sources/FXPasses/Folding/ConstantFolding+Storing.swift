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

  /// Puts a constant of the program in the place of a node.
  ///
  /// - Returns: the placeholder of the constant.
  func store(_ tensor: Tensor, in node: Node) throws -> Node {
    var target: String
    var number = context.addedConstants.count
    repeat {
      target = "_folded_tensor_constant\(number)"
      number += 1
    } while signature.inputs.contains { $0.target == target }
    // Dense tensors keep their order of dimensions.
    let stored = try tensor.clone(format: .preserve)
    let placeholder = try signature.addInput(
      InputSpec(.tensorConstant(.positional, target: target)), named: "c_folded_\(node.name)",
      value: .tensor(TensorMeta(of: stored)), to: module.graph)
    context.addedConstants.append((target, stored))
    state[target] = stored
    node.replaceAllUses(with: placeholder)
    return placeholder
  }
}
