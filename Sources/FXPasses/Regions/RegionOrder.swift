import FXCore
import FXGraph

/// Puts nodes in places from which a graph can be split.
enum RegionOrder {
  /// Moves each `getitem` that a switch cuts off its operator to directly behind the operator.
  ///
  /// Otherwise a region would return a result of several values as one, which a file can't hold.
  static func gatherItems(of graph: Graph) {
    let atoms = RegionAtoms(graph.context)
    // By node id: how many switches come before.
    var segment = [Int32](repeating: 0, count: graph.idLimit)
    var current: Int32 = 0
    var cut: [Node] = []
    for node in graph.nodes {
      if atoms.isSwitch(node) { current += 1 }
      segment[Int(node.id.rawValue)] = current
      guard node.calls(atoms.getitem), node.inputs.count == 1, let producer = node.arg(0)?.node,
        producer.kind != .placeholder, segment[Int(producer.id.rawValue)] != current
      else { continue }
      segment[Int(node.id.rawValue)] = segment[Int(producer.id.rawValue)]
      cut.append(node)
    }
    // Each goes behind those moved before, so that they keep their order.
    var last: [NodeID: Node] = [:]
    for node in cut {
      guard let producer = node.arg(0)?.node else { continue }
      var place = last[producer.id] ?? producer
      while let next = place.next, next.calls(atoms.getitem), next.arg(0)?.node == producer,
        next != node
      {
        place = next
      }
      graph.move(node, after: place)
      last[producer.id] = node
    }
  }
}
