import FXCore

/// Writes the nodes of one graph in the text form.
struct TextNodePrinter {
  let graph: Graph
  let options: TextOptions
  let values: TextValuePrinter
  private let strings: StringTable

  init(graph: Graph, options: TextOptions) {
    self.graph = graph
    self.options = options
    strings = graph.context.strings
    values = TextValuePrinter(context: graph.context)
  }

  /// Writes a node up to its value; metadata and the end of the line are left to the caller.
  func write(_ node: Node, to sink: inout ByteSink) {
    let record = node.record
    if isPlainOutput(record) {
      sink.write("output ")
      write(cell(record.args.start), to: &sink)
    } else {
      sink.write("%")
      sink.writeName(strings.utf8(record.name))
      sink.write(" = ")
      sink.write(record.kind.name)
      let isCall = record.kind != .placeholder && record.kind != .getAttr
      if record.target != record.name || isCall {
        sink.write(" ")
        sink.writeName(strings.utf8(record.target))
      }
      if isCall || record.args.count + record.kwargs.count > 0 {
        writeArguments(record, to: &sink)
      }
    }
    if !record.type.isNone {
      sink.write(" -> ")
      sink.writeName(strings.utf8(record.type))
    }
    if options.includesValues, record.value != .unknown {
      sink.write(" : ")
      values.write(record.value, to: &sink)
    }
  }

  private func isPlainOutput(_ record: NodeRecord) -> Bool {
    record.kind == .output && record.args.count == 1 && record.kwargs.count == 0
      && cell(record.args.start).key.isNone && record.target == record.name
      && strings.utf8(record.name).elementsEqual("output".utf8)
  }

  private func cell(_ index: Int32) -> Cell { graph.storage.pointee.cells[index] }

  private func writeArguments(_ record: NodeRecord, to sink: inout ByteSink) {
    let isHigherOrder = OperatorName.isHigherOrder(target: strings.utf8(record.target))
    sink.write("(")
    for index in record.args.indices {
      if index > record.args.start { sink.write(", ") }
      let cell = cell(index)
      if cell.key.isNone {
        if isHigherOrder { sink.write("?: ") }
      } else if cell.key != .empty || !isHigherOrder {
        sink.writeName(strings.utf8(cell.key))
        sink.write(": ")
      }
      write(cell, to: &sink)
    }
    for index in record.kwargs.indices {
      if index > record.kwargs.start || record.args.count > 0 { sink.write(", ") }
      let cell = cell(index)
      sink.writeName(strings.utf8(cell.key))
      sink.write("=")
      write(cell, to: &sink)
    }
    sink.write(")")
  }

  /// Writes one argument, with the tag of the schema where it is not the one that goes without.
  private func write(_ cell: Cell, to sink: inout ByteSink) {
    writeContent(cell, to: &sink)
    if cell.wire != .derived, cell.wire != graph.plainTag(of: cell) {
      sink.write(" ")
      sink.write(cell.wire.name)
    }
  }

  private func writeContent(_ cell: Cell, to sink: inout ByteSink) {
    switch cell.tag {
    case .none: sink.write("None")
    case .bool: sink.write(cell.payload != 0 ? "True" : "False")
    case .int: sink.write(Int(cell.payload))
    case .float: sink.write(PythonText.float(float(cell)))
    case .complex:
      sink.write("complex(")
      sink.write(PythonText.float(float(self.cell(cell.parts.start))))
      sink.write(", ")
      sink.write(PythonText.float(float(self.cell(cell.parts.start + 1))))
      sink.write(")")
    case .string: sink.writeQuoted(strings.utf8(cell.atom))
    case .dtype:
      let dtype = ScalarType(rawValue: Int(cell.payload)) ?? .unknown
      sink.write(dtype == .unknown ? "dtype(unknown)" : "torch.\(dtype.name)")
    case .layout:
      let layout = Layout(rawValue: Int(cell.payload)) ?? .unknown
      sink.write(layout == .unknown ? "layout(unknown)" : "torch.\(layout.name)")
    case .memoryFormat:
      let format = MemoryFormat(rawValue: Int(cell.payload)) ?? .unknown
      sink.write(format == .unknown ? "memory_format(unknown)" : "torch.\(format.name)")
    case .device:
      guard case .device(let device) = graph.argument(cell) else { return }
      sink.write("device(")
      sink.write(device)
      sink.write(")")
    case .node:
      sink.write("%")
      sink.writeName(strings.utf8(graph.storage.pointee.nodes[cell.node].name))
    case .function:
      sink.write("@")
      sink.writeName(strings.utf8(cell.atom))
    case .list: writeParts(cell.parts, "[", "]", to: &sink)
    case .tuple: writeParts(cell.parts, "(", cell.parts.count == 1 ? ",)" : ")", to: &sink)
    case .dict:
      sink.write("{")
      for index in cell.parts.indices {
        if index > cell.parts.start { sink.write(", ") }
        let part = self.cell(index)
        sink.writeName(strings.utf8(part.key))
        sink.write(": ")
        write(part, to: &sink)
      }
      sink.write("}")
    case .slice: writeParts(cell.parts, "slice(", ")", to: &sink)
    case .ellipsis: sink.write("...")
    case .customObject:
      sink.write("object(")
      sink.writeName(strings.utf8(self.cell(cell.parts.start).atom))
      sink.write(", ")
      sink.writeName(strings.utf8(self.cell(cell.parts.start + 1).atom))
      sink.write(")")
    case .opaque:
      sink.write("opaque(")
      sink.writeQuoted(strings.utf8(cell.atom))
      sink.write(")")
    }
  }

  private func writeParts(
    _ range: CellRange, _ opening: StaticString, _ closing: StaticString, to sink: inout ByteSink
  ) {
    sink.write(opening)
    for index in range.indices {
      if index > range.start { sink.write(", ") }
      write(cell(index), to: &sink)
    }
    sink.write(closing)
  }

  private func float(_ cell: Cell) -> Double {
    Double(bitPattern: UInt64(bitPattern: cell.payload))
  }
}

extension Graph {
  /// Returns the tag that an argument has in a file where nothing else is said.
  func plainTag(of cell: Cell) -> ArgumentTag {
    switch cell.tag {
    case .none: return .asNone
    case .bool: return .asBool
    case .int: return .asInt
    case .float: return .asFloat
    case .complex: return .asComplex
    case .string: return .asString
    case .dtype: return .asScalarType
    case .layout: return .asLayout
    case .memoryFormat: return .asMemoryFormat
    case .device: return .asDevice
    case .node: return .derived
    case .function: return .asOperator
    case .customObject: return .asCustomObj
    case .list: return plainListTag(of: cell.parts)
    default: return .derived
    }
  }

  /// Returns the tag by the kinds of parts; lists of lists have none.
  private func plainListTag(of range: CellRange) -> ArgumentTag {
    for index in range.indices {
      let cell = storage.pointee.cells[index]
      guard cell.wire == .derived || cell.wire == plainTag(of: cell) else { return .derived }
    }
    let parts = listParts(range) { value in
      switch context.values[value] {
      case .symInt, .int: .symInt
      case .symFloat, .float: .symFloat
      case .symBool, .bool: .symBool
      default: .tensor
      }
    }
    return parts.isDisjoint(with: .lists) ? parts.tag : .derived
  }
}
