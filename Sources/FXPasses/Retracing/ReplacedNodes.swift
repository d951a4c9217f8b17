import FXGraph

/// Nodes in the place of which others have come, in their order.
struct ReplacedNodes {
  private(set) var nodes: [Node] = []
  private var ids: Set<NodeID> = []

  mutating func append(_ node: Node) {
    nodes.append(node)
    ids.insert(node.id)
  }

  func contains(_ node: Node) -> Bool { ids.contains(node.id) }
}
