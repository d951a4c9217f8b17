import FXCore
import FXGraph

/// Encodes graphs and nodes (`GraphModuleSerializer.serialize_graph`).
extension ModelEncoder {
  /// The values of a graph in the order in which its nodes define them, by dictionary.
  struct DefinedValues {
    var tensors: [(name: Atom, value: ValueID)] = []
    var symInts: [(name: Atom, value: ValueID)] = []
    var symFloats: [(name: Atom, value: ValueID)] = []
    var symBools: [(name: Atom, value: ValueID)] = []
    var customObjects: [(name: Atom, value: ValueID)] = []
  }

  /// Writes a `Graph`.
  ///
  /// - Throws: `schema.notSerializable`; also where submodules that fetch one another would make
  ///   more than `Limits.writtenGraphs` graphs of few.
  mutating func write(_ graph: Graph) throws(FXError) {
    writtenGraphs += 1
    if writtenGraphs > Limits.writtenGraphs.value {
      throw refusal(
        "the submodules are mentioned so often that too many graphs would be written, beyond the "
          + "limit \(Limits.writtenGraphs)")
    }
    var defined = DefinedValues()
    let outerDuplicates = duplicateGetitems
    duplicateGetitems = graph.duplicateGetitems()
    defer { duplicateGetitems = outerDuplicates }
    sink.write("{\"inputs\": [")
    var isFirst = true
    for node in graph.nodes where node.kind == .placeholder {
      if !isFirst { sink.write(", ") }
      isFirst = false
      try restoring(node.unknownFields) { (encoder) throws(FXError) in
        try encoder.writeInput(node, &defined)
      }
    }
    sink.write("], \"outputs\": ")
    var isSingle = false
    let outputFields = graph.outputNode?.unknownFields ?? []
    try restoring(outputFields, under: "/inputs") { (encoder) throws(FXError) in
      isSingle = try encoder.writeOutputs(of: graph)
    }
    sink.write(", \"nodes\": [")
    isFirst = true
    for node in graph.nodes {
      let id = node.id.rawValue
      switch node.kind {
      case .placeholder, .getAttr, .output: continue
      case .callModule, .callMethod:
        throw FXError(
          .notSerializable, "model JSON has no \(node.kind.name) nodes",
          at: SourcePlace(node: node.name))
      case .callFunction:
        if graph.getitemParts(of: id) != nil { continue }
        if !isFirst { sink.write(", ") }
        isFirst = false
        do throws(FXError) {
          try restoring(node.unknownFields) { (encoder) throws(FXError) in
            try encoder.writeNode(node, in: graph, &defined)
          }
        } catch {
          throw error.atNode(node.name)
        }
      }
    }
    for (name, value) in graph.unclaimedValues {
      defined.append(context.strings.intern(name), value, kind: referenceKind(value))
    }
    sink.write("]")
    try write(defined, isSingle: isSingle, graph.unknownFields)
    write(unknown: graph.unknownFields)
    sink.write("}")
  }

  private mutating func write(
    _ defined: DefinedValues, isSingle: Bool, _ unknownFields: [RawField]
  ) throws(FXError) {
    sink.write(", \"tensor_values\": ")
    try write(defined.tensors)
    sink.write(", \"sym_int_values\": ")
    try write(defined.symInts)
    sink.write(", \"sym_bool_values\": ")
    try write(defined.symBools)
    if isSingle || !absentFields.contains(.singleTensorReturn) {
      sink.write(", \"is_single_tensor_return\": ")
      sink.writeJSON(isSingle)
    }
    if !defined.customObjects.isEmpty || !absentFields.contains(.customObjectValues) {
      sink.write(", \"custom_obj_values\": ")
      try restoring(unknownFields, under: Graph.objectValuesPath) {
        (encoder) throws(FXError) in try encoder.write(defined.customObjects)
      }
    }
    if !defined.symFloats.isEmpty || !absentFields.contains(.symFloatValues) {
      sink.write(", \"sym_float_values\": ")
      try write(defined.symFloats)
    }
  }

  private mutating func write(_ entries: [(name: Atom, value: ValueID)]) throws(FXError) {
    sink.write("{")
    var isFirst = true
    for entry in entries {
      if !isFirst { sink.write(", ") }
      isFirst = false
      write(entry.name)
      sink.write(": ")
      try writeEntry(entry.value)
    }
    sink.write("}")
  }

  // MARK: Inputs and outputs

  private mutating func writeInput(_ node: Node, _ defined: inout DefinedValues) throws(FXError) {
    // Model JSON has the value of such an input and no name that something could use.
    if let value = node.value, value.isConstant, node.userCount > 0 {
      throw FXError(
        .notSerializable,
        "model JSON has no name for an input that is a constant, and this one is used",
        at: SourcePlace(node: node.name))
    }
    switch node.value {
    case .none?: sink.write("{\"as_none\": true}")
    case .int(let value)?:
      sink.write("{\"as_int\": ")
      sink.write(value)
      sink.write("}")
    case .float(let value)?:
      sink.write("{\"as_float\": ")
      sink.writeJSON(value)
      sink.write("}")
    case .bool(let value)?: sink.write(value ? "{\"as_bool\": true}" : "{\"as_bool\": false}")
    case .string(let value)?:
      sink.write("{\"as_string\": ")
      sink.writeJSON(value)
      sink.write("}")
    case .list?, .tuple?:
      throw FXError(
        .notSerializable, "a graph input can't be a list", at: SourcePlace(node: node.name))
    default: try writeDefinition(node.nameAtom, node.valueID, &defined)
    }
  }

  /// Writes the outputs; returns whether the graph returns a single value, in no tuple.
  private mutating func writeOutputs(of graph: Graph) throws(FXError) -> Bool {
    guard let output = graph.outputNode else {
      sink.write("[]")
      return false
    }
    let record = graph.storage.pointee.nodes[output.id.rawValue]
    guard record.args.count == 1 else {
      throw FXError(.wrongArguments, "the output has exactly one argument")
    }
    let result = graph.storage.pointee.cells[record.args.start]
    let isSingle = result.tag != .tuple && result.tag != .list
    let parts = isSingle ? record.args : result.parts
    sink.write("[")
    for (position, index) in parts.indices.enumerated() {
      if position > 0 { sink.write(", ") }
      try write(graph.storage.pointee.cells[index], in: graph)
    }
    sink.write("]")
    return isSingle
  }

  /// Writes a value where it is defined, and notes it for its dictionary.
  private mutating func writeDefinition(
    _ name: Atom, _ value: ValueID, _ defined: inout DefinedValues
  ) throws(FXError) {
    let kind = referenceKind(value)
    switch kind {
    case .none: return sink.write("{\"as_none\": true}")
    case .tensor: sink.write("{\"as_tensor\": {\"name\": ")
    case .symInt: sink.write("{\"as_sym_int\": {\"as_name\": ")
    case .symFloat: sink.write("{\"as_sym_float\": {\"as_name\": ")
    case .symBool: sink.write("{\"as_sym_bool\": {\"as_name\": ")
    case .customObject:
      guard case .customObject(_, let className)? = context.values[value] else { return }
      sink.write("{\"as_custom_obj\": ")
      writeObject(name: name, className: context.strings.intern(className))
      sink.write("}")
      defined.append(name, value, kind: kind)
      return
    case .aggregate:
      throw FXError(
        .notSerializable, "lists of lists of results can't be written",
        at: SourcePlace(node: context.strings[name]))
    }
    write(name)
    sink.write("}}")
    if value != .unknown { defined.append(name, value, kind: kind) }
  }

  // MARK: Nodes

  private mutating func writeNode(_ node: Node, in graph: Graph, _ defined: inout DefinedValues)
    throws(FXError)
  {
    let record = graph.storage.pointee.nodes[node.id.rawValue]
    sink.write("{\"target\": ")
    write(record.target)
    sink.write(", \"inputs\": [")
    var isFirst = true
    for (range, kind) in [(record.args, 1), (record.kwargs, 2)] {
      for index in range.indices {
        if !isFirst { sink.write(", ") }
        isFirst = false
        let cell = graph.storage.pointee.cells[index]
        if cell.key.isNone {
          throw FXError(
            .notSerializable,
            "no schema gives the names of its arguments: declare '\(context.strings[record.target])' "
              + "to an OperatorLibrary, and give it to the pipeline or call normalizeArguments(of:)",
            at: SourcePlace(node: node.name))
        }
        sink.write("{\"name\": ")
        write(cell.key)
        sink.write(", \"arg\": ")
        try write(cell, in: graph)
        if !absentFields.contains(.argumentKind) {
          sink.write(kind == 1 ? ", \"kind\": 1" : ", \"kind\": 2")
        }
        sink.write("}")
      }
    }
    sink.write("], \"outputs\": [")
    try writeOutputs(of: node, record, in: graph, &defined)
    sink.write("], \"metadata\": {")
    isFirst = true
    for entry in context.metadata.entries(of: record.metadata) {
      if !isFirst { sink.write(", ") }
      isFirst = false
      write(entry.key)
      sink.write(": ")
      write(entry.text)
    }
    sink.write("}")
    writeTail(node, record)
    write(unknown: node.unknownFields)
    sink.write("}")
  }

  private mutating func writeTail(_ node: Node, _ record: NodeRecord) {
    if !absentFields.contains(.hopReturn) {
      if OperatorName.isHigherOrder(target: context.strings.utf8(record.target)) {
        sink.write(
          referenceKind(record.value) == .tensor && record.value != .unknown
            ? ", \"is_hop_single_tensor_return\": true" : ", \"is_hop_single_tensor_return\": false"
        )
      } else {
        sink.write(", \"is_hop_single_tensor_return\": null")
      }
    }
    if !absentFields.contains(.nodeName) {
      sink.write(", \"name\": ")
      write(record.name)
    }
  }

  private mutating func writeOutputs(
    of node: Node, _ record: NodeRecord, in graph: Graph, _ defined: inout DefinedValues
  ) throws(FXError) {
    let id = node.id.rawValue
    switch context.values[record.value] {
    case nil:
      // Without a value an operator has no results, unless something uses one.
      if node.userCount > 0 { try writeDefinition(record.name, .unknown, &defined) }
    case .list(let parts):
      sink.write("{\"as_tensors\": [")
      writeNames(of: id, parts, in: graph, &defined)
      sink.write("]}")
    case .tuple(let parts):
      let users = graph.getitems(of: id, count: parts.count)
      for (index, part) in parts.enumerated() {
        if index > 0 { sink.write(", ") }
        let name =
          users[index] < 0 ? unusedName(record.name, index, graph) : self.name(users[index], graph)
        if let inner = context.values[part]?.elements {
          sink.write("{\"as_tensors\": [")
          if users[index] < 0 {
            writeUnused(name, inner, &defined)
          } else {
            writeNames(of: users[index], inner, in: graph, &defined)
          }
          sink.write("]}")
        } else {
          try writeDefinition(name, part, &defined)
        }
      }
    default: try writeDefinition(record.name, record.value, &defined)
    }
  }

  /// Writes the tensors of a list, by the names of the getitem nodes that take them.
  private mutating func writeNames(
    of producer: Int32, _ parts: [ValueID], in graph: Graph, _ defined: inout DefinedValues
  ) {
    let users = graph.getitems(of: producer, count: parts.count)
    for (index, part) in parts.enumerated() {
      if index > 0 { sink.write(", ") }
      let name =
        users[index] < 0
        ? unusedName(self.name(producer, graph), index, graph) : self.name(users[index], graph)
      writeListed(name, part, &defined)
    }
  }

  /// Writes the tensors of a list that nothing takes.
  private mutating func writeUnused(
    _ producer: Atom, _ parts: [ValueID], _ defined: inout DefinedValues
  ) {
    for (index, part) in parts.enumerated() {
      if index > 0 { sink.write(", ") }
      let name = context.strings.intern("\(context.strings[producer])_\(index)")
      writeListed(name, part, &defined)
    }
  }

  private mutating func writeListed(
    _ name: Atom, _ value: ValueID, _ defined: inout DefinedValues
  ) {
    sink.write("{\"name\": ")
    write(name)
    sink.write("}")
    if value != .unknown { defined.append(name, value, kind: .tensor) }
  }

  private func name(_ node: Int32, _ graph: Graph) -> Atom {
    graph.storage.pointee.nodes[node].name
  }

  /// Returns PyTorch's name for a result that nothing uses, unless a node has it.
  private func unusedName(_ producer: Atom, _ index: Int, _ graph: Graph) -> Atom {
    var name = context.strings.intern("\(context.strings[producer])_unused_\(index)")
    while graph.nodeID(named: name) >= 0 {
      name = context.strings.intern("\(context.strings[name])_")
    }
    return name
  }
}

extension ModelEncoder.DefinedValues {
  mutating func append(_ name: Atom, _ value: ValueID, kind: ReferenceKind) {
    switch kind {
    case .tensor: tensors.append((name, value))
    case .symInt: symInts.append((name, value))
    case .symFloat: symFloats.append((name, value))
    case .symBool: symBools.append((name, value))
    case .customObject: customObjects.append((name, value))
    case .none, .aggregate: break
    }
  }
}

extension Value {
  /// Whether it is written as itself where a graph takes it as an input.
  fileprivate var isConstant: Bool {
    switch self {
    case .none, .int, .float, .bool, .string: true
    default: false
    }
  }
}
