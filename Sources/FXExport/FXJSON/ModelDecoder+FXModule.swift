import FXCore
import FXGraph

/// Decodes modules and graphs of FX JSON.
extension ModelDecoder {
  /// Reads a module; one with a graph becomes a `GraphModule`.
  mutating func readFXModule() throws(FXError) -> Module {
    _ = try reader.peek()
    let start = reader.offset
    var className = ""
    var graph: GraphModule?
    var metadata: [(key: String, text: String)] = []
    var members: [(name: String, member: Module.Member)] = []
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("class") {
        try fields.note(0, reader, key)
        className = try reader.readString()
      } else if key.equals("graph") {
        try fields.note(1, reader, key)
        graph = try readFXGraph()
      } else if key.equals("metadata") {
        try fields.note(2, reader, key)
        metadata = try readTexts()
      } else if key.equals("members") {
        try fields.note(3, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          members.append((key.string, try decoder.readFXMember()))
        }
      } else {
        throw unknownField(key, "module")
      }
    }
    try fields.require(0, "class", reader, at: start)
    if fields.has(2) { try fields.require(1, "graph", reader, at: start) }
    let module = graph ?? Module()
    module.className = className
    graph?.metadata = metadata
    for (name, member) in members { module[name] = member }
    return module
  }

  /// Reads texts by key.
  private mutating func readTexts() throws(FXError) -> [(key: String, text: String)] {
    var texts: [(key: String, text: String)] = []
    try readDictionary { (decoder, key) throws(FXError) in
      texts.append((key.string, try decoder.reader.readString()))
    }
    return texts
  }

  private mutating func readFXMember() throws(FXError) -> Module.Member {
    _ = try reader.peek()
    let start = reader.offset
    var member: Module.Member?
    var isParameter: Bool?
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("parameter"), isParameter == nil {
        isParameter = try reader.readBool()
        continue
      }
      guard member == nil else {
        throw reader.error(.malformedUnion, "the member has a second kind, '\(key.string)'")
      }
      if key.equals("module") {
        member = .module(try readFXModule())
      } else if key.equals("tensor") {
        member = .tensor(try readTensorMeta(), isParameter: false)
      } else if key.equals("object") {
        member = .object(try reader.readString())
      } else {
        throw reader.error(.unknownTag, "unknown kind of member: '\(key.string)'")
      }
    }
    guard let member else {
      throw reader.error(.malformedUnion, "the member has no kind", at: start)
    }
    guard let isParameter else { return member }
    guard case .tensor(let meta, _) = member else {
      throw reader.error(.malformedUnion, "only a tensor can be a parameter", at: start)
    }
    return .tensor(meta, isParameter: isParameter)
  }

  // MARK: Graphs

  private mutating func readFXGraph() throws(FXError) -> GraphModule {
    var frame = GraphFrame(context: context)
    defer { frame.assembler.deallocate() }
    _ = try reader.peek()
    let start = reader.offset
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("nodes") {
        try fields.note(0, reader, key)
        try reader.beginArray()
        var isFirst = true
        while try reader.nextElement(&isFirst) { try readFXNode(&frame) }
      } else if key.equals("unclaimed") {
        try fields.note(1, reader, key)
        try readArray { (decoder) throws(FXError) in
          frame.graph.unclaimedValues.append(try decoder.readUnclaimedValue())
        }
      } else if key.equals("unknown") {
        try fields.note(2, reader, key)
        frame.graph.unknownFields = try readRawFields()
      } else {
        throw unknownField(key, "graph")
      }
    }
    try fields.require(0, "nodes", reader, at: start)
    return frame.module
  }

  /// Reads `[NAME, VALUE]`.
  private mutating func readUnclaimedValue() throws(FXError) -> (name: String, value: ValueID) {
    _ = try reader.peek()
    let start = reader.offset
    var name: String?
    var value: ValueID?
    try readArray { (decoder) throws(FXError) in
      if name == nil {
        name = try decoder.reader.readString()
      } else if value == nil {
        value = try decoder.readFXValue()
      } else {
        throw decoder.reader.error(.jsonKind, "an unclaimed value is a pair")
      }
    }
    try refuseStrays("value")
    guard let name, let value else {
      throw reader.error(.jsonKind, "an unclaimed value is a pair", at: start)
    }
    return (name, value)
  }

  private mutating func readFXNode(_ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    var record = NodeRecord(kind: .output, name: .none, target: .none)
    var argumentNames: [Atom] = []
    var unknownFields: [RawField] = []
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("op") {
        try fields.note(0, reader, key)
        record.kind = try readNodeKind()
      } else if key.equals("name") {
        try fields.note(1, reader, key)
        record.name = try readAtom()
      } else if key.equals("target") {
        try fields.note(2, reader, key)
        record.target = try readAtom()
      } else if key.equals("args") {
        try fields.note(3, reader, key)
        record.args = try readFXArguments(&frame)
      } else if key.equals("kwargs") {
        try fields.note(4, reader, key)
        record.kwargs = try readFXEntries(&frame)
      } else if key.equals("type") {
        try fields.note(5, reader, key)
        record.type = try readAtom()
      } else if key.equals("val") {
        try fields.note(6, reader, key)
        record.value = try readFXValue()
      } else if key.equals("meta") {
        try fields.note(7, reader, key)
        record.metadata = try readMetadata()
      } else if key.equals("arg_names") {
        try fields.note(8, reader, key)
        try readArray { (decoder) throws(FXError) in
          let name = try decoder.readOptional { (decoder) throws(FXError) in
            try decoder.readAtom()
          }
          argumentNames.append(name ?? .none)
        }
      } else if key.equals("unknown") {
        try fields.note(9, reader, key)
        unknownFields = try readRawFields()
      } else {
        throw unknownField(key, "node")
      }
    }
    try fields.require(0, "op", reader, at: start)
    try fields.require(1, "name", reader, at: start)
    try fields.require(2, "target", reader, at: start)
    try refuseStrays("node")
    if fields.has(8) {
      guard argumentNames.count == Int(record.args.count) else {
        throw reader.error(
          .wrongArguments,
          "\(argumentNames.count) names for \(record.args.count) positional arguments", at: start)
      }
      for (index, name) in zip(record.args.indices, argumentNames) {
        frame.graph.storage.pointee.cells[index].key = name
      }
    }
    do throws(FXError) {
      let node = try frame.assembler.append(record)
      if !unknownFields.isEmpty { frame.graph.unknownNodeFields[node.id] = unknownFields }
    } catch {
      throw reader.error(error.code, error.message, at: start)
    }
  }

  private mutating func readNodeKind() throws(FXError) -> NodeKind {
    _ = try reader.peek()
    let start = reader.offset
    let name = try reader.readString()
    guard let kind = NodeKind(name: name) else {
      throw reader.error(.unknownEnumValue, "'\(name)' is not an opcode of FX", at: start)
    }
    return kind
  }
}
