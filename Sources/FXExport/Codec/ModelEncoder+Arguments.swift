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
        .notSerializable, "'\(target)' is not a graph module, and only those can be arguments",
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
      let parts = listParts(cell, in: graph)
      throw refusal("model JSON can't hold a list of \(parts); .fx and .fx.json can")
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
    let parts = listParts(cell, in: graph)
    return cell.wire != .derived && parts.fit(cell.wire) ? cell.wire : parts.tag
  }

  private mutating func listParts(_ cell: Cell, in graph: Graph) -> ListParts {
    graph.listParts(cell.parts) { value in
      switch referenceKind(value) {
      case .symInt: .symInt
      case .symFloat: .symFloat
      case .symBool: .symBool
      case .tensor, .customObject, .none, .aggregate: .tensor
      }
    }
  }
}
