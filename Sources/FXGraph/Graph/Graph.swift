import FXCore

/// A graph of nodes in order, with torch.fx's meaning (`torch.fx.Graph`).
///
/// Nodes live in an arena; numbers link them. Editing keeps users, inputs and names up to date. A
/// graph belongs to one thread at a time.
public final class Graph {
  /// What the graph shares with those of its module tree.
  public let context: GraphContext
  @usableFromInline package let storage: UnsafeMutablePointer<GraphStorage>
  // Nothing else looks at the names while they are changed.
  @exclusivity(unchecked) var namespace = Namespace()
  /// The module whose code this graph is.
  public internal(set) weak var owner: GraphModule?
  /// Fields of the serialized graph that this version does not know.
  public var unknownFields: [RawField] = []
  /// Fields of serialized nodes that this version does not know, by node: those of the node itself
  /// and, by JSON pointers, those of its arguments (below `/inputs`) and results (`/outputs`).
  public var unknownNodeFields: [NodeID: [RawField]] = [:]
  /// Values that the serialized graph lists for names no node has.
  public var unclaimedValues: [(name: String, value: ValueID)] = []

  /// Creates an empty graph.
  public init(context: GraphContext = GraphContext()) {
    self.context = context
    storage = .allocate(capacity: 1)
    storage.initialize(to: GraphStorage())
  }

  deinit {
    storage.pointee.deallocate()
    storage.deallocate()
  }

  /// Returns the number of nodes.
  public var count: Int { storage.pointee.liveCount }

  /// Returns a number above every node id, for side tables indexed by id.
  public var idLimit: Int { storage.pointee.nodes.count }

  /// Whether calls may be there that were made by hand: their positional arguments have no names, or
  /// there are none.
  package var mayHoldUnnamedCalls: Bool { storage.pointee.mayHoldUnnamedCalls }

  /// Returns the nodes in order. Erasing or inserting nodes while iterating is allowed.
  @inlinable public var nodes: NodeList { NodeList(graph: self, isReversed: false) }

  /// The first node; nil in an empty graph.
  public var first: Node? { node(at: storage.pointee.first) }
  /// The last node; nil in an empty graph.
  public var last: Node? { node(at: storage.pointee.last) }

  /// Returns the output node, which is the last node of a complete graph.
  public var outputNode: Node? {
    guard let last, last.kind == .output else { return nodes.first { $0.kind == .output } }
    return last
  }

  /// Returns the placeholders in order.
  public var placeholders: [Node] { nodes.filter { $0.kind == .placeholder } }

  /// Returns the node of an id of this graph.
  @inlinable public subscript(id: NodeID) -> Node { Node(graph: self, id: id.rawValue) }

  /// Returns the node of a name.
  public func node(named name: String) -> Node? {
    context.strings.find(name).flatMap { node(named: $0) }
  }

  /// Returns the node of a name.
  public func node(named name: Atom) -> Node? {
    node(at: nodeID(named: name))
  }

  /// Returns the nodes of a kind, with a target where one is given (torch.fx's `find_nodes`).
  public func findNodes(_ kind: NodeKind, target: String? = nil) -> [Node] {
    guard let target else { return nodes.filter { $0.kind == kind } }
    guard let atom = context.strings.find(target) else { return [] }
    return nodes.filter { $0.kind == kind && $0.targetAtom == atom }
  }

  /// Returns the ids of the users of a node, in the order in which they came to use it.
  public func users(of id: NodeID) -> [NodeID] {
    var result: [NodeID] = []
    var edge = storage.pointee.links[id.rawValue].firstUse
    while edge >= 0 {
      let record = storage.pointee.edges[edge]
      result.append(NodeID(rawValue: record.user))
      edge = record.nextUse
    }
    return result
  }

  /// Returns the position of every node in order, by id; -1 for erased nodes.
  public func positions() -> [Int32] {
    var result = [Int32](repeating: -1, count: idLimit)
    var position: Int32 = 0
    var id = storage.pointee.first
    while id >= 0 {
      result[Int(id)] = position
      position += 1
      id = storage.pointee.links[id].next
    }
    return result
  }

  func node(at id: Int32) -> Node? { id < 0 ? nil : Node(graph: self, id: id) }
}

/// The nodes of a graph, in order.
public struct NodeList: Sequence {
  @usableFromInline let graph: Graph
  @usableFromInline let isReversed: Bool

  @usableFromInline init(graph: Graph, isReversed: Bool) {
    self.graph = graph
    self.isReversed = isReversed
  }

  /// Returns the nodes in the opposite order.
  public func reversed() -> NodeList { NodeList(graph: graph, isReversed: !isReversed) }

  public var underestimatedCount: Int { graph.count }

  @inlinable public func makeIterator() -> Iterator {
    Iterator(graph: graph, isReversed: isReversed)
  }

  /// Walks the list. It looks up the next node only when asked, from the node it gave last: nodes
  /// inserted after that one are seen, and erased nodes keep their links for it to go on from.
  public struct Iterator: IteratorProtocol {
    @usableFromInline let graph: Graph
    @usableFromInline let isReversed: Bool
    @usableFromInline var current: Int32 = -1
    @usableFromInline var hasStarted = false

    @inlinable init(graph: Graph, isReversed: Bool) {
      self.graph = graph
      self.isReversed = isReversed
    }

    @inlinable public mutating func next() -> Node? {
      let storage = graph.storage
      if hasStarted {
        if current < 0 { return nil }
        current = link(storage.pointee.links[current].next, storage.pointee.links[current].previous)
      } else {
        hasStarted = true
        current = link(storage.pointee.first, storage.pointee.last)
      }
      while current >= 0, storage.pointee.links[current].isErased {
        current = link(storage.pointee.links[current].next, storage.pointee.links[current].previous)
      }
      return current < 0 ? nil : Node(graph: graph, id: current)
    }

    @inlinable @inline(__always) func link(_ forward: Int32, _ backward: Int32) -> Int32 {
      isReversed ? backward : forward
    }
  }
}
