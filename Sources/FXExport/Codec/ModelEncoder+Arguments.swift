import FXCore
import FXGraph

/// Encodes arguments as `schema.Argument` does (`GraphModuleSerializer.serialize_input`).
extension ModelEncoder {
  /// Writes the argument in a cell.
  mutating func write(_ cell: Cell, in graph: Graph) throws(FXError) {
    switch cell.tag {
    case .none:
      if cell.wire == .asOptionalTensor {
        sink.write("{\"as_optional_tensor\": {\"as_none\": true}}")
      } else {
        sink.write("{\"as_none\": true}")
      }
    case .bool:
      sink.write(cell.payload != 0 ? "{\"as_bool\": true}" : "{\"as_bool\": false}")
    case .int:
      sink.write("{\"as_int\": ")
      sink.write(Int(cell.payload))
      sink.write("}")
    case .float:
      sink.write("{\"as_float\": ")
      writeFloat(cell)
      sink.write("}")
    case .string: writeText("{\"as_string\": ", cell.atom)
    case .function: writeText("{\"as_operator\": ", cell.atom)
    case .dtype: writeNumber("{\"as_scalar_type\": ", cell)
    case .memoryFormat: writeNumber("{\"as_memory_format\": ", cell)
    case .layout: writeNumber("{\"as_layout\": ", cell)
    case .device: writeDevice(cell, in: graph)
    case .complex:
      let start = cell.parts.start
      sink.write("{\"as_complex\": {\"real\": ")
      writeFloat(graph.storage.pointee.cells[start])
      sink.write(", \"imag\": ")
      writeFloat(graph.storage.pointee.cells[start + 1])
      sink.write("}}")
    case .node: try writeReference(cell, in: graph)
    case .list, .tuple: try writeList(cell, in: graph)
    case .dict:
      sink.write("{\"as_string_to_argument\": {")
      for (index, part) in cell.parts.indices.enumerated() {
        let entry = graph.storage.pointee.cells[part]
        if index > 0 { sink.write(", ") }
        write(entry.key)
        sink.write(": ")
        try write(entry, in: graph)
      }
      sink.write("}}")
    case .customObject:
      let start = cell.parts.start
      sink.write("{\"as_custom_obj\": ")
      writeObject(
        name: graph.storage.pointee.cells[start].atom,
        className: graph.storage.pointee.cells[start + 1].atom)
      sink.write("}")
    case .slice: throw refusal("a slice can't be an argument in model JSON")
    case .ellipsis: throw refusal("an ellipsis can't be an argument in model JSON")
    case .opaque:
      throw refusal("the Python object \(context.strings[cell.atom]) can't be written")
    }
  }

  func refusal(_ message: String) -> FXError { FXError(.notSerializable, message) }

  private mutating func writeText(_ prefix: StaticString, _ atom: Atom) {
    sink.write(prefix)
    write(atom)
    sink.write("}")
  }

  private mutating func writeNumber(_ prefix: StaticString, _ cell: Cell) {
    sink.write(prefix)
    sink.write(Int(cell.payload))
    sink.write("}")
  }

  private mutating func writeFloat(_ cell: Cell) {
    sink.writeJSON(Double(bitPattern: UInt64(bitPattern: cell.payload)))
  }

  private mutating func writeDevice(_ cell: Cell, in graph: Graph) {
    guard case .device(let device) = graph.argument(of: cell) else { return }
    sink.write("{\"as_device\": ")
    Self.write(device, absent: absentFields, to: &sink)
    sink.write("}")
  }

  mutating func writeObject(name: Atom, className: Atom) {
    sink.write("{\"name\": ")
    write(name)
    sink.write(", \"class_fqn\": ")
    write(className)
    sink.write("}")
  }

  // MARK: References

  /// Writes a reference to a node as an argument by itself.
  private mutating func writeReference(_ cell: Cell, in graph: Graph) throws(FXError) {
    let id = duplicateGetitems[cell.node] ?? cell.node
    let record = graph.storage.pointee.nodes[id]
    if record.kind == .getAttr { return try writeGraph(of: record, in: graph) }
    if cell.wire == .asOptionalTensor {
      sink.write("{\"as_optional_tensor\": {\"as_tensor\": {\"name\": ")
      write(record.name)
      sink.write("}}}")
      return
    }
    switch referenceKind(record.value) {
    case .symInt: writeNamed("{\"as_sym_int\": {\"as_name\": ", record.name)
    case .symFloat: writeNamed("{\"as_sym_float\": {\"as_name\": ", record.name)
    case .symBool: writeNamed("{\"as_sym_bool\": {\"as_name\": ", record.name)
    case .customObject:
      guard case .customObject(_, let className)? = context.values[record.value] else { return }
      sink.write("{\"as_custom_obj\": ")
      writeObject(name: record.name, className: context.strings.intern(className))
      sink.write("}")
    case .tensor, .none, .aggregate: writeNamed("{\"as_tensor\": {\"name\": ", record.name)
    }
  }

  private mutating func writeNamed(_ prefix: StaticString, _ name: Atom) {
    sink.write(prefix)
    write(name)
    sink.write("}}")
  }

  private mutating func writeGraph(of record: NodeRecord, in graph: Graph) throws(FXError) {
    let target = context.strings[record.target]
    guard let module = graph.owner?.graphModule(at: target) else {
      throw FXError(
        .notSerializable, "'\(target)' is no graph module, and only those can be arguments",
        at: SourcePlace(node: context.strings[record.name]))
    }
    sink.write("{\"as_graph\": {\"name\": ")
    write(record.target)
    sink.write(", \"graph\": ")
    try write(module.graph)
    sink.write("}}")
  }

  // MARK: Lists

  private mutating func writeList(_ cell: Cell, in graph: Graph) throws(FXError) {
    let cells = graph.storage.pointee.cells
    let tag = listTag(cell, in: graph)
    guard tag != .derived else {
      throw refusal("a list of such parts can't be an argument in model JSON")
    }
    sink.write("{\"")
    sink.write(ArgumentTag.names[Int(tag.rawValue)])
    sink.write("\": [")
    var isFirst = true
    for index in cell.parts.indices {
      if !isFirst { sink.write(", ") }
      isFirst = false
      writeElement(cells[index], as: tag, in: graph)
    }
    sink.write("]}")
  }

  private mutating func writeElement(_ cell: Cell, as tag: ArgumentTag, in graph: Graph) {
    switch tag {
    case .asInts: sink.write(Int(cell.payload))
    case .asFloats: writeFloat(cell)
    case .asBools: sink.writeJSON(cell.payload != 0)
    case .asStrings: write(cell.atom)
    case .asTensors: writeName("{\"name\": ", cell, in: graph)
    case .asOptionalTensors where cell.tag == .none: sink.write("{\"as_none\": true}")
    case .asOptionalTensors:
      writeName("{\"as_tensor\": {\"name\": ", cell, in: graph)
      sink.write("}")
    case .asSymInts, .asSymFloats, .asSymBools:
      switch cell.tag {
      case .node: writeName("{\"as_name\": ", cell, in: graph)
      case .int: writeNumber("{\"as_int\": ", cell)
      case .float:
        sink.write("{\"as_float\": ")
        writeFloat(cell)
        sink.write("}")
      default: sink.write(cell.payload != 0 ? "{\"as_bool\": true}" : "{\"as_bool\": false}")
      }
    default:
      // Lists of lists.
      let inner: ArgumentTag =
        tag == .asIntLists ? .asInts : tag == .asFloatLists ? .asFloats : .asTensors
      sink.write("[")
      var isFirst = true
      for index in cell.parts.indices {
        if !isFirst { sink.write(", ") }
        isFirst = false
        writeElement(graph.storage.pointee.cells[index], as: inner, in: graph)
      }
      sink.write("]")
    }
  }

  private mutating func writeName(_ prefix: StaticString, _ cell: Cell, in graph: Graph) {
    sink.write(prefix)
    write(graph.storage.pointee.nodes[duplicateGetitems[cell.node] ?? cell.node].name)
    sink.write("}")
  }

  /// Returns how a list is spelled: as it was read where its parts allow that, and otherwise as
  /// PyTorch chooses; `derived` for a list that can't be spelled.
  mutating func listTag(_ cell: Cell, in graph: Graph) -> ArgumentTag {
    var mix = PartMix()
    for index in cell.parts.indices { note(graph.storage.pointee.cells[index], &mix, in: graph) }
    if cell.wire != .derived, mix.allows(cell.wire) { return cell.wire }
    // An empty list of unknown type is a tensor list, as PyTorch has it.
    return Self.preferredTags.first { mix.allows($0) } ?? .derived
  }

  /// In the order in which `serialize_input` tries them.
  private static let preferredTags: [ArgumentTag] = [
    .asTensors, .asBools, .asInts, .asFloats, .asStrings, .asSymInts, .asSymFloats, .asSymBools,
    .asNestedTensors, .asOptionalTensors, .asIntLists, .asFloatLists,
  ]

  private mutating func note(_ cell: Cell, _ mix: inout PartMix, in graph: Graph) {
    switch cell.tag {
    case .int: mix.parts.insert(.int)
    case .float: mix.parts.insert(.float)
    case .bool: mix.parts.insert(.bool)
    case .string: mix.parts.insert(.string)
    case .none: mix.parts.insert(.none)
    case .node:
      switch referenceKind(graph.storage.pointee.nodes[cell.node].value) {
      case .symInt: mix.parts.insert(.symInt)
      case .symFloat: mix.parts.insert(.symFloat)
      case .symBool: mix.parts.insert(.symBool)
      default: mix.parts.insert(.tensor)
      }
    case .list, .tuple:
      var inner = PartMix()
      for index in cell.parts.indices {
        note(graph.storage.pointee.cells[index], &inner, in: graph)
      }
      if inner.parts.isSubset(of: .tensor) {
        mix.parts.insert(inner.parts.isEmpty ? .emptyList : .tensorList)
      } else if inner.parts == .int {
        mix.parts.insert(.intList)
      } else if inner.parts == .float {
        mix.parts.insert(.floatList)
      } else {
        mix.parts.insert(.other)
      }
    default: mix.parts.insert(.other)
    }
  }
}

/// Which types of parts a list has.
private struct PartMix {
  struct Parts: OptionSet {
    let rawValue: UInt16
    static let int = Parts(rawValue: 1)
    static let float = Parts(rawValue: 2)
    static let bool = Parts(rawValue: 4)
    static let string = Parts(rawValue: 8)
    static let none = Parts(rawValue: 16)
    static let tensor = Parts(rawValue: 32)
    static let symInt = Parts(rawValue: 64)
    static let symFloat = Parts(rawValue: 128)
    static let symBool = Parts(rawValue: 256)
    static let tensorList = Parts(rawValue: 512)
    static let intList = Parts(rawValue: 1024)
    static let floatList = Parts(rawValue: 2048)
    static let emptyList = Parts(rawValue: 4096)
    static let other = Parts(rawValue: 8192)
  }

  var parts: Parts = []

  /// Tells whether a list of these parts can be spelled with a tag.
  func allows(_ tag: ArgumentTag) -> Bool {
    let allowed: Parts
    switch tag {
    case .asInts: allowed = .int
    case .asFloats: allowed = .float
    case .asBools: allowed = .bool
    case .asStrings: allowed = .string
    case .asTensors: allowed = .tensor
    case .asOptionalTensors: allowed = [.tensor, .none]
    case .asSymInts: allowed = [.int, .symInt]
    case .asSymFloats: allowed = [.float, .symFloat]
    case .asSymBools: allowed = [.bool, .symBool]
    case .asNestedTensors: allowed = [.tensorList, .emptyList]
    case .asIntLists: allowed = [.intList, .emptyList]
    case .asFloatLists: allowed = [.floatList, .emptyList]
    default: return false
    }
    return parts.isSubset(of: allowed)
  }
}
