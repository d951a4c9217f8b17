import FXCore
import FXGraph

/// Tells which nodes have effects, looking into the graphs that higher-order operators call.
final class GraphEffects {
  private let pass: PassContext
  private let atoms: RegionAtoms
  private var known: [ObjectIdentifier: Bool] = [:]
  private var structuralTargets: [Atom: Bool] = [:]

  init(_ pass: PassContext, _ atoms: RegionAtoms) {
    self.pass = pass
    self.atoms = atoms
  }

  /// Higher-order operators that have no effects but those of the graphs that they call.
  private static let structural: Set<String> = [
    "cond", "while_loop", "map_impl", "map", "scan", "associative_scan", "invoke_subgraph",
    "wrap_with_set_grad_enabled", "wrap_with_autocast", "wrap", "hints_wrapper", "switch",
    "checkpoint", "tag_activation_checkpoint", "wrap_activation_checkpoint",
  ]

  func hasEffect(_ node: Node, in module: GraphModule) -> Bool {
    if atoms.isSwitch(node) { return true }
    if node.kind == .callModule, let body = module.graphModule(at: node.target) {
      return hasEffect(body)
    }
    guard node.kind == .callFunction, isStructural(node) else { return pass.isImpure(node) }
    return node.inputs.contains { input in
      guard input.kind == .getAttr, let body = module.graphModule(at: input.target) else {
        return false
      }
      return hasEffect(body)
    }
  }

  private func isStructural(_ node: Node) -> Bool {
    if let answer = structuralTargets[node.targetAtom] { return answer }
    let name = OperatorName(target: node.target)
    let answer = name?.namespace == "higher_order" && Self.structural.contains(name?.name ?? "")
    structuralTargets[node.targetAtom] = answer
    return answer
  }

  private func hasEffect(_ module: GraphModule) -> Bool {
    if let answer = known[ObjectIdentifier(module)] { return answer }
    // A switch in a called graph ends with it, so that it is no effect of the call.
    let answer = module.graph.nodes.contains { node in
      switch node.kind {
      case .placeholder, .getAttr, .output: false
      default: !atoms.isSwitch(node) && hasEffect(node, in: module)
      }
    }
    known[ObjectIdentifier(module)] = answer
    return answer
  }
}
