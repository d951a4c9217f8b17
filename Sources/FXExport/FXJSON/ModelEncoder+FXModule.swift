import FXCore
import FXGraph

/// Encodes modules and graphs as FX JSON. Optional fields of the schema are all written: which of
/// them a model JSON lacked, the document's program says.
extension ModelEncoder {
  mutating func writeFX(_ module: Module) throws(FXError) {
    sink.write("{\"class\": ")
    sink.writeJSON(module.className)
    if let graphModule = module as? GraphModule {
      sink.write(", \"graph\": ")
      try writeFX(graphModule.graph)
      if !graphModule.metadata.isEmpty {
        sink.write(", \"metadata\": ")
        writeTexts(graphModule.metadata)
      }
    }
    if !module.members.isEmpty {
      sink.write(", \"members\": {")
      for (index, entry) in module.members.enumerated() {
        sink.write(index > 0 ? ",\n" : "\n")
        sink.writeJSON(entry.name)
        sink.write(": ")
        try writeFX(entry.member)
      }
      sink.write("\n}")
    }
    sink.write("}")
  }

  private mutating func writeTexts(_ texts: [(key: String, text: String)]) {
    sink.write("{")
    for (index, entry) in texts.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(entry.key)
      sink.write(": ")
      sink.writeJSON(entry.text)
    }
    sink.write("}")
  }

  /// Writes fields that model JSON had and FXKit does not know, as an object of their own.
  private mutating func writeFX(unknown fields: [RawField], key: StaticString) {
    if fields.isEmpty { return }
    sink.write(key)
    sink.write("{")
    for (index, field) in fields.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(field.key)
      sink.write(": ")
      sink.write(field.json)
    }
    sink.write("}")
  }

  private mutating func writeFX(_ member: Module.Member) throws(FXError) {
    switch member {
    case .module(let module):
      sink.write("{\"module\": ")
      try writeFX(module)
    case .tensor(let meta, let isParameter):
      sink.write("{\"tensor\": ")
      try Self.write(meta, absent: [], to: &sink)
      if isParameter { sink.write(", \"parameter\": true") }
    case .object(let text):
      sink.write("{\"object\": ")
      sink.writeJSON(text)
    }
    sink.write("}")
  }

  private mutating func writeFX(_ graph: Graph) throws(FXError) {
    sink.write("{\"nodes\": [")
    var isFirst = true
    for node in graph.nodes {
      sink.write(isFirst ? "\n" : ",\n")
      isFirst = false
      do throws(FXError) {
        try writeFX(node, in: graph)
      } catch {
        throw error.atNode(node.name)
      }
    }
    sink.write(isFirst ? "]" : "\n]")
    if !graph.unclaimedValues.isEmpty {
      sink.write(", \"unclaimed\": ")
      try writeArray(graph.unclaimedValues) { (encoder, entry) throws(FXError) in
        encoder.sink.write("[")
        encoder.sink.writeJSON(entry.name)
        encoder.sink.write(", ")
        try encoder.writeFX(entry.value)
        encoder.sink.write("]")
      }
    }
    writeFX(unknown: graph.unknownFields, key: ", \"unknown\": ")
    sink.write("}")
  }

  private mutating func writeFX(_ node: Node, in graph: Graph) throws(FXError) {
    let record = graph.storage.pointee.nodes[node.id.rawValue]
    sink.write("{\"op\": \"")
    sink.write(record.kind.name)
    sink.write("\", \"name\": ")
    write(record.name)
    sink.write(", \"target\": ")
    write(record.target)
    if record.args.count > 0 {
      sink.write(", \"args\": ")
      writeFX(record.args, in: graph)
      writeArgumentNames(record.args, in: graph)
    }
    if record.kwargs.count > 0 {
      sink.write(", \"kwargs\": ")
      writeFXEntries(record.kwargs, in: graph)
    }
    if !record.type.isNone {
      sink.write(", \"type\": ")
      write(record.type)
    }
    if record.value != .unknown {
      sink.write(", \"val\": ")
      try writeFX(record.value)
    }
    if record.metadata != .empty {
      sink.write(", \"meta\": {")
      for (index, entry) in context.metadata.entries(of: record.metadata).enumerated() {
        if index > 0 { sink.write(", ") }
        write(entry.key)
        sink.write(": ")
        write(entry.text)
      }
      sink.write("}")
    }
    if let fields = graph.unknownNodeFields[node.id] {
      writeFX(unknown: fields, key: ", \"unknown\": ")
    }
    sink.write("}")
  }

  /// Writes the names that an operator's schema gives the positional arguments, if any is known.
  private mutating func writeArgumentNames(_ range: CellRange, in graph: Graph) {
    let keys = range.indices.map { graph.storage.pointee.cells[$0].key }
    if keys.allSatisfy(\.isNone) { return }
    sink.write(", \"arg_names\": [")
    for (index, key) in keys.enumerated() {
      if index > 0 { sink.write(", ") }
      if key.isNone { sink.write("null") } else { write(key) }
    }
    sink.write("]")
  }
}
