import FXCore

extension Graph {
  /// Returns what `str(graph)` shows in torch.fx: one line a node, with users and arguments.
  ///
  ///     graph():
  ///         %x : [num_users=1] = placeholder[target=x]
  ///         return (x,)
  public var listing: String {
    var sink = ByteSink()
    writeListing(to: &sink)
    return sink.string()
  }

  /// Writes what `str(graph)` shows in torch.fx.
  public func writeListing(to sink: inout ByteSink) {
    sink.write("graph()")
    if let type = outputNode?.type {
      sink.write(" -> ")
      sink.write(type)
    }
    sink.write(byte: UInt8(ascii: ":"))
    let printer = ArgumentPrinter(graph: self)
    for node in nodes {
      sink.write("\n    ")
      node.writeListing(printer, to: &sink)
    }
  }
}

extension Node {
  /// Returns the node's line in its graph's listing (torch.fx's `format_node`).
  public var listing: String {
    var sink = ByteSink()
    writeListing(ArgumentPrinter(graph: graph), to: &sink)
    return sink.string()
  }

  func writeListing(_ printer: ArgumentPrinter, to sink: inout ByteSink) {
    let strings = graph.context.strings
    let record = self.record
    if record.kind == .output {
      sink.write("return ")
      // What is returned is shown by `str`, that is by `repr` for everything but a bare string.
      if record.args.count > 0 {
        let cell = graph.storage.pointee.cells[record.args.start]
        printer.write(cell, Self.strStyle(of: cell), to: &sink)
      }
      return
    }
    sink.write(byte: UInt8(ascii: "%"))
    sink.write(strings.utf8(record.name))
    sink.write(" : ")
    if !record.type.isNone {
      sink.write(strings.utf8(record.type))
      sink.write(byte: UInt8(ascii: " "))
    }
    sink.write("[num_users=")
    sink.write(userCount)
    sink.write("] = ")
    sink.write(record.kind.name)
    sink.write("[target=")
    if record.kind == .callFunction, !strings.utf8(record.target).starts(with: "torch.".utf8) {
      sink.write(PythonCallable.listingName(of: strings[record.target]))
    } else {
      sink.write(strings.utf8(record.target))
    }
    sink.write(byte: UInt8(ascii: "]"))
    switch record.kind {
    case .placeholder:
      guard record.args.count > 0 else { return }
      sink.write("(default=")
      let cell = graph.storage.pointee.cells[record.args.start]
      printer.write(cell, Self.strStyle(of: cell), to: &sink)
      sink.write(byte: UInt8(ascii: ")"))
    case .getAttr: break
    default:
      sink.write("(args = ")
      printer.writeTuple(record.args, .listing, to: &sink)
      sink.write(", kwargs = ")
      printer.writeDict(record.kwargs, .listing, to: &sink)
      sink.write(byte: UInt8(ascii: ")"))
    }
  }

  /// Returns the style in which an argument by itself looks as Python's `str` shows it.
  private static func strStyle(of cell: Cell) -> ArgumentPrinter.Style {
    switch cell.tag {
    case .string, .function, .device: .listing
    default: .repr
    }
  }
}
