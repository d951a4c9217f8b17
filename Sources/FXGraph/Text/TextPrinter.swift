import FXCore

/// Writes FXKit's text form; its grammar is described at `TextParser`.
struct TextPrinter {
  let context: GraphContext
  let options: TextOptions
  /// The number of each metadata in the text, in the order of first use.
  private var metadataNumbers: [MetadataID: Int] = [:]
  private var metadataOrder: [MetadataID] = []

  init(context: GraphContext, options: TextOptions) {
    self.context = context
    self.options = options
  }

  mutating func write(_ document: TextDocument, to sink: inout ByteSink) {
    sink.write("fx ")
    sink.write(TextDocument.version)
    sink.write("\n\n")
    write(document.module, name: "main", indent: 0, to: &sink)
    for section in document.sections {
      sink.write("\n")
      sink.write(section.name)
      sink.write(" ")
      write(entries: section.entries, indent: 0, to: &sink)
      sink.write("\n")
    }
    for (number, id) in metadataOrder.enumerated() {
      sink.write(number == 0 ? "\n!" : "!")
      sink.write(number)
      sink.write(" = ")
      let entries = context.metadata.entries(of: id).map {
        (context.strings[$0.key], context.strings[$0.text])
      }
      sink.writeMap(entries)
      sink.write("\n")
    }
  }

  // MARK: Modules

  private mutating func write(
    _ module: GraphModule, name: String, indent: Int, to sink: inout ByteSink
  ) {
    let margin = String(repeating: " ", count: indent)
    sink.write("\(margin)module @")
    sink.writeName(name)
    if module.className != "GraphModule" {
      sink.write(" ")
      sink.writeName(module.className)
    }
    sink.write(" {\n")
    if options.includesMetadata, !module.metadata.isEmpty {
      sink.write("\(margin)  meta ")
      sink.writeMap(module.metadata.map { ($0.key, $0.text) })
      sink.write("\n")
    }
    let graph = module.graph
    if !graph.unknownFields.isEmpty {
      sink.write("\(margin)  extra ")
      sink.writeMap(graph.unknownFields.map { ($0.key, $0.json) })
      sink.write("\n")
    }
    let printer = TextNodePrinter(graph: graph, options: options)
    for node in graph.nodes {
      sink.write(margin)
      sink.write("  ")
      printer.write(node, to: &sink)
      writeEnd(of: node, to: &sink)
    }
    for (name, value) in graph.unclaimedValues {
      sink.write("\(margin)  unclaimed ")
      sink.writeName(name)
      sink.write(" : ")
      printer.values.write(value, to: &sink)
      sink.write("\n")
    }
    writeMembers(of: module, indent: indent + 2, to: &sink)
    sink.write("\(margin)}\n")
  }

  /// Writes the metadata's number and unknown fields behind a node.
  private mutating func writeEnd(of node: Node, to sink: inout ByteSink) {
    if options.includesMetadata, node.metadataID != .empty {
      let number: Int
      if let known = metadataNumbers[node.metadataID] {
        number = known
      } else {
        number = metadataOrder.count
        metadataNumbers[node.metadataID] = number
        metadataOrder.append(node.metadataID)
      }
      sink.write(" !")
      sink.write(number)
    }
    if let fields = node.graph.unknownNodeFields[node.id], !fields.isEmpty {
      sink.write(" with ")
      sink.writeMap(fields.map { ($0.key, $0.json) })
    }
    sink.write("\n")
  }

  private mutating func writeMembers(of module: Module, indent: Int, to sink: inout ByteSink) {
    let margin = String(repeating: " ", count: indent)
    let values = TextValuePrinter(context: context)
    for (name, member) in module.members {
      switch member {
      case .module(let child as GraphModule):
        sink.write("\n")
        write(child, name: name, indent: indent, to: &sink)
      case .module(let child):
        sink.write("\(margin)leaf @")
        sink.writeName(name)
        sink.write(" ")
        sink.writeName(child.className)
        if !child.members.isEmpty {
          sink.write(" {\n")
          writeMembers(of: child, indent: indent + 2, to: &sink)
          sink.write("\(margin)}")
        }
        sink.write("\n")
      case .tensor(let meta, let isParameter):
        sink.write("\(margin)\(isParameter ? "parameter" : "tensor") @")
        sink.writeName(name)
        sink.write(" : ")
        values.write(meta, to: &sink)
        sink.write("\n")
      case .object(let text):
        sink.write("\(margin)object @")
        sink.writeName(name)
        sink.write(" ")
        sink.writeQuoted(text)
        sink.write("\n")
      }
    }
  }

  // MARK: Trees

  /// Writes a map, one entry a line.
  private func write(entries: [TextTree.Entry], indent: Int, to sink: inout ByteSink) {
    if entries.isEmpty { return sink.write("{}") }
    let margin = String(repeating: " ", count: indent)
    sink.write("{\n")
    for entry in entries {
      sink.write("\(margin)  ")
      sink.writeName(entry.key)
      sink.write(": ")
      write(entry.value, indent: indent + 2, to: &sink)
      sink.write(",\n")
    }
    sink.write("\(margin)}")
  }

  private func write(_ tree: TextTree, indent: Int, to sink: inout ByteSink) {
    switch tree {
    case .word(let text): sink.writeName(text)
    case .int(let value): sink.write(value)
    case .float(let value): sink.write(PythonText.float(value))
    case .number(let text):
      sink.write("number ")
      sink.writeQuoted(text)
    case .string(let text): sink.writeQuoted(text)
    case .map(let entries):
      let isFlat = entries.count <= 4 && entries.allSatisfy { $0.value.isLeaf }
      if !isFlat { return write(entries: entries, indent: indent, to: &sink) }
      sink.write("{")
      for (index, entry) in entries.enumerated() {
        if index > 0 { sink.write(", ") }
        sink.writeName(entry.key)
        sink.write(": ")
        write(entry.value, indent: indent, to: &sink)
      }
      sink.write("}")
    case .list(let parts):
      let isFlat = parts.allSatisfy { $0.isLeaf }
      let margin = String(repeating: " ", count: indent)
      sink.write(isFlat ? "[" : "[\n")
      for (index, part) in parts.enumerated() {
        if isFlat {
          if index > 0 { sink.write(", ") }
        } else {
          sink.write("\(margin)  ")
        }
        write(part, indent: indent + 2, to: &sink)
        if !isFlat { sink.write(",\n") }
      }
      sink.write(isFlat ? "]" : "\(margin)]")
    }
  }
}

extension TextTree {
  /// Tells whether the tree is written within a line.
  fileprivate var isLeaf: Bool {
    switch self {
    case .map(let entries): entries.isEmpty
    case .list(let parts): parts.isEmpty
    default: true
    }
  }
}

extension ByteSink {
  /// Writes a map of names and strings within a line.
  mutating func writeMap(_ entries: [(String, String)]) {
    write("{")
    for (index, entry) in entries.enumerated() {
      if index > 0 { write(", ") }
      writeName(entry.0)
      write(": ")
      writeQuoted(entry.1)
    }
    write("}")
  }

  /// Writes a name: bare where it is a word, else in quotes.
  mutating func writeName(_ text: String) {
    var copy = text
    let isWord = copy.withUTF8 { TextLexer.isWord($0) }
    if isWord { write(text) } else { writeQuoted(text) }
  }

  /// Writes a name: bare where it is a word, else in quotes.
  mutating func writeName(_ utf8: UnsafeBufferPointer<UInt8>) {
    if TextLexer.isWord(utf8) { write(utf8) } else { writeQuoted(utf8) }
  }

  /// Writes text in quotes, with the escapes that the text form needs.
  mutating func writeQuoted(_ text: String) {
    var copy = text
    copy.withUTF8 { writeQuoted($0) }
  }

  /// Writes text in quotes, with the escapes that the text form needs.
  mutating func writeQuoted(_ utf8: UnsafeBufferPointer<UInt8>) {
    write(byte: UInt8(ascii: "\""))
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 10: write("\\n")
      case 13: write("\\r")
      case 9: write("\\t")
      case 0..<32:
        write("\\u00")
        write(byte: byte < 16 ? 48 : 49)
        let digit = byte & 15
        write(byte: digit < 10 ? 48 + digit : 87 + digit)
      default: write(byte: byte)
      }
    }
    write(byte: UInt8(ascii: "\""))
  }
}
