import FXCore

extension Graph {
  /// Returns what torch.fx's `print_tabular` prints: a table of kinds, names, targets, arguments.
  public var table: String {
    var sink = ByteSink()
    writeTable(to: &sink)
    return sink.string()
  }

  /// Writes what torch.fx's `print_tabular` prints, in the `simple` layout of Python's tabulate.
  ///
  /// Columns are aligned by the number of characters, as tabulate does without `wcwidth`.
  public func writeTable(to sink: inout ByteSink) {
    let headers = ["opcode", "name", "target", "args", "kwargs"]
    var widths = headers.map { $0.utf8.count + 2 }
    var cells = TableCells()
    let printer = ArgumentPrinter(graph: self)
    for node in nodes { cells.append(node, printer) }
    for column in 0..<headers.count {
      for row in 0..<cells.rowCount {
        widths[column] = max(widths[column], cells.width(row, column))
      }
    }
    let isRight = (0..<headers.count).map { cells.rowCount > 0 && cells.isIntegerColumn($0) }
    for (column, header) in headers.enumerated() {
      let padding = widths[column] - header.utf8.count
      if isRight[column] { writeSpaces(padding, to: &sink) }
      sink.write(header)
      if column + 1 < headers.count { writeSpaces(isRight[column] ? 2 : padding + 2, to: &sink) }
    }
    sink.write(byte: 10)
    for (column, width) in widths.enumerated() {
      if column > 0 { sink.write("  ") }
      for _ in 0..<width { sink.write(byte: UInt8(ascii: "-")) }
    }
    sink.write(byte: 10)
    for row in 0..<cells.rowCount {
      for column in 0..<headers.count {
        let padding = widths[column] - cells.width(row, column)
        if isRight[column] { writeSpaces(padding, to: &sink) }
        sink.write(cells.text(row, column))
        if column + 1 < headers.count { writeSpaces(isRight[column] ? 2 : padding + 2, to: &sink) }
      }
      sink.write(byte: 10)
    }
  }

  private func writeSpaces(_ count: Int, to sink: inout ByteSink) {
    for _ in 0..<count { sink.write(byte: 32) }
  }
}

/// The cells of the table, row by row, as spans of one buffer.
private struct TableCells: ~Copyable {
  private var text = ByteSink()
  private var ends: [Int] = []
  private var widths: [Int] = []

  var rowCount: Int { widths.count / 5 }

  func width(_ row: Int, _ column: Int) -> Int { widths[row * 5 + column] }

  func text(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8> {
    let index = row * 5 + column
    let start = index == 0 ? 0 : ends[index - 1]
    return UnsafeBufferPointer(
      rebasing: text.bytes.bindMemory(to: UInt8.self)[start..<ends[index]])
  }

  /// Tells whether tabulate takes all cells of the column for integers, and aligns them right.
  func isIntegerColumn(_ column: Int) -> Bool {
    (0..<rowCount).allSatisfy { row in
      Int(String(decoding: text(row, column), as: UTF8.self)) != nil
    }
  }

  mutating func append(_ node: Node, _ printer: ArgumentPrinter) {
    let strings = node.graph.context.strings
    let record = node.record
    text.write(record.kind.name)
    end()
    text.write(strings.utf8(record.name))
    end()
    if record.kind == .callFunction {
      text.write(PythonCallable(target: strings[record.target]).str)
    } else {
      text.write(strings.utf8(record.target))
    }
    end()
    printer.writeTuple(record.args, .repr, to: &text)
    end()
    printer.writeDict(record.kwargs, .repr, to: &text)
    end()
  }

  private mutating func end() {
    let start = ends.last ?? 0
    ends.append(text.byteCount)
    let bytes = UnsafeRawBufferPointer(rebasing: text.bytes[start...])
    // Continuation bytes of UTF-8 don't count as characters.
    widths.append(bytes.count { $0 & 0xC0 != 0x80 })
  }
}
