import FXCore
import FXGraph

extension GraphPass {
  /// Erases nodes whose results nothing uses and that have no effects, in every graph.
  ///
  ///     %s = sin(%x); %c = cos(%x); return %s   →   %s = sin(%x); return %s
  ///
  /// A `getitem` that nothing uses goes with its operator only: files name every result of an
  /// operator. A higher-order call is dead where the graphs that it calls have no effects.
  public static let eliminateDeadCode = GraphPass(
    "eliminate-dead-code", "erases operators without users and effects"
  ) { module, context in
    var elimination = DeadCodeElimination(context, module.context)
    try elimination.run(on: module)
    context.count(elimination.nodes, "erased", "node")
    context.count(elimination.modules, "removed", "submodule")
    return elimination.nodes + elimination.modules > 0
  }
}

private struct DeadCodeElimination {
  var nodes = 0
  var modules = 0
  private let pass: PassContext
  private let atoms: RegionAtoms
  private var done: Set<ObjectIdentifier> = []

  init(_ pass: PassContext, _ context: GraphContext) {
    self.pass = pass
    atoms = RegionAtoms(context)
  }

  mutating func run(on module: GraphModule) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    var erased = 0
    for node in module.graph.nodes.reversed() where isDead(node) {
      for item in node.users {
        try item.erase()
        erased += 1
      }
      try node.erase()
      erased += 1
    }
    if erased > 0 { modules += module.deleteAllUnusedSubmodules().count }
    nodes += erased
    for (_, child) in module.childGraphModules { try run(on: child) }
  }

  /// Tells whether a node can go, together with the `getitem`s that are its only users.
  private func isDead(_ node: Node) -> Bool {
    switch node.kind {
    case .placeholder, .output: return false
    case .getAttr: return node.userCount == 0
    default: break
    }
    if node.calls(atoms.getitem), let producer = node.arg(0)?.node, producer.kind != .placeholder {
      return false
    }
    guard node.users.allSatisfy({ $0.calls(atoms.getitem) && $0.userCount == 0 }) else {
      return false
    }
    return !pass.isImpure(node)
  }
}
