import FXCore
import FXGraph

/// Encodes arguments and values as FX JSON: plain JSON where that is unambiguous, otherwise an
/// object of one key that says what it is.
extension ModelEncoder {
  /// Writes a run of arguments as an array.
  mutating func writeFX(_ range: CellRange, in graph: Graph) {
    sink.write("[")
    for (position, index) in range.indices.enumerated() {
      if position > 0 { sink.write(", ") }
      writeFX(graph.storage.pointee.cells[index], in: graph)
    }
    sink.write("]")
  }

  /// Writes a run of arguments as an object by their keys.
  mutating func writeFXEntries(_ range: CellRange, in graph: Graph) {
    sink.write("{")
    for (position, index) in range.indices.enumerated() {
      if position > 0 { sink.write(", ") }
      let cell = graph.storage.pointee.cells[index]
      write(cell.key.isNone ? .empty : cell.key)
      sink.write(": ")
      writeFX(cell, in: graph)
    }
    sink.write("}")
  }

  private mutating func writeFX(_ cell: Cell, in graph: Graph) {
    switch cell.tag {
    case .none where cell.wire == .asOptionalTensor:
      sink.write("{\"none\": true, \"as\": \"as_optional_tensor\"}")
    case .none: sink.write("null")
    case .bool: sink.writeJSON(cell.payload != 0)
    case .int: sink.write(Int(cell.payload))
    case .float: writeFX(Double(bitPattern: UInt64(bitPattern: cell.payload)))
    case .string: write(cell.atom)
    case .node:
      sink.write("{\"node\": ")
      write(graph.storage.pointee.nodes[cell.node].name)
      sink.write(cell.wire == .asOptionalTensor ? ", \"as\": \"as_optional_tensor\"}" : "}")
    case .list: writeFXList(cell, in: graph)
    case .tuple:
      sink.write("{\"tuple\": ")
      writeFX(cell.parts, in: graph)
      sink.write("}")
    case .dict:
      sink.write("{\"dict\": ")
      writeFXEntries(cell.parts, in: graph)
      sink.write("}")
    case .slice:
      sink.write("{\"slice\": ")
      writeFX(cell.parts, in: graph)
      sink.write("}")
    case .ellipsis: sink.write("{\"ellipsis\": true}")
    case .function: writeTagged("function", cell.atom)
    case .opaque: writeTagged("opaque", cell.atom)
    case .dtype, .layout, .memoryFormat, .device, .complex, .customObject:
      writeFXScalar(graph.argument(of: cell))
    }
  }

  private mutating func writeTagged(_ tag: StaticString, _ atom: Atom) {
    sink.write("{\"")
    sink.write(tag)
    sink.write("\": ")
    write(atom)
    sink.write("}")
  }

  private mutating func writeFXScalar(_ argument: Argument) {
    switch argument {
    case .dtype(let value): writeName("dtype", value.name)
    case .layout(let value): writeName("layout", value.name)
    case .memoryFormat(let value): writeName("memory_format", value.name)
    case .device(let value):
      sink.write("{\"device\": ")
      // A type that itself holds a colon can't be told from an index.
      if Device(value.description) == value {
        sink.writeJSON(value.description)
      } else {
        Self.write(value, absent: [], to: &sink)
      }
      sink.write("}")
    case .complex(let real, let imaginary):
      sink.write("{\"complex\": [")
      sink.writeJSON(real)
      sink.write(", ")
      sink.writeJSON(imaginary)
      sink.write("]}")
    case .customObject(let name, let className):
      sink.write("{\"custom_object\": ")
      writeObject(name: context.strings.intern(name), className: context.strings.intern(className))
      sink.write("}")
    default: preconditionFailure("an argument of another kind")
    }
  }

  private mutating func writeName(_ tag: StaticString, _ name: String) {
    sink.write("{\"")
    sink.write(tag)
    sink.write("\": ")
    sink.writeJSON("torch.\(name)")
    sink.write("}")
  }

  /// Writes a list, with the schema's tag where model JSON would otherwise choose another.
  private mutating func writeFXList(_ cell: Cell, in graph: Graph) {
    var plain = cell
    plain.wire = .derived
    if cell.wire == .derived || listTag(plain, in: graph) == cell.wire {
      return writeFX(cell.parts, in: graph)
    }
    sink.write("{\"list\": ")
    writeFX(cell.parts, in: graph)
    sink.write(", \"as\": \"")
    sink.write(ArgumentTag.names[Int(cell.wire.rawValue)])
    sink.write("\"}")
  }

  private mutating func writeFX(_ value: Double) {
    if value.isFinite { return sink.writeJSON(value) }
    sink.write("{\"float\": ")
    sink.writeJSON(value)
    sink.write("}")
  }

  // MARK: Values

  /// Writes what is known of a value.
  mutating func writeFX(_ id: ValueID) throws(FXError) {
    switch context.values[id] {
    case nil: sink.write("{\"unknown\": true}")
    case .none?: sink.write("null")
    case .bool(let value): sink.writeJSON(value)
    case .int(let value): sink.write(value)
    case .float(let value): writeFX(value)
    case .string(let text): sink.writeJSON(text)
    case .tensor: try writeFX(id, "tensor")
    case .symInt: try writeFX(id, "sym_int")
    case .symFloat: try writeFX(id, "sym_float")
    case .symBool: try writeFX(id, "sym_bool")
    case .customObject: try writeFX(id, "custom_object")
    case .list(let parts): try writeFX(parts, "list")
    case .tuple(let parts): try writeFX(parts, "tuple")
    }
  }

  private mutating func writeFX(_ id: ValueID, _ tag: StaticString) throws(FXError) {
    sink.write("{\"")
    sink.write(tag)
    sink.write("\": ")
    try writeEntry(id)
    sink.write("}")
  }

  private mutating func writeFX(_ parts: [ValueID], _ tag: StaticString) throws(FXError) {
    sink.write("{\"")
    sink.write(tag)
    sink.write("\": ")
    try writeArray(parts) { (encoder, part) throws(FXError) in try encoder.writeFX(part) }
    sink.write("}")
  }
}
