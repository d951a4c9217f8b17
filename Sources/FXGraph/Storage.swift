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
  public let rawValue: Int32
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// A node as the arena holds it. Links are node or edge numbers, -1 for none.
struct NodeRecord: BitwiseCopyable {
  var kind: NodeKind
  var isErased = false
  var name: Atom
  var target: Atom
  var type = Atom.none
  var args = CellRange()
  var kwargs = CellRange()
  var previous: Int32 = -1
  var next: Int32 = -1
  var firstUse: Int32 = -1
  var lastUse: Int32 = -1
  var useCount: Int32 = 0
  var firstInput: Int32 = -1
  var lastInput: Int32 = -1
  /// The last visit that saw this node; equal to the storage's `epoch` while it is visited.
  var stamp: Int32 = 0
  var value = ValueID.unknown
  var metadata = MetadataID.empty
}

/// A run of cells.
struct CellRange: BitwiseCopyable {
  var start: Int32 = 0
  var count: Int32 = 0

  @inline(__always) var indices: Range<Int32> { start..<(start + count) }
}

/// The type of an argument cell.
enum CellTag: UInt8, BitwiseCopyable {
  case none, bool, int, float, complex, string, dtype, layout, memoryFormat, device, node
  case function, list, tuple, dict, slice, ellipsis, customObject, opaque
}

/// One argument, or one part of one: 16 bytes.
///
/// `payload` is the value itself, an atom, a node's number, or for aggregates the run of the cells
/// of their parts (start in the low half, count in the high half). `key` is a dictionary's or
/// keyword's key, or the name a positional argument has in its operator's schema.
struct Cell: BitwiseCopyable {
  var tag: CellTag
  var wire = ArgumentTag.derived
  var key = Atom.none
  var payload: Int64 = 0

  @inline(__always) init(
    _ tag: CellTag, _ payload: Int64 = 0, key: Atom = .none, wire: ArgumentTag = .derived
  ) {
    self.tag = tag
    self.payload = payload
    self.key = key
    self.wire = wire
  }

  @inline(__always) init(
    _ tag: CellTag, parts: CellRange, key: Atom = .none, wire: ArgumentTag = .derived
  ) {
    self.init(
      tag, Int64(parts.count) << 32 | Int64(UInt32(bitPattern: parts.start)), key: key, wire: wire)
  }

  @inline(__always) var parts: CellRange {
    CellRange(start: Int32(truncatingIfNeeded: payload), count: Int32(payload >> 32))
  }

  @inline(__always) var isAggregate: Bool {
    switch tag {
    case .list, .tuple, .dict, .slice, .complex, .customObject, .device: true
    default: false
    }
  }

  @inline(__always) var node: Int32 { Int32(truncatingIfNeeded: payload) }
  @inline(__always) var atom: Atom { Atom(rawValue: Int32(truncatingIfNeeded: payload)) }
}

/// "Node `user` uses the result of node `def`", once however often it does.
///
/// An edge is in two lists: the users of `def`, in the order in which they came to use it, and the
/// inputs of `user`, in the order of its arguments.
struct Edge: BitwiseCopyable {
  var user: Int32
  var def: Int32
  var previousUse: Int32 = -1
  var nextUse: Int32 = -1
  var nextInput: Int32 = -1
}

/// All that a graph stores, behind one stable pointer.
struct GraphStorage {
  var nodes = Arena<NodeRecord>(capacity: 64)
  var cells = Arena<Cell>(capacity: 256)
  var edges = Arena<Edge>(capacity: 128)
  var freeEdge: Int32 = -1
  var first: Int32 = -1
  var last: Int32 = -1
  var liveCount = 0
  var epoch: Int32 = 0

  func deallocate() {
    nodes.deallocate()
    cells.deallocate()
    edges.deallocate()
  }

  /// Starts a visit and returns its number.
  mutating func nextEpoch() -> Int32 {
    epoch &+= 1
    return epoch
  }
}
