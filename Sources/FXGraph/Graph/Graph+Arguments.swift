import FXCore

/// Between arguments as values and cells of the arena.
extension Graph {
  /// Returns an argument of this graph as a value.
  func argument(_ cell: Cell) -> Argument {
    let strings = context.strings
    switch cell.tag {
    case .none: return .none
    case .bool: return .bool(cell.payload != 0)
    case .int: return .int(Int(cell.payload))
    case .float: return .float(Double(bitPattern: UInt64(bitPattern: cell.payload)))
    case .complex:
      let parts = storage.pointee.cells
      let start = cell.parts.start
      return .complex(
        real: Double(bitPattern: UInt64(bitPattern: parts[start].payload)),
        imaginary: Double(bitPattern: UInt64(bitPattern: parts[start + 1].payload)))
    case .string: return .string(strings[cell.atom])
    case .dtype: return .dtype(ScalarType(rawValue: Int(cell.payload)) ?? .unknown)
    case .layout: return .layout(Layout(rawValue: Int(cell.payload)) ?? .unknown)
    case .memoryFormat: return .memoryFormat(MemoryFormat(rawValue: Int(cell.payload)) ?? .unknown)
    case .device:
      let start = cell.parts.start
      let index = storage.pointee.cells[start + 1]
      return .device(
        Device(
          type: strings[storage.pointee.cells[start].atom],
          index: index.tag == .none ? nil : Int(index.payload)))
    case .node: return .node(Node(graph: self, id: cell.node))
    case .function: return .function(strings[cell.atom])
    case .list: return .list(arguments(in: cell.parts), as: cell.wire)
    case .tuple: return .tuple(arguments(in: cell.parts))
    case .dict:
      return .dict(
        cell.parts.indices.map {
          let part = storage.pointee.cells[$0]
          return Argument.DictEntry(key: strings[part.key], value: argument(part))
        })
    case .slice:
      let start = cell.parts.start
      return .slice(
        start: argument(storage.pointee.cells[start]),
        stop: argument(storage.pointee.cells[start + 1]),
        step: argument(storage.pointee.cells[start + 2]))
    case .ellipsis: return .ellipsis
    case .customObject:
      let start = cell.parts.start
      return .customObject(
        name: strings[storage.pointee.cells[start].atom],
        className: strings[storage.pointee.cells[start + 1].atom])
    case .opaque: return .opaque(strings[cell.atom])
    }
  }

  func arguments(in range: CellRange) -> [Argument] {
    range.indices.map { argument(storage.pointee.cells[$0]) }
  }

  /// Stores arguments as one run of cells; `key` gives the name that each cell carries.
  @inline(__always)
  func store(_ arguments: [Argument], key: (Int) -> Atom = { _ in .none }) -> CellRange {
    if arguments.isEmpty { return CellRange() }
    let start = Int32(
      storage.pointee.cells.append(repeating: Cell(.none), count: arguments.count))
    for index in arguments.indices {
      // Storing the parts of an aggregate may move the cells, so each is written when it is whole.
      let cell: Cell
      if case .node(let node) = arguments[index] {
        cell = nodeCell(node, key: key(index))
      } else {
        cell = makeCell(arguments[index], key: key(index))
      }
      storage.pointee.cells[start + Int32(truncatingIfNeeded: index)] = cell
    }
    return CellRange(start: start, count: Int32(truncatingIfNeeded: arguments.count))
  }

  /// Stores keyword arguments as one run of cells.
  func store(_ arguments: [NamedArgument]) -> CellRange {
    if arguments.isEmpty { return CellRange() }
    return store(arguments.map(\.value)) { context.strings.intern(arguments[$0].name) }
  }

  @inline(__always) private func nodeCell(_ node: Node, key: Atom) -> Cell {
    precondition(node.graph === self, "the node belongs to another graph")
    return Cell(.node, Int64(node.id.rawValue), key: key)
  }

  private func makeCell(_ argument: Argument, key: Atom) -> Cell {
    let strings = context.strings
    switch argument {
    case .none: return Cell(.none, key: key)
    case .bool(let value): return Cell(.bool, value ? 1 : 0, key: key)
    case .int(let value): return Cell(.int, Int64(value), key: key)
    case .float(let value): return Cell(.float, Int64(bitPattern: value.bitPattern), key: key)
    case .complex(let real, let imaginary):
      return Cell(.complex, parts: store([.float(real), .float(imaginary)]), key: key)
    case .string(let text): return Cell(.string, Int64(strings.intern(text).rawValue), key: key)
    case .dtype(let value): return Cell(.dtype, Int64(value.rawValue), key: key)
    case .layout(let value): return Cell(.layout, Int64(value.rawValue), key: key)
    case .memoryFormat(let value): return Cell(.memoryFormat, Int64(value.rawValue), key: key)
    case .device(let value):
      let index: Argument = value.index.map { .int($0) } ?? .none
      return Cell(.device, parts: store([.string(value.type), index]), key: key)
    case .node(let node): return nodeCell(node, key: key)
    case .function(let target):
      return Cell(.function, Int64(strings.intern(target).rawValue), key: key)
    case .list(let parts, let tag):
      return Cell(.list, parts: store(parts), key: key, wire: tag)
    case .tuple(let parts):
      return Cell(.tuple, parts: store(parts), key: key)
    case .dict(let entries):
      return Cell(
        .dict, parts: store(entries.map { NamedArgument($0.key, $0.value) }), key: key)
    case .slice(let start, let stop, let step):
      return Cell(.slice, parts: store([start, stop, step]), key: key)
    case .ellipsis: return Cell(.ellipsis, key: key)
    case .customObject(let name, let className):
      return Cell(
        .customObject, parts: store([.string(name), .string(className)]), key: key)
    case .opaque(let text): return Cell(.opaque, Int64(strings.intern(text).rawValue), key: key)
    }
  }

  /// Copies a run of cells of another graph to this one, with nodes replaced through `map`.
  func copyCells(_ range: CellRange, from source: Graph, map: (Int32) -> Int32) -> CellRange {
    if range.count == 0 { return CellRange() }
    let start = Int32(storage.pointee.cells.append(repeating: Cell(.none), count: Int(range.count)))
    for offset in 0..<range.count {
      var cell = source.storage.pointee.cells[range.start + offset]
      if !cell.key.isNone { cell.key = translate(cell.key, from: source) }
      switch cell.tag {
      case .node: cell.payload = Int64(map(cell.node))
      case .string, .function, .opaque:
        cell.payload = Int64(translate(cell.atom, from: source).rawValue)
      default:
        if cell.isAggregate {
          let parts = copyCells(cell.parts, from: source, map: map)
          cell = Cell(cell.tag, parts: parts, key: cell.key, wire: cell.wire)
        }
      }
      storage.pointee.cells[start + offset] = cell
    }
    return CellRange(start: start, count: range.count)
  }

  /// Returns the atom of this graph's context for an atom of another graph's.
  func translate(_ atom: Atom, from source: Graph) -> Atom {
    source.context === context || atom.isNone
      ? atom : context.strings.intern(source.context.strings[atom])
  }
}
