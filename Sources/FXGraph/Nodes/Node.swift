import FXCore

/// A node of a graph: a light handle that stays valid until the node is erased.
///
/// Handles are for reading and editing single nodes; worklists and side tables hold `NodeID`s.
public struct Node: Hashable {
  /// The graph that the node is in.
  public let graph: Graph
  /// The number of the node in its graph.
  public let id: NodeID

  @inlinable @inline(__always) init(graph: Graph, id: Int32) {
    self.graph = graph
    self.id = NodeID(rawValue: id)
  }

  @inlinable public static func == (a: Node, b: Node) -> Bool {
    a.id == b.id && a.graph === b.graph
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// The node's record in the arena.
  @inlinable var record: NodeRecord {
    unsafeAddress {
      assert(!isErased, "use of an erased node")
      return graph.storage.pointee.nodes.address(id.rawValue)
    }
    nonmutating unsafeMutableAddress {
      UnsafeMutablePointer(mutating: graph.storage.pointee.nodes.address(id.rawValue))
    }
  }

  /// How the node is connected.
  @inlinable var links: NodeLinks {
    unsafeAddress { graph.storage.pointee.links.address(id.rawValue) }
  }

  /// Tells whether the node has been erased from its graph.
  @inlinable public var isErased: Bool { links.isErased }

  /// The kind of node.
  @inlinable public var kind: NodeKind { record.kind }

  /// Returns the name, unique in the graph.
  public var name: String { graph.context.strings[record.name] }

  /// Returns the name as an atom of the graph's context.
  @inlinable public var nameAtom: Atom { record.name }

  /// Reads or sets what is called or fetched: a function's qualified name, a method's name, a
  /// module's or attribute's path, a placeholder's parameter.
  public var target: String {
    get { graph.context.strings[record.target] }
    nonmutating set {
      graph.storage.pointee.nodes[id.rawValue].target = graph.context.strings.intern(newValue)
    }
  }

  /// Returns the target as an atom of the graph's context.
  @inlinable public var targetAtom: Atom { record.target }

  /// Reads or sets the type annotation, as Python spells it (torch.fx's `type`).
  public var type: String? {
    get { record.type.isNone ? nil : graph.context.strings[record.type] }
    nonmutating set {
      graph.storage.pointee.nodes[id.rawValue].type =
        newValue.map { graph.context.strings.intern($0) } ?? .none
    }
  }

  /// Reads or sets what is known of the result (torch.fx's `meta["val"]`); nil for nothing.
  public var value: Value? {
    get { graph.context.values[record.value] }
    nonmutating set {
      graph.storage.pointee.nodes[id.rawValue].value =
        newValue.map { graph.context.values.intern($0) } ?? .unknown
    }
  }

  /// Reads or sets the value by its id in the context.
  @inlinable public var valueID: ValueID {
    get { record.value }
    nonmutating set { graph.storage.pointee.nodes[id.rawValue].value = newValue }
  }

  /// Reads or sets the metadata by its id in the context.
  @inlinable public var metadataID: MetadataID {
    get { record.metadata }
    nonmutating set { graph.storage.pointee.nodes[id.rawValue].metadata = newValue }
  }

  /// Returns the metadata's entries in order: `stack_trace`, `nn_module_stack`, `torch_fn`, ….
  public var metadata: [(key: String, text: String)] {
    graph.context.metadata.entries(of: record.metadata).map {
      (graph.context.strings[$0.key], graph.context.strings[$0.text])
    }
  }

  /// Returns one entry of the metadata.
  public func metadata(_ key: String) -> String? {
    guard let key = graph.context.strings.find(key) else { return nil }
    let entry = graph.context.metadata.entries(of: record.metadata).first { $0.key == key }
    return entry.map { graph.context.strings[$0.text] }
  }

  /// Replaces the metadata.
  public func setMetadata(_ entries: [(key: String, text: String)]) {
    let strings = graph.context.strings
    metadataID = graph.context.metadata.intern(
      entries.map {
        MetadataEntry(key: strings.intern($0.key), text: strings.intern($0.text))
      })
  }

  /// Returns the node after this one in the graph's order.
  public var next: Node? { graph.node(at: links.next) }

  /// Returns the node before this one in the graph's order.
  public var previous: Node? { graph.node(at: links.previous) }

  /// Returns how many nodes use the result.
  @inlinable public var userCount: Int { Int(links.useCount) }

  /// Returns the nodes that use the result, in the order in which they came to use it.
  public var users: [Node] { graph.users(of: id).map { Node(graph: graph, id: $0.rawValue) } }

  /// Returns the nodes whose results this node uses, each once, in the order of the arguments.
  public var inputs: [Node] {
    var result: [Node] = []
    forEachInput { result.append($0) }
    return result
  }

  /// Calls `body` with each node whose result this node uses, once each.
  @inlinable public func forEachInput(_ body: (Node) -> Void) {
    let storage = graph.storage
    var edge = links.firstInput
    while edge >= 0 {
      let def = storage.pointee.edges[edge].def
      edge = storage.pointee.edges[edge].nextInput
      body(Node(graph: graph, id: def))
    }
  }

  /// Tells whether the node calls the function `target`.
  public func isCall(of target: String) -> Bool {
    kind == .callFunction && graph.context.strings.find(target) == record.target
  }
}

extension Node: CustomStringConvertible {
  public var description: String { name }
}
