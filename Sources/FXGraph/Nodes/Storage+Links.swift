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
    let (previous, next) = (nodes[node].previous, nodes[node].next)
    if previous < 0 { first = next } else { nodes[previous].next = next }
    if next < 0 { last = previous } else { nodes[next].previous = previous }
  }

  /// Removes every edge from the inputs of `user`.
  mutating func dropInputs(of user: Int32) {
    var edge = nodes[user].firstInput
    while edge >= 0 {
      unlinkUse(edge)
      let following = edges[edge].nextInput
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
    let new = Edge(user: user, def: def)
    let edge: Int32
    if freeEdge >= 0 {
      edge = freeEdge
      freeEdge = edges[edge].nextInput
      edges[edge] = new
    } else {
      edge = Int32(edges.count)
      edges.append(new)
    }
    appendUse(edge)
    let lastInput = nodes[user].lastInput
    if lastInput < 0 { nodes[user].firstInput = edge } else { edges[lastInput].nextInput = edge }
    nodes[user].lastInput = edge
  }

  /// Makes `user` use `new` wherever it uses `old`, with torch.fx's order of users.
  mutating func replaceInput(of user: Int32, _ old: Int32, with new: Int32) {
    var found: Int32 = -1
    var usesNew = false
    var edge = nodes[user].firstInput
    while edge >= 0 {
      let def = edges[edge].def
      if def == old { found = edge }
      if def == new { usesNew = true }
      edge = edges[edge].nextInput
    }
    if found < 0 || old == new { return }
    replace(old, with: new, in: nodes[user].args)
    if nodes[user].kwargs.count > 0 { replace(old, with: new, in: nodes[user].kwargs) }
    if usesNew {
      // Two inputs become one, at the first of their places.
      dropInputs(of: user)
      addInputs(of: user)
      return
    }
    unlinkUse(found)
    edges[found].def = new
    appendUse(found)
    // torch.fx takes the user from all its inputs and adds it again, so that it becomes the last
    // user of each.
    edge = nodes[user].firstInput
    while edge >= 0 {
      if edge != found, edges[edge].nextUse >= 0 {
        unlinkUse(edge)
        appendUse(edge)
      }
      edge = edges[edge].nextInput
    }
  }

  /// Takes an edge out of the users of its definition.
  @inline(__always) private mutating func unlinkUse(_ edge: Int32) {
    let (def, previous, next) = (edges[edge].def, edges[edge].previousUse, edges[edge].nextUse)
    if previous < 0 { nodes[def].firstUse = next } else { edges[previous].nextUse = next }
    if next < 0 { nodes[def].lastUse = previous } else { edges[next].previousUse = previous }
    nodes[def].useCount -= 1
  }

  /// Adds an edge at the end of the users of its definition.
  @inline(__always) private mutating func appendUse(_ edge: Int32) {
    let def = edges[edge].def
    let tail = nodes[def].lastUse
    edges[edge].previousUse = tail
    edges[edge].nextUse = -1
    if tail < 0 { nodes[def].firstUse = edge } else { edges[tail].nextUse = edge }
    nodes[def].lastUse = edge
    nodes[def].useCount += 1
  }

  /// Replaces every mention of node `old` in a run of cells, at any depth.
  private mutating func replace(_ old: Int32, with new: Int32, in range: CellRange) {
    for index in range.indices {
      switch cells[index].tag {
      case .node:
        guard cells[index].node == old else { continue }
        cells[index].payload = Int64(new)
        cells[index].wire = .derived
      case .list, .tuple, .dict, .slice: replace(old, with: new, in: cells[index].parts)
      default: break
      }
    }
  }
}
