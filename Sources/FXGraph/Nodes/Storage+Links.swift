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
    if !mayHoldUnnamedCalls, nodes[user].kind == .callFunction { noteNames(of: user) }
    let kwargs = nodes[user].kwargs
    if kwargs.count > 0 { addInputs(in: kwargs, of: user, visit: visit, after: &last) }
  }

  /// Notes whether a call lacks the names of its positional arguments, or has none.
  @inline(never) private mutating func noteNames(of user: Int32) {
    let args = nodes[user].args
    mayHoldUnnamedCalls = args.count == 0 || args.indices.contains { cells[$0].key.isNone }
  }

  private mutating func addInputs(
    in range: CellRange, of user: Int32, visit: Int32, after last: inout Int32
  ) {
    for index in range.indices {
      let cell = cells[index]
      switch cell.tag {
      case .node: addInput(cell.node, at: index, of: user, visit: visit, after: &last)
      case .list, .tuple, .dict, .slice:
        addInputs(in: cell.parts, of: user, visit: visit, after: &last)
      default: break
      }
    }
  }

  @inline(__always) private mutating func addInput(
    _ def: Int32, at cell: Int32, of user: Int32, visit: Int32, after last: inout Int32
  ) {
    if links[def].stamp == visit {
      // Another mention; the first in this visit made `user` the last user of `def`.
      mentions[links[def].lastUse] = -1
      return
    }
    links[def].stamp = visit
    let new = Edge(user: user, def: def)
    let edge: Int32
    if freeEdge >= 0 {
      edge = freeEdge
      freeEdge = edges[edge].nextInput
      edges[edge] = new
      mentions[edge] = cell
    } else {
      edge = Int32(truncatingIfNeeded: edges.count)
      edges.append(new)
      mentions.append(cell)
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
    let use = wiring.edges[Int(found)]
    let mention = wiring.mentions[Int(found)]
    if mention >= 0 {
      wiring.setNode(new, at: Int(mention))
    } else {
      wiring.replace(use.def, with: new, in: nodes[use.user].args)
      wiring.replace(use.def, with: new, in: nodes[use.user].kwargs)
    }
    // torch.fx takes the user from all its inputs and adds it again, so that it becomes the last
    // user of each.
    wiring.unlinkUse(found)
    wiring.edges[Int(found)].def = new
    wiring.appendUse(found)
    var edge = use.nextInput
    // The other inputs, in a circle.
    while true {
      if edge < 0 { edge = wiring.links[Int(use.user)].firstInput }
      if edge == found { return }
      let other = wiring.edges[Int(edge)]
      // Two inputs become one, at the first of their places.
      if other.def == new { return renewInputs(of: use.user) }
      if other.nextUse >= 0 { wiring.moveUseToEnd(edge) }
      edge = other.nextInput
    }
  }

  @inline(never) private mutating func renewInputs(of user: Int32) {
    dropInputs(of: user)
    addInputs(of: user)
  }

  /// The tables as they lie in memory, valid until something is added to one.
  @inline(__always) private var wiring: Wiring {
    Wiring(
      links: links.mutableBase, edges: edges.mutableBase, mentions: mentions.mutableBase,
      cells: cells.mutableBase)
  }
}

/// The tables that rewiring goes through, as bare pointers: loops keep them in registers.
private struct Wiring {
  let links: UnsafeMutablePointer<NodeLinks>
  let edges: UnsafeMutablePointer<Edge>
  let mentions: UnsafeMutablePointer<Int32>
  let cells: UnsafeMutablePointer<Cell>

  /// Replaces every mention of node `old` in a run of cells, at any depth.
  @inline(never) func replace(_ old: Int32, with new: Int32, in range: CellRange) {
    for index in range.indices {
      let cell = cells[Int(index)]
      switch cell.tag {
      case .node: if cell.node == old { setNode(new, at: Int(index)) }
      case .list, .tuple, .dict, .slice: replace(old, with: new, in: cell.parts)
      default: break
      }
    }
  }

  /// Makes a cell mention another node.
  @inline(__always) func setNode(_ node: Int32, at cell: Int) {
    cells[cell].payload = Int64(node)
    cells[cell].wire = .derived
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

  /// Moves an edge that isn't the last of its definition's users to their end.
  @inline(__always) func moveUseToEnd(_ edge: Int32) {
    let record = edges[Int(edge)]
    let (def, previous, next) = (Int(record.def), record.previousUse, record.nextUse)
    let tail = links[def].lastUse
    if previous < 0 { links[def].firstUse = next } else { edges[Int(previous)].nextUse = next }
    edges[Int(next)].previousUse = previous
    edges[Int(edge)].previousUse = tail
    edges[Int(edge)].nextUse = -1
    edges[Int(tail)].nextUse = edge
    links[def].lastUse = edge
  }
}
