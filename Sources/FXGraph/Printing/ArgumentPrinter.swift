import FXCore

/// Prints arguments as Python and torch.fx do, straight from the cells.
struct ArgumentPrinter {
  /// How an argument is spelled.
  enum Style {
    /// Python's `repr`, nodes by name.
    case repr
    /// torch.fx's `_format_arg`: nodes as `%name`, leaves by Python's `str`.
    case listing
    /// Generated code: `repr` that Python can evaluate, nodes by their names in that code.
    case code
  }

  let graph: Graph
  private let strings: StringTable

  init(graph: Graph) {
    self.graph = graph
    strings = graph.context.strings
  }

  /// Writes the arguments as a tuple: `(%x, 1)`, `(%x,)`, `()`.
  func writeTuple(
    _ range: CellRange, _ style: Style, names: CodeNames? = nil, to sink: inout ByteSink
  ) {
    sink.write(byte: UInt8(ascii: "("))
    writeList(range, style, names: names, to: &sink)
    if range.count == 1 { sink.write(byte: UInt8(ascii: ",")) }
    sink.write(byte: UInt8(ascii: ")"))
  }

  /// Writes the keyword arguments as a dictionary; listings show keys without quotes.
  func writeDict(
    _ range: CellRange, _ style: Style, names: CodeNames? = nil, to sink: inout ByteSink
  ) {
    sink.write(byte: UInt8(ascii: "{"))
    for index in range.indices {
      if index > range.start { sink.write(", ") }
      let cell = graph.storage.pointee.cells[index]
      if style == .listing {
        sink.write(strings.utf8(cell.key))
      } else {
        sink.write(PythonText.string(strings[cell.key]))
      }
      sink.write(": ")
      write(cell, style, names: names, to: &sink)
    }
    sink.write(byte: UInt8(ascii: "}"))
  }

  /// Writes arguments with commas between.
  func writeList(
    _ range: CellRange, _ style: Style, names: CodeNames? = nil, to sink: inout ByteSink
  ) {
    for index in range.indices {
      if index > range.start { sink.write(", ") }
      write(graph.storage.pointee.cells[index], style, names: names, to: &sink)
    }
  }

  /// Writes one argument.
  func write(_ cell: Cell, _ style: Style, names: CodeNames? = nil, to sink: inout ByteSink) {
    switch cell.tag {
    case .node: writeNode(cell.node, style, names: names, to: &sink)
    case .none: sink.write("None")
    case .bool: sink.write(cell.payload != 0 ? "True" : "False")
    case .int: sink.write(Int(cell.payload))
    case .float: sink.write(PythonText.float(float(cell)))
    case .complex: writeComplex(cell, style, to: &sink)
    case .string:
      if style == .listing {
        sink.write(strings.utf8(cell.atom))
      } else {
        sink.write(PythonText.string(strings[cell.atom]))
      }
    case .dtype: writeTorch((ScalarType(rawValue: Int(cell.payload)) ?? .unknown).name, to: &sink)
    case .layout: writeTorch((Layout(rawValue: Int(cell.payload)) ?? .unknown).name, to: &sink)
    case .memoryFormat:
      writeTorch((MemoryFormat(rawValue: Int(cell.payload)) ?? .unknown).name, to: &sink)
    case .device: writeDevice(cell, style, to: &sink)
    case .function: writeFunction(cell.atom, style, to: &sink)
    case .list:
      sink.write(byte: UInt8(ascii: "["))
      writeList(cell.parts, style, names: names, to: &sink)
      sink.write(byte: UInt8(ascii: "]"))
    case .tuple: writeTuple(cell.parts, style, names: names, to: &sink)
    // Generated code shows what is in a dictionary by plain `repr`.
    case .dict: writeDict(cell.parts, style == .code ? .repr : style, names: names, to: &sink)
    case .slice:
      sink.write("slice(")
      writeList(cell.parts, style == .listing ? .repr : style, names: names, to: &sink)
      sink.write(byte: UInt8(ascii: ")"))
    case .ellipsis: sink.write("Ellipsis")
    case .customObject: sink.write(strings.utf8(graph.storage.pointee.cells[cell.parts.start].atom))
    case .opaque: sink.write(strings.utf8(cell.atom))
    }
  }

  private func writeNode(
    _ id: Int32, _ style: Style, names: CodeNames?, to sink: inout ByteSink
  ) {
    if let names {
      sink.write(strings.utf8(names.local(id)))
    } else {
      if style == .listing { sink.write(byte: UInt8(ascii: "%")) }
      sink.write(strings.utf8(graph.storage.pointee.nodes[id].name))
    }
  }

  private func float(_ cell: Cell) -> Double {
    Double(bitPattern: UInt64(bitPattern: cell.payload))
  }

  private func writeComplex(_ cell: Cell, _ style: Style, to sink: inout ByteSink) {
    let start = cell.parts.start
    let real = float(graph.storage.pointee.cells[start])
    let imaginary = float(graph.storage.pointee.cells[start + 1])
    // `repr` of these could not be evaluated again: it loses signs of zeros, and `infj` is a name.
    let isUnsafe = real == 0 || imaginary == 0 || !real.isFinite || !imaginary.isFinite
    if style == .code, isUnsafe {
      sink.write("complex(\(PythonText.float(real)), \(PythonText.float(imaginary)))")
    } else {
      sink.write(PythonText.complex(real: real, imaginary: imaginary))
    }
  }

  private func writeTorch(_ name: String, to sink: inout ByteSink) {
    sink.write("torch.")
    sink.write(name)
  }

  private func writeDevice(_ cell: Cell, _ style: Style, to sink: inout ByteSink) {
    let start = cell.parts.start
    let type = strings[graph.storage.pointee.cells[start].atom]
    let index = graph.storage.pointee.cells[start + 1]
    let number = index.tag == .none ? nil : Int(index.payload)
    if style == .listing {
      sink.write(Device(type: type, index: number).description)
    } else {
      sink.write("device(type=\(PythonText.string(type))")
      if let number { sink.write(", index=\(number)") }
      sink.write(byte: UInt8(ascii: ")"))
    }
  }

  private func writeFunction(_ target: Atom, _ style: Style, to sink: inout ByteSink) {
    let callable = PythonCallable(target: strings[target])
    switch style {
    case .listing: sink.write(callable.str)
    case .repr: sink.write(callable.repr)
    // torch.fx refers to operators by name, and to other functions by a `repr` that is no code.
    case .code: sink.write(callable.isOperator ? callable.target : callable.repr)
    }
  }
}
