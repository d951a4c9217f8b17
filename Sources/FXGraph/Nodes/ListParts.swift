/// The kinds of parts of a list, which say how model JSON spells it.
package struct ListParts: OptionSet, CustomStringConvertible {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let int = ListParts(rawValue: 1)
  package static let float = ListParts(rawValue: 2)
  package static let bool = ListParts(rawValue: 4)
  package static let string = ListParts(rawValue: 8)
  package static let none = ListParts(rawValue: 16)
  /// A node that is referred to as a tensor is.
  package static let tensor = ListParts(rawValue: 32)
  package static let symInt = ListParts(rawValue: 64)
  package static let symFloat = ListParts(rawValue: 128)
  package static let symBool = ListParts(rawValue: 256)
  package static let nodeList = ListParts(rawValue: 512)
  package static let intList = ListParts(rawValue: 1024)
  package static let floatList = ListParts(rawValue: 2048)
  package static let emptyList = ListParts(rawValue: 4096)
  package static let subgraph = ListParts(rawValue: 8192)
  package static let other = ListParts(rawValue: 16384)

  private static let nodes: ListParts = [.tensor, .symInt, .symFloat, .symBool]
  package static let lists: ListParts = [.nodeList, .intList, .floatList, .emptyList]

  /// The tag of a list of these parts, as PyTorch chooses it; `derived` where there is none.
  package var tag: ArgumentTag {
    // An empty list of unknown type is a list of tensors.
    if isEmpty { return .asTensors }
    return Self.tags.first { fit($0) } ?? .derived
  }

  /// In the order of PyTorch's `serialize_input`: symbols are only tensors beside tensors.
  private static let tags: [ArgumentTag] = [
    .asBools, .asInts, .asFloats, .asStrings, .asSymInts, .asSymFloats, .asSymBools, .asTensors,
    .asNestedTensors, .asOptionalTensors, .asIntLists, .asFloatLists,
  ]

  /// Tells whether a list of these parts can have a tag.
  package func fit(_ tag: ArgumentTag) -> Bool {
    let allowed: ListParts
    switch tag {
    case .asInts: allowed = .int
    case .asFloats: allowed = .float
    case .asBools: allowed = .bool
    case .asStrings: allowed = .string
    case .asTensors: allowed = Self.nodes
    case .asOptionalTensors: allowed = Self.nodes.union(.none)
    case .asSymInts: allowed = [.int, .symInt]
    case .asSymFloats: allowed = [.float, .symFloat]
    case .asSymBools: allowed = [.bool, .symBool]
    case .asNestedTensors: allowed = [.nodeList, .emptyList]
    case .asIntLists: allowed = [.intList, .emptyList]
    case .asFloatLists: allowed = [.floatList, .emptyList]
    default: return false
    }
    return isSubset(of: allowed)
  }

  /// The kind of a list as a part of another.
  fileprivate var asPart: ListParts {
    if isEmpty { return .emptyList }
    if isSubset(of: Self.nodes) { return .nodeList }
    if self == .int { return .intList }
    return self == .float ? .floatList : .other
  }

  /// The kinds in words: `integers and tensors`.
  package var description: String {
    let names = Self.names.filter { contains($0.kind) }.map(\.name)
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return "\(names.dropLast().joined(separator: ", ")) and \(last)"
  }

  private static let names: [(kind: ListParts, name: String)] = [
    (.int, "integers"), (.float, "floats"), (.bool, "truth values"), (.string, "strings"),
    (.none, "None"), (.tensor, "tensors"), (.symInt, "symbolic integers"),
    (.symFloat, "symbolic floats"), (.symBool, "symbolic truth values"),
    (.nodeList, "lists of tensors"), (.intList, "lists of integers"),
    (.floatList, "lists of floats"), (.emptyList, "empty lists"), (.subgraph, "subgraphs"),
    (.other, "other values"),
  ]
}

extension Graph {
  /// Returns the kinds of parts of a list.
  ///
  /// - Parameter reference: tells how a node is referred to, by its value.
  package func listParts(
    _ parts: CellRange, reference: (ValueID) -> ListParts
  ) -> ListParts {
    var result: ListParts = []
    for index in parts.indices {
      let cell = storage.pointee.cells[index]
      switch cell.tag {
      case .int: result.insert(.int)
      case .float: result.insert(.float)
      case .bool: result.insert(.bool)
      case .string: result.insert(.string)
      case .none: result.insert(.none)
      case .node:
        let record = storage.pointee.nodes[cell.node]
        result.insert(record.kind == .getAttr ? .subgraph : reference(record.value))
      case .list, .tuple: result.insert(listParts(cell.parts, reference: reference).asPart)
      default: result.insert(.other)
      }
    }
    return result
  }
}
