import FXCore

/// Links of the node list and of the use lists. Nothing here checks its arguments.
extension GraphStorage {
  /// Links a node into the list before `next`, or at the end for -1.
  mutating func link(_ node: Int32, before next: Int32) {
    let previous = next < 0 ? last : nodes[next].previous
    nodes[node].previous = previous
    nodes[node].next = next
    if previous < 0 { first = node } else { nodes[previous].next = node }
    if next < 0 { last = node } else { nodes[next].previous = node }
  }

  /// Takes a node out of the list. It keeps its own links, so that an iteration can go on from it.
  mutating func unlink(_ node: Int32) {
    let record = nodes[node]
    if record.previous < 0 { first = record.next } else { nodes[record.previous].next = record.next }
    if record.next < 0 { last = record.previous } else { nodes[record.next].previous = record.previous }
  }

  /// Removes every edge from the inputs of `user`.
  mutating func dropInputs(of user: Int32) {
    var edge = nodes[user].firstInput
    while edge >= 0 {
      let record = edges[edge]
      if record.previousUse < 0 {
        nodes[record.def].firstUse = record.nextUse
      } else {
        edges[record.previousUse].nextUse = record.nextUse
      }
      if record.nextUse < 0 {
        nodes[record.def].lastUse = record.previousUse
      } else {
        edges[record.nextUse].previousUse = record.previousUse
      }
      nodes[record.def].useCount -= 1
      let following = record.nextInput
      edges[edge].nextInput = freeEdge
      edges[edge].user = -1
      freeEdge = edge
      edge = following
    }
    nodes[user].firstInput = -1
    nodes[user].lastInput = -1
  }

  /// Adds the edges of `user` anew from its arguments, each at the end of its input's users.
  ///
  /// torch.fx does the same whenever a node's arguments change (`Node._update_args_kwargs`), so
  /// that the order of users is the same here and there.
  mutating func addInputs(of user: Int32) {
    let visit = nextEpoch()
    addInputs(in: nodes[user].args, of: user, visit: visit)
    addInputs(in: nodes[user].kwargs, of: user, visit: visit)
  }

  private mutating func addInputs(in range: CellRange, of user: Int32, visit: Int32) {
    for index in range.indices {
      let cell = cells[index]
      switch cell.tag {
      case .node: addInput(cell.node, of: user, visit: visit)
      case .list, .tuple, .dict, .slice: addInputs(in: cell.parts, of: user, visit: visit)
      default: break
      }
    }
  }

  private mutating func addInput(_ def: Int32, of user: Int32, visit: Int32) {
    if nodes[def].stamp == visit { return }
    nodes[def].stamp = visit
    let tail = nodes[def].lastUse
    let new = Edge(user: user, def: def, previousUse: tail)
    let edge: Int32
    if freeEdge >= 0 {
      edge = freeEdge
      freeEdge = edges[edge].nextInput
      edges[edge] = new
    } else {
      edge = Int32(edges.count)
      edges.append(new)
    }
    if tail < 0 { nodes[def].firstUse = edge } else { edges[tail].nextUse = edge }
    nodes[def].lastUse = edge
    nodes[def].useCount += 1
    let lastInput = nodes[user].lastInput
    if lastInput < 0 { nodes[user].firstInput = edge } else { edges[lastInput].nextInput = edge }
    nodes[user].lastInput = edge
  }

  /// Makes `user` use node `new` wherever it uses node `old`.
  mutating func replaceInput(of user: Int32, _ old: Int32, with new: Int32) {
    dropInputs(of: user)
    let (args, kwargs) = (nodes[user].args, nodes[user].kwargs)
    let cell = Cell(.node, Int64(new))
    replace(old, with: cell, in: args)
    if kwargs.count > 0 { replace(old, with: cell, in: kwargs) }
    addInputs(of: user)
  }

  /// Replaces every mention of node `old` in a run of cells, at any depth.
  mutating func replace(_ old: Int32, with new: Cell, in range: CellRange) {
    for index in range.indices {
      let cell = cells[index]
      switch cell.tag {
      case .node where cell.node == old:
        var copy = new
        copy.key = cell.key
        cells[index] = copy
      case .list, .tuple, .dict, .slice: replace(old, with: new, in: cell.parts)
      default: break
      }
    }
  }

  /// Tells whether the list of a node's inputs is what its arguments say, each once and in order.
  mutating func edgesAgree(with user: Int32) -> Bool {
    let visit = nextEpoch()
    var edge = nodes[user].firstInput
    return edgesAgree(with: nodes[user].args, &edge, visit)
      && edgesAgree(with: nodes[user].kwargs, &edge, visit) && edge < 0
  }

  private mutating func edgesAgree(
    with range: CellRange, _ edge: inout Int32, _ visit: Int32
  ) -> Bool {
    for index in range.indices {
      let cell = cells[index]
      switch cell.tag {
      case .node:
        if nodes[cell.node].stamp == visit { continue }
        nodes[cell.node].stamp = visit
        guard edge >= 0, edges[edge].def == cell.node else { return false }
        edge = edges[edge].nextInput
      case .list, .tuple, .dict, .slice:
        if !edgesAgree(with: cell.parts, &edge, visit) { return false }
      default: break
      }
    }
    return true
  }
}
