import FXCore

/// The kind of a node, as torch.fx's `op`.
public enum NodeKind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  case placeholder
  case getAttr
  case callFunction
  case callMethod
  case callModule
  case output

  /// Returns torch.fx's name: `call_function`, `get_attr`.
  public var name: String {
    switch self {
    case .placeholder: "placeholder"
    case .getAttr: "get_attr"
    case .callFunction: "call_function"
    case .callMethod: "call_method"
    case .callModule: "call_module"
    case .output: "output"
    }
  }

  /// Finds the kind by torch.fx's name.
  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// Numbers a node of a graph, in the order of creation. Numbers are never used again.
@frozen public struct NodeID: Hashable, Sendable, BitwiseCopyable {
  /// The number in the order of creation.
  public let rawValue: Int32
  /// Makes an id of its number.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// How a node is connected: 32 bytes, apart from what the node says, so that walks and rewiring
/// read two nodes a cache line. Links are node or edge numbers, -1 for none.
@usableFromInline package struct NodeLinks: BitwiseCopyable {
  @usableFromInline package var next: Int32 = -1
  @usableFromInline package var previous: Int32 = -1
  @usableFromInline package var useCount: Int32 = 0
  @usableFromInline package var firstUse: Int32 = -1
  @usableFromInline package var lastUse: Int32 = -1
  @usableFromInline package var firstInput: Int32 = -1
  /// The last visit that saw this node; equal to the storage's `epoch` while it is visited.
  @usableFromInline package var stamp: Int32 = 0
  @usableFromInline package var isErased = false

  @inlinable init() {}
}

/// What a node says.
@usableFromInline package struct NodeRecord: BitwiseCopyable {
  @usableFromInline package var kind: NodeKind
  @usableFromInline package var args = CellRange()
  @usableFromInline package var kwargs = CellRange()
  @usableFromInline package var name: Atom
  @usableFromInline package var target: Atom
  @usableFromInline package var type = Atom.none
  @usableFromInline package var value = ValueID.unknown
  @usableFromInline package var metadata = MetadataID.empty

  @inlinable package init(
    kind: NodeKind, name: Atom, target: Atom, type: Atom = .none, args: CellRange = CellRange(),
    kwargs: CellRange = CellRange(), value: ValueID = .unknown, metadata: MetadataID = .empty
  ) {
    self.kind = kind
    self.name = name
    self.target = target
    self.type = type
    self.args = args
    self.kwargs = kwargs
    self.value = value
    self.metadata = metadata
  }
}

/// A run of cells.
@usableFromInline package struct CellRange: BitwiseCopyable {
  @usableFromInline package var start: Int32 = 0
  @usableFromInline package var count: Int32 = 0

  @inlinable package init(start: Int32 = 0, count: Int32 = 0) {
    self.start = start
    self.count = count
  }

  @inlinable @inline(__always) package var indices: Range<Int32> { start..<(start + count) }
}

/// The type of an argument cell.
@usableFromInline package enum CellTag: UInt8, BitwiseCopyable {
  case none, bool, int, float, complex, string, dtype, layout, memoryFormat, device, node
  case function, list, tuple, dict, slice, ellipsis, customObject, opaque
}

/// One argument, or one part of one: 16 bytes.
///
/// `payload` is the value itself, an atom, a node's number, or for aggregates the run of the cells
/// of their parts (start in the low half, count in the high half). `key` is a dictionary's or
/// keyword's key, or the name a positional argument has in its operator's schema.
@usableFromInline package struct Cell: BitwiseCopyable {
  @usableFromInline package var tag: CellTag
  @usableFromInline package var wire = ArgumentTag.derived
  @usableFromInline package var key = Atom.none
  @usableFromInline package var payload: Int64 = 0

  @inlinable @inline(__always) package init(
    _ tag: CellTag, _ payload: Int64 = 0, key: Atom = .none, wire: ArgumentTag = .derived
  ) {
    self.tag = tag
    self.payload = payload
    self.key = key
    self.wire = wire
  }

  @inlinable @inline(__always) package init(
    _ tag: CellTag, parts: CellRange, key: Atom = .none, wire: ArgumentTag = .derived
  ) {
    self.init(
      tag, Int64(parts.count) << 32 | Int64(UInt32(bitPattern: parts.start)), key: key, wire: wire)
  }

  @inlinable @inline(__always) package var parts: CellRange {
    CellRange(start: Int32(truncatingIfNeeded: payload), count: Int32(payload >> 32))
  }

  @inlinable @inline(__always) package var isAggregate: Bool {
    switch tag {
    case .list, .tuple, .dict, .slice, .complex, .customObject, .device: true
    default: false
    }
  }

  @inlinable @inline(__always) package var node: Int32 { Int32(truncatingIfNeeded: payload) }
  @inlinable @inline(__always) package var atom: Atom {
    Atom(rawValue: Int32(truncatingIfNeeded: payload))
  }
}

/// "Node `user` uses the result of node `def`", once however often it does.
///
/// An edge is in two lists: the users of `def`, in the order in which they came to use it, and the
/// inputs of `user`, in the order of its arguments.
@usableFromInline package struct Edge: BitwiseCopyable {
  @usableFromInline package var user: Int32
  @usableFromInline package var def: Int32
  @usableFromInline package var previousUse: Int32 = -1
  @usableFromInline package var nextUse: Int32 = -1
  @usableFromInline package var nextInput: Int32 = -1
}

/// All that a graph stores, behind one stable pointer.
@usableFromInline package struct GraphStorage {
  @usableFromInline package var nodes = Arena<NodeRecord>(capacity: 64)
  @usableFromInline package var links = Arena<NodeLinks>(capacity: 64)
  @usableFromInline package var cells = Arena<Cell>(capacity: 256)
  @usableFromInline package var edges = Arena<Edge>(capacity: 128)
  /// By edge: the cell in which `user` mentions `def`, at any depth, so that a replacement needn't
  /// look for it; -1 where several cells do. Cells stay where they are, and edges are made anew with
  /// new arguments. Apart from the edges, since walks don't ask.
  package var mentions = Arena<Int32>(capacity: 128)
  @usableFromInline package var freeEdge: Int32 = -1
  @usableFromInline package var first: Int32 = -1
  @usableFromInline package var last: Int32 = -1
  @usableFromInline package var liveCount = 0
  @usableFromInline package var epoch: Int32 = 0
  /// Whether a call may be there, or have been, whose positional arguments have no names, or that has
  /// none: one that was made by hand, which all need not be looked at to find.
  package var mayHoldUnnamedCalls = false

  package func deallocate() {
    nodes.deallocate()
    links.deallocate()
    cells.deallocate()
    edges.deallocate()
    mentions.deallocate()
  }

  /// Starts a visit and returns its number.
  package mutating func nextEpoch() -> Int32 {
    epoch &+= 1
    return epoch
  }
}
