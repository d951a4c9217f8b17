import FXCore
import FXGraph

/// Decodes the outer structures: program, graph module, module call graph.
extension ModelDecoder {
  /// Reads an `ExportedProgram`.
  mutating func readProgram() throws(FXError) -> ExportedProgram {
    _ = try reader.peek()
    let start = reader.offset
    var program = ExportedProgram(
      module: GraphModule(Graph(context: context)), signature: GraphSignature())
    program.opsetVersion = []
    program.verifiers = []
    program.torchVersion = "<=2.4"
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("graph_module") {
        try fields.note(0, reader, key)
        try readGraphModule(&program)
      } else if key.equals("opset_version") {
        try fields.note(1, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          program.opsetVersion.append((key.string, try decoder.reader.readInt()))
        }
      } else if key.equals("range_constraints") {
        try fields.note(2, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          program.rangeConstraints.append((key.string, try decoder.readRange()))
        }
      } else if key.equals("schema_version") {
        try fields.note(3, reader, key)
        program.schemaVersion = try readSchemaVersion(&program)
      } else if key.equals("verifiers") {
        try fields.note(4, reader, key)
        program.verifiers = try readStrings()
      } else if key.equals("torch_version") {
        try fields.note(5, reader, key)
        program.torchVersion = try reader.readString()
      } else if key.equals("guards_code") {
        try fields.note(6, reader, key)
        program.guardsCode = try readStrings()
      } else if envelopeModule != nil, key.equals("absent_fields") {
        try fields.note(7, reader, key)
        try readArray { (decoder) throws(FXError) in
          decoder.absentFields.insert(try decoder.readOptionalField())
        }
      } else {
        try readUnknown(key, into: &program.unknownFields)
      }
    }
    try reader.finish()
    try fields.require(0, "graph_module", reader, at: start)
    try fields.require(1, "opset_version", reader, at: start)
    try fields.require(2, "range_constraints", reader, at: start)
    try fields.require(3, "schema_version", reader, at: start)
    if !fields.has(4) { absentFields.insert(.verifiers) }
    if !fields.has(5) { absentFields.insert(.torchVersion) }
    if !fields.has(6) { absentFields.insert(.guardsCode) }
    // What is absent from an envelope is what it says, as its graph is not there to tell.
    // Where some nodes have names, others may refer to them: they are written for all.
    if hasNodeNames { absentFields.remove(.nodeName) }
    program.absentFields = absentFields
    program.arityWhenRead = SignatureArity(program)
    return program
  }

  private mutating func readOptionalField() throws(FXError) -> OptionalFields {
    _ = try reader.peek()
    let start = reader.offset
    let text = try reader.readText()
    guard let field = OptionalFields(text) else {
      throw reader.error(
        .unknownEnumValue, "'\(text.string)' is not an optional field of the schema", at: start)
    }
    return field
  }

  mutating func readStrings() throws(FXError) -> [String] {
    var result: [String] = []
    try readArray { (decoder) throws(FXError) in result.append(try decoder.reader.readString()) }
    return result
  }

  private mutating func readRange() throws(FXError) -> RangeConstraint {
    let start = reader.offset
    var range = RangeConstraint()
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("min_val") {
        try fields.note(0, reader, key)
        range.min = try readOptional { (decoder) throws(FXError) in try decoder.reader.readInt() }
      } else if key.equals("max_val") {
        try fields.note(1, reader, key)
        range.max = try readOptional { (decoder) throws(FXError) in try decoder.reader.readInt() }
      } else {
        try readUnknown(key, into: &range.unknownFields)
      }
    }
    try fields.require(0, "min_val", reader, at: start)
    try fields.require(1, "max_val", reader, at: start)
    return range
  }

  private mutating func readSchemaVersion(_ program: inout ExportedProgram) throws(FXError)
    -> SchemaVersion
  {
    _ = try reader.peek()
    let start = reader.offset
    var version = SchemaVersion(major: 0, minor: 0)
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("major") {
        try fields.note(0, reader, key)
        version.major = try reader.readInt()
      } else if key.equals("minor") {
        try fields.note(1, reader, key)
        version.minor = try reader.readInt()
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "major", reader, at: start)
    try fields.require(1, "minor", reader, at: start)
    try keepStrays(from: start, under: "/schema_version", in: &program.unknownFields)
    guard version.isReadable else {
      throw reader.error(
        .unsupportedVersion,
        "the document follows schema \(version); FXKit reads \(SchemaVersion.oldest) to "
          + "\(SchemaVersion.current.major).x", at: start)
    }
    if version < .firstDirect, envelopeModule != nil {
      throw reader.error(
        .unsupportedVersion,
        "a graph of this form has schema \(SchemaVersion.firstDirect) or later, "
          + "not \(version)", at: start)
    }
    if version < .firstDirect {
      throw reader.error(.outdatedVersion, "the document follows schema \(version)", at: start)
    }
    return version
  }

  // MARK: Graph module

  /// The JSON pointer from a graph module to the field names of its namedtuples.
  static let namedTuplesPath = "/treespec_namedtuple_fields"

  private mutating func readGraphModule(_ program: inout ExportedProgram) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    var signature = -1
    var unnamedInputs: [(index: Int, node: NodeID)] = []
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("graph") {
        try fields.note(0, reader, key)
        let frame = try readGraph()
        program.module = frame.module
        unnamedInputs = frame.unnamedInputs
      } else if key.equals("signature") {
        try fields.note(1, reader, key)
        _ = try reader.peek()
        signature = reader.offset
        try reader.skipValue()
      } else if key.equals("module_call_graph") {
        try fields.note(2, reader, key)
        try readArray { (decoder) throws(FXError) in
          program.moduleCallGraph.append(try decoder.readModuleCallEntry())
        }
      } else if key.equals("metadata") {
        try fields.note(3, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          program.module.metadata.append((key.string, try decoder.reader.readString()))
        }
      } else if key.equals("treespec_namedtuple_fields") {
        try fields.note(4, reader, key)
        let start = reader.offset
        try readDictionary { (decoder, key) throws(FXError) in
          program.namedTupleFields.append((key.string, try decoder.readNamedTuple()))
        }
        try keepStrays(
          from: start, under: Self.namedTuplesPath, in: &program.unknownModuleFields)
      } else {
        try readUnknown(key, into: &program.unknownModuleFields)
      }
    }
    let end = reader.offset
    if let envelopeModule {
      program.module = envelopeModule
    } else {
      try fields.require(0, "graph", reader, at: start)
      if !fields.has(3) { absentFields.insert(.moduleMetadata) }
    }
    try fields.require(1, "signature", reader, at: start)
    try fields.require(2, "module_call_graph", reader, at: start)
    if !fields.has(4) { absentFields.insert(.namedTupleFields) }
    reader.move(to: signature)
    program.signature = try readSignature(SignatureNames(program.graph))
    reader.move(to: end)
    nameInputs(unnamedInputs, &program)
  }

  /// Names the placeholders of constants as the signature does.
  private func nameInputs(
    _ inputs: [(index: Int, node: NodeID)], _ program: inout ExportedProgram
  ) {
    for (index, node) in inputs where index < program.signature.inputs.count {
      let spec = program.signature.inputs[index]
      guard case .constantInput(_, let value) = spec.kind, let name = spec.literalName,
        !name.isEmpty
      else { continue }
      let placeholder = program.graph[node]
      placeholder.target = name
      if program.graph.rename(placeholder, to: name) == name {
        program.signature.inputs[index].kind = .constantInput(.positional, value: value)
      }
    }
  }

  private mutating func readNamedTuple() throws(FXError) -> [String] {
    let start = reader.offset
    var names: [String] = []
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      guard key.equals("field_names") else {
        try readStray(key, of: start)
        continue
      }
      try fields.note(0, reader, key)
      names = try readStrings()
    }
    try fields.require(0, "field_names", reader, at: start)
    return names
  }

  // MARK: Module call graph

  private mutating func readModuleCallEntry() throws(FXError) -> ModuleCallEntry {
    let start = reader.offset
    var entry = ModuleCallEntry(fqn: "")
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("fqn") {
        try fields.note(0, reader, key)
        entry.fqn = try reader.readString()
      } else if key.equals("signature") {
        try fields.note(1, reader, key)
        entry.signature = try readOptional { (decoder) throws(FXError) in
          try decoder.readCallSignature()
        }
      } else {
        try readUnknown(key, into: &entry.unknownFields)
      }
    }
    try fields.require(0, "fqn", reader, at: start)
    if !fields.has(1) { absentFields.insert(.callSignature) }
    return entry
  }

  private mutating func readCallSignature() throws(FXError) -> ModuleCallSignature {
    let start = reader.offset
    var signature = ModuleCallSignature(inSpec: "", outSpec: "")
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("inputs") {
        try fields.note(0, reader, key)
        try readArray { (decoder) throws(FXError) in
          signature.inputs.append(try decoder.readCallArgument())
        }
      } else if key.equals("outputs") {
        try fields.note(1, reader, key)
        try readArray { (decoder) throws(FXError) in
          signature.outputs.append(try decoder.readCallArgument())
        }
      } else if key.equals("in_spec") {
        try fields.note(2, reader, key)
        signature.inSpec = try reader.readString()
      } else if key.equals("out_spec") {
        try fields.note(3, reader, key)
        signature.outSpec = try reader.readString()
      } else if key.equals("forward_arg_names") {
        try fields.note(4, reader, key)
        signature.forwardArgNames = try readOptional { (decoder) throws(FXError) in
          try decoder.readStrings()
        }
      } else {
        try readUnknown(key, into: &signature.unknownFields)
      }
    }
    try fields.require(0, "inputs", reader, at: start)
    try fields.require(1, "outputs", reader, at: start)
    try fields.require(2, "in_spec", reader, at: start)
    try fields.require(3, "out_spec", reader, at: start)
    if !fields.has(4) { absentFields.insert(.forwardArgNames) }
    try keepStrays(from: start, in: &signature.unknownFields)
    return signature
  }

  private mutating func readCallArgument() throws(FXError) -> CallArgument {
    var result: CallArgument?
    _ = try reader.peek()
    let start = reader.offset
    try readUnion("Argument") { (decoder, tag) throws(FXError) in
      if tag.equals("as_tensor") {
        let name = decoder.context.strings[try decoder.readNameObject()]
        result = .value(name: name, tag: .asTensor)
      } else if tag.equals("as_custom_obj") {
        let object = try decoder.readCustomObject()
        result = .customObject(
          name: decoder.context.strings[object.name],
          className: decoder.context.strings[object.className])
      } else {
        guard ArgumentTag(tag) != nil else { return false }
        try decoder.reader.skipValue()
      }
      return true
    }
    let json = UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.offset])
    return result ?? .raw(json: String(decoding: json, as: UTF8.self))
  }
}

extension ExportedProgram {
  /// Decodes model JSON of schema 7.3 or later.
  ///
  /// - Parameter onConsumed: is told from time to time up to which offset `bytes` was read for good.
  /// - Throws: `json.*`, `schema.*` or `graph.*` with the path and offset of the place; for a document
  ///   of a schema before 8.7, which is rewritten first, with the path alone.
  public init(
    json bytes: UnsafeRawBufferPointer, context: GraphContext = GraphContext(),
    onConsumed: ((Int) -> Void)? = nil
  ) throws(FXError) {
    do throws(FXError) {
      try self.init(ModelDecoder(bytes, context: context, onConsumed: onConsumed))
    } catch {
      // A document is tried as a current one first: only those that fail pay for being looked at.
      let isOutdated = error.code == .outdatedVersion
      if bytes.count > Limits.jsonBytes.value { throw error }
      guard let version = try Self.outdatedVersion(of: bytes, isOutdated: isOutdated) else {
        throw error
      }
      let rewritten = try SchemaRewriter.rewrite(bytes, from: version)
      onConsumed?(bytes.count)
      // What the first trial interned stays unused in the context.
      do throws(FXError) {
        self = try ExportedProgram(ModelDecoder(rewritten.bytes, context: context, onConsumed: nil))
      } catch {
        var located = error
        located.place.offset = nil
        throw located
      }
      _ = consume rewritten
      writtenVersion = version
      for upgrade in SchemaUpgrade.chain(from: version) {
        if case .graphs(let change) = upgrade.change { change(self) }
      }
      upgradeSchema()
    }
  }

  /// Decodes what `envelope()` made, for a module that was read from elsewhere.
  init(envelope bytes: UnsafeRawBufferPointer, module: GraphModule) throws(FXError) {
    var decoder = ModelDecoder(bytes, context: module.context, onConsumed: nil)
    decoder.envelopeModule = module
    try self.init(decoder)
  }

  private init(_ decoder: ModelDecoder) throws(FXError) {
    self = try decoder.decode { (decoder) throws(FXError) in try decoder.readProgram() }
  }
}
