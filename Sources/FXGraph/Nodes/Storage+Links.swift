import FXCore

/// Links of the node list and of the use lists. Nothing here checks its arguments.
extension GraphStorage {
  /// Adds a node to the arena, to the list before `next` (at the end for -1), and its edges.
  mutating func insert(_ record: NodeRecord, before next: Int32) -> Int32 {
    let node = Int32(truncatingIfNeeded: nodes.count)
    nodes.append(record)
    links.append(NodeLinks())
    link(node, before: next)
    addInputs(of: node)
    liveCount += 1
    return node
  }

  /// Links a node into the list before `next`, or at the end for -1.
  mutating func link(_ node: Int32, before next: Int32) {
    let previous = next < 0 ? last : links[next].previous
    links[node].previous = previous
    links[node].next = next
    if previous < 0 { first = node } else { links[previous].next = node }
    if next < 0 { last = node } else { links[next].previous = node }
  }

  /// Takes a node out of the list. It keeps its own links, so that an iteration can go on from it.
  mutating func unlink(_ node: Int32) {
    let (previous, next) = (links[node].previous, links[node].next)
    if previous < 0 { first = next } else { links[previous].next = next }
    if next < 0 { last = previous } else { links[next].previous = previous }
  }

  /// Removes every edge from the inputs of `user`.
  mutating func dropInputs(of user: Int32) {
    var edge = links[user].firstInput
    while edge >= 0 {
      wiring.unlinkUse(edge)
      let following = edges[edge].nextInput
      edges[edge].nextInput = freeEdge
      edges[edge].user = -1
      freeEdge = edge
      edge = following
    }
    links[user].firstInput = -1
  }

  /// Adds the edges of `user` anew from its arguments, each at the end of its input's users.
  ///
  /// torch.fx does the same whenever a node's arguments change (`Node._update_args_kwargs`), so
  /// that the order of users is the same here and there.
  mutating func addInputs(of user: Int32) {
    let visit = nextEpoch()
    var last: Int32 = -1
    addInputs(in: nodes[user].args, of: user, visit: visit, after: &last)
    let kwargs = nodes[user].kwargs
    if kwargs.count > 0 { addInputs(in: kwargs, of: user, visit: visit, after: &last) }
  }

  private mutating func addInputs(
    in range: CellRange, of user: Int32, visit: Int32, after last: inout Int32
  ) {
    for index in range.indices {
      let cell = cells[index]
      switch cell.tag {
      case .node: addInput(cell.node, of: user, visit: visit, after: &last)
      case .list, .tuple, .dict, .slice:
        addInputs(in: cell.parts, of: user, visit: visit, after: &last)
      default: break
      }
    }
  }

  @inline(__always) private mutating func addInput(
    _ def: Int32, of user: Int32, visit: Int32, after last: inout Int32
  ) {
    if links[def].stamp == visit { return }
    links[def].stamp = visit
    let new = Edge(user: user, def: def)
    let edge: Int32
    if freeEdge >= 0 {
      edge = freeEdge
      freeEdge = edges[edge].nextInput
      edges[edge] = new
    } else {
      edge = Int32(truncatingIfNeeded: edges.count)
      edges.append(new)
    }
    wiring.appendUse(edge)
    if last < 0 { links[user].firstInput = edge } else { edges[last].nextInput = edge }
    last = edge
  }

  /// Makes `user` use `new` wherever it uses `old`, with torch.fx's order of users.
  mutating func replaceInput(of user: Int32, _ old: Int32, with new: Int32) {
    if old == new { return }
    var edge = links[user].firstInput
    while edge >= 0, edges[edge].def != old { edge = edges[edge].nextInput }
    if edge >= 0 { replaceUse(edge, with: new) }
  }

  /// Makes the user of an edge use `new`, another node than it uses by that edge.
  @usableFromInline mutating func replaceUse(_ found: Int32, with new: Int32) {
    let wiring = self.wiring
    let (user, old) = (wiring.edges[Int(found)].user, wiring.edges[Int(found)].def)
    let (args, kwargs) = (nodes[user].args, nodes[user].kwargs)
    var usedNew = wiring.replace(old, with: new, in: args)
    if kwargs.count > 0, wiring.replaceDeep(old, with: new, in: kwargs) { usedNew = true }
    // Two inputs become one, at the first of their places.
    if usedNew { return renewInputs(of: user) }
    wiring.unlinkUse(found)
    wiring.edges[Int(found)].def = new
    wiring.appendUse(found)
    // torch.fx takes the user from all its inputs and adds it again, so that it becomes the last
    // user of each.
    var edge = wiring.links[Int(user)].firstInput
    while edge >= 0 {
      if wiring.edges[Int(edge)].nextUse >= 0, edge != found {
        wiring.unlinkUse(edge)
        wiring.appendUse(edge)
      }
      edge = wiring.edges[Int(edge)].nextInput
    }
  }

  @inline(never) private mutating func renewInputs(of user: Int32) {
    dropInputs(of: user)
    addInputs(of: user)
  }

  /// The tables as they lie in memory, valid until something is added to one.
  @inline(__always) private var wiring: Wiring {
    Wiring(links: links.mutableBase, edges: edges.mutableBase, cells: cells.mutableBase)
  }
}

/// The tables that rewiring goes through, as bare pointers: loops keep them in registers.
private struct Wiring {
  let links: UnsafeMutablePointer<NodeLinks>
  let edges: UnsafeMutablePointer<Edge>
  let cells: UnsafeMutablePointer<Cell>

  /// Replaces every mention of node `old` in a run of cells, at any depth, and tells whether `new`
  /// was among them before.
  @inline(__always) func replace(_ old: Int32, with new: Int32, in range: CellRange) -> Bool {
    var usedNew = false
    var cell = cells + Int(range.start)
    let end = cell + Int(range.count)
    while cell < end {
      switch cell.pointee.tag {
      case .node:
        if cell.pointee.node == old {
          cell.pointee.payload = Int64(new)
          cell.pointee.wire = .derived
        } else if cell.pointee.node == new {
          usedNew = true
        }
      case .list, .tuple, .dict, .slice:
        if replaceDeep(old, with: new, in: cell.pointee.parts) { usedNew = true }
      default: break
      }
      cell += 1
    }
    return usedNew
  }

  /// The same as a call, for the places that are rare.
  @inline(never) func replaceDeep(_ old: Int32, with new: Int32, in range: CellRange) -> Bool {
    replace(old, with: new, in: range)
  }

  /// Takes an edge out of the users of its definition.
  @inline(__always) func unlinkUse(_ edge: Int32) {
    let record = edges[Int(edge)]
    let (def, previous, next) = (Int(record.def), record.previousUse, record.nextUse)
    if previous < 0 { links[def].firstUse = next } else { edges[Int(previous)].nextUse = next }
    if next < 0 { links[def].lastUse = previous } else { edges[Int(next)].previousUse = previous }
    links[def].useCount &-= 1
  }

  /// Adds an edge at the end of the users of its definition.
  @inline(__always) func appendUse(_ edge: Int32) {
    let def = Int(edges[Int(edge)].def)
    let tail = links[def].lastUse
    edges[Int(edge)].previousUse = tail
    edges[Int(edge)].nextUse = -1
    if tail < 0 { links[def].firstUse = edge } else { edges[Int(tail)].nextUse = edge }
    links[def].lastUse = edge
    links[def].useCount &+= 1
  }
}
