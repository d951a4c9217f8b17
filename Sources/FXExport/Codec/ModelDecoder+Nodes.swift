import FXCore
import FXGraph

/// Decodes nodes (`schema.Node`), with getitem nodes for several outputs.
extension ModelDecoder {
  mutating func readNodes(_ frame: inout GraphFrame) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try readNode(&frame)
      reportProgress()
    }
  }

  private mutating func readNode(_ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    var fields = FieldSet()
    var target = Atom.none
    var name = Atom.none
    var isSingleReturn: Bool?
    var outputs = -1
    var metadata = MetadataID.empty
    var unknownFields: [RawField] = []
    let mark = frame.assembler.mark
    let strayMark = strayFields.count
    // The places that arguments get, by those in the file, where they change.
    var inputPlaces: [Int] = []
    var keywordMark = mark
    let firstNew = Int32(frame.graph.idLimit)
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("target") {
        try fields.note(0, reader, key)
        target = try readAtom()
      } else if key.equals("inputs") {
        try fields.note(1, reader, key)
        keywordMark = try readNodeInputs(&frame, &inputPlaces)
      } else if key.equals("outputs") {
        try fields.note(2, reader, key)
        _ = try reader.peek()
        outputs = reader.offset
        try reader.skipValue()
      } else if key.equals("metadata") {
        try fields.note(3, reader, key)
        metadata = try readMetadata()
      } else if key.equals("is_hop_single_tensor_return") {
        try fields.note(4, reader, key)
        isSingleReturn = try readOptional { (decoder) throws(FXError) in
          try decoder.reader.readBool()
        }
      } else if key.equals("name") {
        try fields.note(5, reader, key)
        name = try readOptional { (decoder) throws(FXError) in try decoder.readAtom() } ?? .none
      } else {
        try readUnknown(key, into: &unknownFields)
      }
    }
    let end = reader.offset
    try fields.require(0, "target", reader, at: start)
    try fields.require(1, "inputs", reader, at: start)
    try fields.require(2, "outputs", reader, at: start)
    try fields.require(3, "metadata", reader, at: start)
    if !fields.has(4) { absentFields.insert(.hopReturn) }
    if !fields.has(5) { absentFields.insert(.nodeName) }
    if name != .none { hasNodeNames = true }
    // A graph argument has no metadata of its own; its get_attr node takes the call's.
    for id in firstNew..<Int32(frame.graph.idLimit) {
      frame.graph.storage.pointee.nodes[id].metadata = metadata
    }
    let kwargs = frame.assembler.takeCells(above: keywordMark)
    let args = frame.assembler.takeCells(above: mark)
    let record = NodeRecord(
      kind: .callFunction, name: name, target: target, args: args, kwargs: kwargs,
      metadata: metadata)
    reader.move(to: outputs)
    let node = try appendNode(record, isSingleReturn: isSingleReturn, at: start, &frame)
    reader.move(to: end)
    try keepStrays(from: start, above: strayMark, in: &unknownFields)
    if !inputPlaces.isEmpty { unknownFields = unknownFields.map { $0.moved(to: inputPlaces) } }
    if !unknownFields.isEmpty { frame.graph.unknownNodeFields[node] = unknownFields }
  }

  /// Reads the arguments; returns the mark between positional and keyword arguments.
  ///
  /// - Parameter inputPlaces: gets the places of the arguments where those are not as in the file.
  private mutating func readNodeInputs(
    _ frame: inout GraphFrame, _ inputPlaces: inout [Int]
  ) throws(FXError) -> Int {
    let mark = frame.assembler.mark
    var positionals = 0
    var keywords: [Atom] = []
    var keys = KeySet<Atom>()
    // Kept only where a positional argument follows a keyword.
    var isKeyword: [Bool]?
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      if let name = try readNamedArgument(&frame) {
        isKeyword?.append(true)
        guard keys.isNew(name, after: keywords) else {
          throw reader.error(.jsonDuplicateKey, "two keyword arguments have one name")
        }
        keywords.append(name)
      } else {
        if isKeyword == nil, !keywords.isEmpty {
          isKeyword = [Bool](repeating: false, count: positionals)
          isKeyword?.append(contentsOf: repeatElement(true, count: keywords.count))
        }
        isKeyword?.append(false)
        positionals += 1
      }
    }
    // torch.fx keeps positional arguments first, whatever the order in the file.
    if let isKeyword {
      frame.assembler.moveToEnd(above: mark, isKeyword)
      var (positional, keyword) = (0, positionals)
      inputPlaces = isKeyword.map { isKeyword in
        defer { if isKeyword { keyword += 1 } else { positional += 1 } }
        return isKeyword ? keyword : positional
      }
    }
    return mark + positionals
  }

  /// Reads an argument; returns the name of a keyword argument, nil for a positional one.
  private mutating func readNamedArgument(_ frame: inout GraphFrame) throws(FXError) -> Atom? {
    _ = try reader.peek()
    let start = reader.offset
    var fields = FieldSet()
    var name = Atom.none
    var kind = 1
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("name") {
        try fields.note(0, reader, key)
        name = try readAtom()
      } else if key.equals("arg") {
        try fields.note(1, reader, key)
        try readArgument(&frame)
      } else if key.equals("kind") {
        try fields.note(2, reader, key)
        let place = reader.offset
        kind = try readOptional { (decoder) throws(FXError) in try decoder.reader.readInt() } ?? 1
        guard (0...2).contains(kind) else {
          throw reader.error(.unknownEnumValue, "\(kind) is not an ArgumentKind", at: place)
        }
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "name", reader, at: start)
    try fields.require(1, "arg", reader, at: start)
    if !fields.has(2) { absentFields.insert(.argumentKind) }
    frame.assembler.setKey(name)
    return kind == 2 && name != .empty ? name : nil
  }

  mutating func readMetadata() throws(FXError) -> MetadataID {
    var entries: [MetadataEntry] = []
    var keys = KeySet<Atom>()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      let name = try intern(key)
      if !keys.isNew(name, after: entries.lazy.map(\.key)) {
        throw reader.error(.jsonDuplicateKey, "the key '\(key.string)' comes twice")
      }
      entries.append(MetadataEntry(key: name, text: try readAtom()))
    }
    return context.metadata.intern(entries)
  }

  // MARK: Outputs

  private mutating func appendNode(
    _ proposed: NodeRecord, isSingleReturn: Bool?, at start: Int, _ frame: inout GraphFrame
  ) throws(FXError) -> NodeID {
    var record = proposed
    let outputsStart = reader.offset
    var parts: [OutputPart] = []
    try readOutputParts(&parts)
    let isHOP = OperatorName.isHigherOrder(target: context.strings.utf8(record.target))
    let isTupleOfOne = isHOP && parts.count == 1 && isSingleReturn != true && !parts[0].isNone
    if parts.count == 1, !isTupleOfOne {
      switch parts[0] {
      case .named(let name):
        record.name = name
        return try append(record, at: outputsStart, &frame)
      case .none:
        record.value = context.values.intern(.none)
        if record.name.isNone {
          record.name = context.strings.intern(context.unusedName(of: record.target))
          return frame.assembler.appendRenaming(record).id
        }
        return try append(record, at: start, &frame)
      case .list(let elements):
        let node = try append(record, at: start, &frame)
        try appendGetitems(elements, of: node, isList: true, record.metadata, outputsStart, &frame)
        return node
      }
    }
    let node = try append(record, at: start, &frame)
    if !parts.isEmpty {
      try appendGetitems(parts, of: node, isList: false, record.metadata, outputsStart, &frame)
    }
    return node
  }

  private enum OutputPart {
    case named(Atom)
    case none
    case list([OutputPart])

    var isNone: Bool { if case .none = self { true } else { false } }
  }

  private mutating func readOutputParts(_ parts: inout [OutputPart]) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      var part = OutputPart.none
      try readUnion("node output") { (decoder, tag) throws(FXError) in
        if tag.equals("as_tensor") {
          part = .named(try decoder.readNameObject())
        } else if tag.equals("as_none") {
          try decoder.reader.skipValue()
        } else if tag.equals("as_tensors") {
          part = .list(try decoder.readOutputList())
        } else if tag.equals("as_sym_int") || tag.equals("as_sym_bool")
          || tag.equals("as_sym_float")
        {
          part = .named(try decoder.readSymbolName("symbolic output"))
        } else if tag.equals("as_custom_obj") {
          part = .named(try decoder.readCustomObject().name)
        } else {
          return false
        }
        return true
      }
      parts.append(part)
    }
  }

  private mutating func readOutputList() throws(FXError) -> [OutputPart] {
    var elements: [OutputPart] = []
    try readArray { (decoder) throws(FXError) in
      elements.append(.named(try decoder.readNameObject()))
    }
    return elements
  }

  /// Adds a node by the name in its record, or by torch.fx's rules where it has none.
  private func append(_ record: NodeRecord, at place: Int, _ frame: inout GraphFrame)
    throws(FXError) -> NodeID
  {
    if record.name.isNone {
      var copy = record
      copy.name = frame.assembler.proposedName(for: record.target)
      return frame.assembler.appendRenaming(copy).id
    }
    do throws(FXError) {
      return try frame.assembler.append(record).id
    } catch {
      throw reader.error(error.code, error.message, at: place)
    }
  }

  private func appendGetitems(
    _ parts: [OutputPart], of producer: NodeID, isList: Bool, _ metadata: MetadataID, _ place: Int,
    _ frame: inout GraphFrame
  ) throws(FXError) {
    let strings = context.strings
    let getitem = strings.intern(Targets.getitem)
    let index = frame.aggregates.count
    frame.aggregates.append(
      GraphFrame.Aggregate(node: producer.rawValue, isList: isList, parts: 0..<0))
    var nodes: [Int32] = []
    for (position, part) in parts.enumerated() {
      let mark = frame.assembler.mark
      frame.push(Cell(.node, Int64(producer.rawValue)))
      frame.push(Cell(.int, Int64(position)))
      var record = NodeRecord(
        kind: .callFunction, name: .none, target: getitem,
        args: frame.assembler.takeCells(above: mark), metadata: metadata)
      switch part {
      case .named(let name):
        record.name = name
      case .none:
        record.name = strings.intern("as_none")
        record.value = context.values.intern(.none)
        nodes.append(frame.assembler.appendRenaming(record).id.rawValue)
        continue
      case .list: break
      }
      let node = try append(record, at: place, &frame)
      nodes.append(node.rawValue)
      if case .list(let elements) = part {
        try appendGetitems(elements, of: node, isList: true, metadata, place, &frame)
      }
    }
    let first = frame.parts.count
    frame.parts.append(contentsOf: nodes)
    frame.aggregates[index].parts = first..<frame.parts.count
  }
}
