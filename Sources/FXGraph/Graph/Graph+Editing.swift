import FXCore

/// Makes nodes at one place of a graph. Each new node goes behind the one made before.
public struct NodeBuilder {
  /// The graph that gets the nodes.
  public let graph: Graph
  /// The node before which new nodes go; -1 for the end.
  private let next: Int32

  init(graph: Graph, before next: Int32) {
    self.graph = graph
    self.next = next
  }

  /// Makes a node. The name is made unique by torch.fx's rules from `name` or from the target.
  @discardableResult
  public func makeNode(
    _ kind: NodeKind, target: String, args: [Argument] = [], kwargs: [NamedArgument] = [],
    name: String? = nil, type: String? = nil
  ) -> Node {
    let context = graph.context
    let targetAtom = context.internTarget(target)
    let candidate: Atom
    if let name {
      candidate = context.strings.intern(name)
    } else if kind == .callFunction {
      candidate = context.functionName(of: targetAtom)
    } else {
      let proposed = proposedName(for: target, kind: kind)
      candidate = proposed == target ? targetAtom : context.strings.intern(proposed)
    }
    let unique = graph.namespace.makeName(from: candidate, for: graph.nextID, in: context)
    return graph.insert(
      NodeRecord(
        kind: kind, name: unique, target: targetAtom,
        type: type.map { context.strings.intern($0) } ?? .none, args: graph.store(args),
        kwargs: graph.store(kwargs)), before: next)
  }

  /// Makes a placeholder for a parameter, with a default value where one is given.
  @discardableResult
  public func placeholder(_ target: String, name: String? = nil, default: Argument? = nil) -> Node {
    makeNode(.placeholder, target: target, args: `default`.map { [$0] } ?? [], name: name)
  }

  /// Makes a node that fetches an attribute of the owning module.
  @discardableResult
  public func getAttr(_ target: String, name: String? = nil) -> Node {
    makeNode(.getAttr, target: target, name: name)
  }

  /// Makes a node that calls a function, by its qualified name.
  @discardableResult
  public func callFunction(
    _ target: String, _ args: [Argument] = [], kwargs: [NamedArgument] = [], name: String? = nil
  ) -> Node {
    makeNode(.callFunction, target: target, args: args, kwargs: kwargs, name: name)
  }

  /// Makes a node that calls a method of its first argument.
  @discardableResult
  public func callMethod(
    _ target: String, _ args: [Argument] = [], kwargs: [NamedArgument] = [], name: String? = nil
  ) -> Node {
    makeNode(.callMethod, target: target, args: args, kwargs: kwargs, name: name)
  }

  /// Makes a node that calls a submodule of the owning module.
  @discardableResult
  public func callModule(
    _ target: String, _ args: [Argument] = [], kwargs: [NamedArgument] = [], name: String? = nil
  ) -> Node {
    makeNode(.callModule, target: target, args: args, kwargs: kwargs, name: name)
  }

  /// Makes the output node.
  @discardableResult
  public func output(_ result: Argument, type: String? = nil) -> Node {
    makeNode(.output, target: "output", args: [result], type: type)
  }

  /// Copies a node of this or another graph, with its type, value and metadata, nodes in its
  /// arguments replaced through `map` (torch.fx's `node_copy`). The copy's name is made unique.
  @discardableResult
  public func copy(_ node: Node, map: (Node) -> Node = { $0 }) -> Node {
    let source = node.graph
    let wanted = graph.translate(node.record.name, from: source)
    let name =
      graph.namespace.isUsed(wanted)
      ? graph.namespace.makeName(from: wanted, in: graph.context) : wanted
    return copy(node, exactName: name, map: map)
  }

  /// Copies a node under a name that must be free.
  @discardableResult
  func copy(_ node: Node, exactName name: Atom, map: (Node) -> Node) -> Node {
    let source = node.graph
    var record = node.record
    let toID = { (id: Int32) -> Int32 in
      let target = map(Node(graph: source, id: id))
      precondition(target.graph === graph, "the mapped node belongs to another graph")
      return target.id.rawValue
    }
    let args = graph.copyCells(record.args, from: source, map: toID)
    let kwargs = graph.copyCells(record.kwargs, from: source, map: toID)
    if source.context !== graph.context {
      record.value = graph.adopt(record.value, from: source.context)
      record.metadata = graph.adopt(record.metadata, from: source.context)
    }
    graph.namespace.take(name, for: graph.nextID, in: graph.context)
    let copy = graph.insert(
      NodeRecord(
        kind: record.kind, name: name, target: graph.translate(record.target, from: source),
        type: graph.translate(record.type, from: source), args: args, kwargs: kwargs,
        value: record.value, metadata: record.metadata), before: next)
    if let fields = source.unknownNodeFields[node.id] { graph.unknownNodeFields[copy.id] = fields }
    return copy
  }
}

extension Graph {
  /// Returns a builder that adds nodes at the end.
  public var end: NodeBuilder { NodeBuilder(graph: self, before: -1) }

  /// Returns a builder that adds nodes before a node.
  public func inserting(before node: Node) -> NodeBuilder {
    NodeBuilder(graph: self, before: node.id.rawValue)
  }

  /// Returns a builder that adds nodes after a node, each behind the one made before.
  public func inserting(after node: Node) -> NodeBuilder {
    NodeBuilder(graph: self, before: node.links.next)
  }

  /// Moves a node before another of the same graph (torch.fx's `prepend`).
  public func move(_ node: Node, before other: Node) {
    precondition(node.graph === self && other.graph === self, "nodes of different graphs")
    if node == other { return }
    storage.pointee.unlink(node.id.rawValue)
    storage.pointee.link(node.id.rawValue, before: other.id.rawValue)
  }

  /// Moves a node behind another of the same graph (torch.fx's `append`).
  public func move(_ node: Node, after other: Node) {
    precondition(node.graph === self && other.graph === self, "nodes of different graphs")
    if node == other { return }
    storage.pointee.unlink(node.id.rawValue)
    storage.pointee.link(node.id.rawValue, before: other.links.next)
  }

  /// Removes a node. It must have no users.
  ///
  /// - Throws: `graph.hasUsers` where the result is still used.
  public func erase(_ node: Node) throws {
    precondition(node.graph === self, "the node belongs to another graph")
    if node.userCount > 0 {
      let names = node.users.prefix(3).map(\.name).joined(separator: ", ")
      throw FXError(
        .hasUsers, "can't erase it: used by \(names)\(node.userCount > 3 ? ", …" : "")",
        at: SourcePlace(node: node.name))
    }
    eraseUnused(node.id.rawValue)
  }

  /// Removes a node that is known to have no users.
  func eraseUnused(_ id: Int32) {
    storage.pointee.dropInputs(of: id)
    storage.pointee.unlink(id)
    storage.pointee.links[id].isErased = true
    storage.pointee.liveCount -= 1
    if !unknownNodeFields.isEmpty { unknownNodeFields[NodeID(rawValue: id)] = nil }
  }

  /// Makes every user of a node, or those that `filter` picks, use another node instead.
  ///
  /// - Returns: how many users were changed (torch.fx's `replace_all_uses_with` returns them; they
  ///   are the last users of `new` now).
  @inlinable @discardableResult
  public func replaceAllUses(
    of old: Node, with new: Node, where filter: (Node) -> Bool = { _ in true }
  ) -> Int {
    precondition(old.graph === self && new.graph === self, "nodes of different graphs")
    if old.id == new.id { return 0 }
    let storage = self.storage
    var changed = 0
    var edge = storage.pointee.links[old.id.rawValue].firstUse
    while edge >= 0 {
      let use = edge
      // The edge leaves the list with the replacement, so the next one is looked up before.
      edge = storage.pointee.edges[use].nextUse
      guard filter(Node(graph: self, id: storage.pointee.edges[use].user)) else { continue }
      storage.pointee.replaceUse(use, with: new.id.rawValue)
      changed &+= 1
    }
    return changed
  }

  /// Makes one node use `new` wherever it uses `old` (torch.fx's `replace_input_with`).
  public func replaceInput(of user: Node, _ old: Node, with new: Node) {
    precondition(user.graph === self && new.graph === self, "nodes of different graphs")
    storage.pointee.replaceInput(of: user.id.rawValue, old.id.rawValue, with: new.id.rawValue)
  }

  /// Renames a node; the new name is made unique by torch.fx's rules (`Node._rename`).
  ///
  /// - Returns: the name that the node got.
  @discardableResult
  public func rename(_ node: Node, to candidate: String) -> String {
    let atom = context.strings.intern(candidate)
    if atom == node.nameAtom { return candidate }
    let name = namespace.makeName(from: atom, for: node.id.rawValue, in: context)
    setName(of: node, to: name)
    return context.strings[name]
  }

  /// Gives a node exactly this name.
  ///
  /// - Throws: `graph.duplicateName` where another node has it.
  public func setExactName(of node: Node, to name: String) throws {
    let atom = context.strings.intern(name)
    if atom == node.nameAtom { return }
    if let other = self.node(named: atom) {
      throw FXError(
        .duplicateName, "two nodes are named '\(name)'", at: SourcePlace(node: other.name))
    }
    namespace.take(atom, for: node.id.rawValue, in: context)
    setName(of: node, to: atom)
  }

  /// Sets a name that has been taken for the node.
  func setName(of node: Node, to name: Atom) {
    if !unknownFields.isEmpty { renameValueFields(of: node, to: name) }
    storage.pointee.nodes[node.id.rawValue].name = name
  }

  /// Gives the unknown fields inside a custom object's value the name under which a file has it.
  private func renameValueFields(of node: Node, to name: Atom) {
    func path(_ name: String) -> String {
      Self.objectValuesPath + RawField.pointerPart(name) + "/"
    }
    let (old, new) = (path(node.name), path(context.strings[name]))
    for index in unknownFields.indices where unknownFields[index].key.hasPrefix(old) {
      unknownFields[index].key = new + unknownFields[index].key.dropFirst(old.count)
    }
  }

  /// The JSON pointer from a graph to the values of its custom objects.
  package static var objectValuesPath: String { "/custom_obj_values" }

  /// Replaces what the graph returns, or adds an output node where there is none.
  @discardableResult
  public func setOutput(_ result: Argument) -> Node {
    guard let output = outputNode else { return end.output(result) }
    output.args = [result]
    return output
  }

  /// The id that the node made next gets.
  @inline(__always) var nextID: Int32 { Int32(truncatingIfNeeded: storage.pointee.nodes.count) }

  /// Adds a node whose name has been taken for it.
  @inline(__always) func insert(_ record: NodeRecord, before next: Int32) -> Node {
    Node(graph: self, id: storage.pointee.insert(record, before: next))
  }
}

extension Node {
  /// Makes every user of this node use another node instead; see `Graph.replaceAllUses`.
  @inlinable @discardableResult
  public func replaceAllUses(
    with new: Node, where filter: (Node) -> Bool = { _ in true }
  ) -> Int {
    graph.replaceAllUses(of: self, with: new, where: filter)
  }

  /// Makes this node use `new` wherever it uses `old`.
  public func replaceInput(_ old: Node, with new: Node) {
    graph.replaceInput(of: self, old, with: new)
  }

  /// Removes this node from its graph; see `Graph.erase`.
  ///
  /// - Throws: `graph.hasUsers` where another node uses it.
  public func erase() throws { try graph.erase(self) }
}
