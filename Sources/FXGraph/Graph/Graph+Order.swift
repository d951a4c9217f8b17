import FXCore

extension Graph {
  /// Reorders the nodes so that each comes after its inputs, and otherwise as they are.
  ///
  /// - Returns: whether any node moved.
  /// - Throws: `graph.cycle` where the nodes form a cycle; the order is then unchanged.
  @discardableResult
  public func sortTopologically() throws -> Bool {
    let before = nodes.map(\.id)
    // State by node: 0 unseen, 1 waiting for its inputs, 2 done.
    var state = [UInt8](repeating: 0, count: idLimit)
    var order: [Int32] = []
    order.reserveCapacity(before.count)
    var stack: [(node: Int32, edge: Int32)] = []
    for start in before where state[Int(start.rawValue)] == 0 {
      state[Int(start.rawValue)] = 1
      stack.append((start.rawValue, storage.pointee.links[start.rawValue].firstInput))
      while let top = stack.last {
        guard top.edge >= 0 else {
          state[Int(top.node)] = 2
          order.append(top.node)
          stack.removeLast()
          continue
        }
        let edge = storage.pointee.edges[top.edge]
        stack[stack.count - 1].edge = edge.nextInput
        switch state[Int(edge.def)] {
        case 0:
          state[Int(edge.def)] = 1
          stack.append((edge.def, storage.pointee.links[edge.def].firstInput))
        case 1:
          throw FXError(
            .cycle, "the node depends on its own result",
            at: SourcePlace(node: self[NodeID(rawValue: edge.def)].name))
        default: break
        }
      }
    }
    guard !zip(order, before).allSatisfy({ $0 == $1.rawValue }) else { return false }
    storage.pointee.first = -1
    storage.pointee.last = -1
    for id in order { storage.pointee.link(id, before: -1) }
    return true
  }
}
