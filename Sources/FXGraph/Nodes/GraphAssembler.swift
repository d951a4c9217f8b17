import FXCore

/// Builds a graph from decoded parts, cell by cell, without making `Argument` values.
///
/// Arguments are pushed to a stack; an aggregate is closed over the cells pushed since its mark.
package struct GraphAssembler {
  package let graph: Graph
  private var stack = Arena<Cell>(capacity: 64)
  /// Nodes named by torch.fx's rules, which make way for a name that the file gives.
  private var renamable: Set<Int32> = []

  package init(graph: Graph) { self.graph = graph }

  /// Frees the stack; the assembler must not be used afterwards.
  package func deallocate() { stack.deallocate() }

  /// Returns the height of the stack, from which an aggregate can be closed.
  package var mark: Int { stack.count }

  package mutating func push(_ cell: Cell) { stack.append(cell) }

  /// Gives the cell pushed last a key.
  package mutating func setKey(_ key: Atom) { stack[stack.count - 1].key = key }

  /// Gives the cell pushed last the tag it was spelled with.
  package mutating func setWire(_ tag: ArgumentTag) { stack[stack.count - 1].wire = tag }

  /// Moves those of the cells above `mark` that are marked behind the others, all in their order.
  package mutating func moveToEnd(above mark: Int, _ isMoved: [Bool]) {
    let cells = Array(stack.buffer[mark...])
    stack.truncate(to: mark)
    for pass in [false, true] {
      for (cell, isLater) in zip(cells, isMoved) where isLater == pass { stack.append(cell) }
    }
  }

  /// Moves the cells above `mark` to the graph and returns their run.
  package mutating func takeCells(above mark: Int) -> CellRange {
    let count = stack.count - mark
    if count == 0 { return CellRange() }
    let cells = UnsafeBufferPointer(rebasing: stack.buffer[mark...])
    let start = graph.storage.pointee.cells.append(copying: cells)
    stack.truncate(to: mark)
    return CellRange(start: Int32(start), count: Int32(count))
  }

  /// Replaces the cells above `mark` by one aggregate of them.
  package mutating func close(_ tag: CellTag, above mark: Int, wire: ArgumentTag = .derived) {
    push(Cell(tag, parts: takeCells(above: mark), wire: wire))
  }

  /// Pushes a device.
  package mutating func push(_ device: Device) {
    let mark = self.mark
    push(Cell(.string, Int64(graph.context.strings.intern(device.type).rawValue)))
    push(device.index.map { Cell(.int, Int64($0)) } ?? Cell(.none))
    close(.device, above: mark)
  }

  /// Pushes a custom object.
  package mutating func pushObject(name: Atom, className: Atom) {
    let mark = self.mark
    push(Cell(.string, Int64(name.rawValue)))
    push(Cell(.string, Int64(className.rawValue)))
    close(.customObject, above: mark)
  }

  /// Adds a node at the end under a name that must be free.
  ///
  /// - Throws: `graph.duplicateName`.
  @discardableResult
  package mutating func append(_ record: NodeRecord) throws(FXError) -> Node {
    try makeFree(record.name)
    graph.namespace.take(record.name, for: graph.nextID, in: graph.context)
    return graph.insert(record, before: -1)
  }

  /// Adds a node at the end under a name made unique from the record's.
  @discardableResult
  package mutating func appendRenaming(_ record: NodeRecord) -> Node {
    var copy = record
    copy.name = graph.namespace.makeName(
      from: record.name, for: graph.nextID, in: graph.context)
    let node = graph.insert(copy, before: -1)
    renamable.insert(node.id.rawValue)
    return node
  }

  private mutating func makeFree(_ name: Atom) throws(FXError) {
    if name == .empty || name.isNone {
      throw FXError(.emptyName, "a node's name is empty")
    }
    let other = graph.nodeID(named: name)
    if other < 0 { return }
    guard renamable.contains(other) else {
      throw FXError(.duplicateName, "two nodes are named '\(graph.context.strings[name])'")
    }
    graph.setName(
      of: Node(graph: graph, id: other),
      to: graph.namespace.makeName(from: name, for: other, in: graph.context))
  }

  /// Returns the name that torch.fx proposes for a call of `target`.
  package func proposedName(for target: Atom) -> Atom { graph.context.functionName(of: target) }
}

extension Node {
  package init(_ graph: Graph, _ id: NodeID) { self.init(graph: graph, id: id.rawValue) }
}

extension Graph {
  /// Returns the id of the node of a name; -1 where there is none.
  @inline(__always) package func nodeID(named name: Atom) -> Int32 {
    guard let id = namespace.owners[name], id >= 0 else { return -1 }
    return storage.pointee.links[id].isErased || storage.pointee.nodes[id].name != name ? -1 : id
  }

  /// Returns one cell as an argument.
  package func argument(of cell: Cell) -> Argument { argument(cell) }
}
