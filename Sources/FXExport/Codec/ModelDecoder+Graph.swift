import FXCore
import FXGraph

/// Decodes graphs (`schema.Graph`).
extension ModelDecoder {
  /// Reads a `Graph` into a module of its own.
  mutating func readGraph() throws(FXError) -> GraphFrame {
    _ = try reader.peek()
    var frame = GraphFrame(context: context)
    do throws(FXError) {
      try readGraph(&frame)
    } catch {
      frame.assembler.deallocate()
      throw error
    }
    frame.assembler.deallocate()
    return frame
  }

  private mutating func readGraph(_ frame: inout GraphFrame) throws(FXError) {
    let start = reader.offset
    // Fields that need others which come later in the document are read at the end.
    var inputs = -1
    var outputs = -1
    var nodes = -1
    var laterValues: [(Int, ValueSection)] = []
    var isSingleTensorReturn = false
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("inputs") {
        try fields.note(0, reader, key)
        inputs = reader.offset
        try readInputs(&frame)
      } else if key.equals("outputs") {
        try fields.note(1, reader, key)
        outputs = try skipForLater()
      } else if key.equals("nodes") {
        try fields.note(2, reader, key)
        if inputs < 0 { nodes = try skipForLater() } else { try readNodes(&frame) }
      } else if key.equals("is_single_tensor_return") {
        try fields.note(3, reader, key)
        isSingleTensorReturn = try reader.readBool()
      } else if let section = ValueSection(key) {
        try fields.note(4 + section.rawValue, reader, key)
        if fields.has(2), nodes < 0 {
          try readValues(section, &frame)
        } else {
          laterValues.append((try skipForLater(), section))
        }
      } else {
        try readUnknown(key, into: &frame.graph.unknownFields)
      }
    }
    let end = reader.offset
    try fields.require(0, "inputs", reader, at: start)
    try fields.require(1, "outputs", reader, at: start)
    try fields.require(2, "nodes", reader, at: start)
    try fields.require(4, "tensor_values", reader, at: start)
    try fields.require(5, "sym_int_values", reader, at: start)
    try fields.require(6, "sym_bool_values", reader, at: start)
    if !fields.has(3) { absentFields.insert(.singleTensorReturn) }
    if !fields.has(7) { absentFields.insert(.customObjectValues) }
    if !fields.has(8) { absentFields.insert(.symFloatValues) }
    if nodes >= 0 {
      reader.move(to: nodes)
      try readNodes(&frame)
    }
    for (offset, section) in laterValues {
      reader.move(to: offset)
      try readValues(section, &frame)
    }
    reader.move(to: outputs)
    try readOutputs(isSingleTensorReturn, &frame)
    reader.move(to: end)
    completeAggregates(frame)
  }

  /// Skips a value to come back to; returns where it starts.
  mutating func skipForLater() throws(FXError) -> Int {
    _ = try reader.peek()
    let start = reader.offset
    try reader.skipValue()
    return start
  }

  // MARK: Inputs and outputs

  private mutating func readInputs(_ frame: inout GraphFrame) throws(FXError) {
    let mark = frame.assembler.mark
    var index = 0
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try readInput(index, &frame)
      index += 1
      // Whatever a constant input left on the stack is its node's value, not an argument.
      _ = frame.assembler.takeCells(above: mark)
    }
  }

  private mutating func readInput(_ index: Int, _ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let strayMark = strayFields.count
    var name = Atom.none
    var value = ValueID.unknown
    let context = context
    try readUnion("graph input") { (decoder, tag) throws(FXError) in
      if tag.equals("as_tensor") {
        name = try decoder.readNameObject()
      } else if tag.equals("as_sym_int") || tag.equals("as_sym_float") || tag.equals("as_sym_bool")
      {
        name = try decoder.readSymbolName("symbolic graph input")
      } else if tag.equals("as_custom_obj") {
        let object = try decoder.readCustomObject()
        name = object.name
        value = context.values.intern(
          .customObject(
            name: context.strings[object.name], className: context.strings[object.className]))
      } else if let constant = try decoder.readConstant(tag) {
        value = context.values.intern(Value(constant))
      } else {
        return false
      }
      return true
    }
    let node: Node
    do throws(FXError) {
      if name.isNone {
        // The name is only in the signature; until that is read the node has a stand-in.
        let standIn = context.strings.intern("arg\(index)")
        node = frame.assembler.appendRenaming(
          NodeRecord(kind: .placeholder, name: standIn, target: standIn, value: value))
        frame.unnamedInputs.append((index, node.id))
      } else {
        node = try frame.assembler.append(
          NodeRecord(kind: .placeholder, name: name, target: name, value: value))
      }
    } catch {
      throw reader.error(error.code, error.message, at: start)
    }
    try keepStrays(from: start, above: strayMark, of: node)
  }

  /// Reads a symbolic argument that must be a name.
  mutating func readSymbolName(_ union: StaticString) throws(FXError) -> Atom {
    var name = Atom.none
    try readUnion(union) { (decoder, tag) throws(FXError) in
      guard tag.equals("as_name") else { return false }
      name = try decoder.readAtom()
      return true
    }
    return name
  }

  private mutating func readOutputs(_ isSingle: Bool, _ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let mark = frame.assembler.mark
    let strayMark = strayFields.count
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try readArgument(&frame)
      // Only HOP arguments make get_attr nodes; as an output a graph has no meaning.
      if let last = frame.graph.last, last.kind == .getAttr, last.userCount == 0 {
        throw reader.error(.misplacedArgument, "a graph can't be a graph's output")
      }
    }
    if isSingle {
      guard frame.assembler.mark == mark + 1 else {
        throw reader.error(
          .misplacedArgument, "a graph of a single tensor return has one output", at: start)
      }
    } else {
      frame.assembler.close(.tuple, above: mark)
    }
    let output = context.strings.intern("output")
    let args = frame.assembler.takeCells(above: mark)
    let node = frame.assembler.appendRenaming(
      NodeRecord(kind: .output, name: output, target: output, args: args))
    try keepStrays(from: start, above: strayMark, under: "/inputs", of: node)
  }

  // MARK: Values

  /// The dictionaries of a graph that say what is known of its values.
  enum ValueSection: UInt32 {
    case tensor, symInt, symBool, customObject, symFloat

    init?(_ key: JSONText) {
      if key.equals("tensor_values") {
        self = .tensor
      } else if key.equals("sym_int_values") {
        self = .symInt
      } else if key.equals("sym_bool_values") {
        self = .symBool
      } else if key.equals("custom_obj_values") {
        self = .customObject
      } else if key.equals("sym_float_values") {
        self = .symFloat
      } else {
        return nil
      }
    }
  }

  private mutating func readValues(_ section: ValueSection, _ frame: inout GraphFrame)
    throws(FXError)
  {
    let start = reader.offset
    let strayMark = strayFields.count
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      let place = reader.offset
      let name = try intern(key)
      let value = try readValue(section)
      let node = frame.graph.nodeID(named: name)
      if node < 0 {
        frame.graph.unclaimedValues.append((context.strings[name], value))
      } else if frame.graph.storage.pointee.nodes[node].value == .unknown
        || section == .customObject
      {
        frame.graph.storage.pointee.nodes[node].value = value
      } else {
        throw reader.error(
          .jsonDuplicateKey, "the value of '\(context.strings[name])' is given twice", at: place)
      }
      reportProgress()
    }
    // Tensor metadata and expressions keep their own fields, so that these are of custom objects.
    try keepStrays(
      from: start, above: strayMark, under: Graph.objectValuesPath, in: &frame.graph.unknownFields)
  }

  private mutating func readValue(_ section: ValueSection) throws(FXError) -> ValueID {
    switch section {
    case .tensor: return try readTensorValue()
    case .symInt: return context.values.intern(.symInt(try readSymInt()))
    case .symBool: return context.values.intern(.symBool(try readSymBool()))
    case .symFloat: return context.values.intern(.symFloat(try readSymFloat()))
    case .customObject:
      let object = try readCustomObject()
      return context.values.intern(
        .customObject(
          name: context.strings[object.name], className: context.strings[object.className]))
    }
  }

  /// Puts together the values of nodes of several outputs, inner ones first.
  private func completeAggregates(_ frame: GraphFrame) {
    let nodes = frame.graph.storage.pointee.nodes
    for aggregate in frame.aggregates.reversed() {
      let parts = frame.parts[aggregate.parts].map { nodes[$0].value }
      nodes[aggregate.node].value = context.values.intern(
        aggregate.isList ? .list(parts) : .tuple(parts))
    }
  }

  // MARK: Graph arguments

  /// Reads a `GraphArgument`: registers a submodule and makes a get_attr node for it.
  mutating func readGraphArgument(_ frame: inout GraphFrame) throws(FXError) {
    let start = reader.offset
    var name = Atom.none
    var inner: GraphFrame?
    var span = UnsafeRawBufferPointer(start: nil, count: 0)
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("name") {
        try fields.note(0, reader, key)
        name = try readAtom()
      } else if key.equals("graph") {
        try fields.note(1, reader, key)
        _ = try reader.peek()
        let from = reader.offset
        inner = try readGraph()
        span = UnsafeRawBufferPointer(rebasing: reader.bytes[from..<reader.offset])
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "name", reader, at: start)
    try fields.require(1, "graph", reader, at: start)
    guard let inner, name != .empty else {
      throw reader.error(.emptyName, "the name of a graph argument is empty", at: start)
    }
    let memberName = register(inner.module, span, as: context.strings[name], in: &frame)
    let target = context.strings.intern(memberName)
    let node = frame.assembler.appendRenaming(
      NodeRecord(kind: .getAttr, name: name, target: target))
    frame.push(Cell(.node, Int64(node.id.rawValue), wire: .asGraph))
  }

  /// Adds a submodule, or finds that the same graph is there under the name already.
  private func register(
    _ module: GraphModule, _ span: UnsafeRawBufferPointer, as name: String,
    in frame: inout GraphFrame
  ) -> String {
    if let known = frame.submoduleSpans[name] {
      if known.elementsEqual(span) { return name }
      let free = frame.module.freeMemberName(
        name, above: &frame.submoduleNumbers[name, default: 0])
      frame.module[free] = .module(module)
      return free
    }
    frame.submoduleSpans[name] = span
    frame.module[name] = .module(module)
    return name
  }
}

extension Value {
  /// Makes the value of a constant.
  init(_ constant: ConstantValue) {
    switch constant {
    case .none: self = .none
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    }
  }
}
