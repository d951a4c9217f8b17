import FXCore
import FXGraph

/// Decodes documents of FX JSON. Unlike model JSON, an unknown field of the form's own objects is an
/// error; the parts in the schema's encoding keep theirs.
extension ModelDecoder {
  mutating func readFXDocument() throws(FXError) -> FXDocument {
    _ = try reader.peek()
    let start = reader.offset
    // Read last, whatever their order: what they hold depends on the version and on each other.
    var module = -1
    var program = -1
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("format") {
        try fields.note(0, reader, key)
        try readFormat()
      } else if key.equals("version") {
        try fields.note(1, reader, key)
        try readVersion()
      } else if key.equals("module") {
        try fields.note(2, reader, key)
        module = try skipForLater()
      } else if key.equals("program") {
        try fields.note(3, reader, key)
        program = try skipForLater()
      } else {
        // A document of another format or version may well have other fields.
        if fields.has(0), fields.has(1) { throw unknownField(key, "document") }
        try reader.skipValue()
      }
    }
    try reader.finish()
    if !fields.has(0) {
      throw reader.error(
        .notFXDocument, "the field 'format' is missing; expected '\(FXDocument.format)'", at: start)
    }
    try fields.require(1, "version", reader, at: start)
    try fields.require(2, "module", reader, at: start)
    reader.move(to: module)
    guard let graphModule = try readFXModule() as? GraphModule else {
      throw reader.error(
        .jsonMissingField, "the field 'graph' of the outermost module is missing", at: module)
    }
    if program < 0 { return .module(graphModule) }
    reader.move(to: program)
    return .program(try readFXProgram(graphModule))
  }

  /// Makes the error for a field that version 1 does not define.
  func unknownField(_ key: JSONText, _ owner: StaticString) -> FXError {
    reader.error(.unknownField, "a \(owner) has no field '\(key.string)'")
  }

  private mutating func readFormat() throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let format = try reader.readString()
    if format != FXDocument.format {
      throw reader.error(
        .notFXDocument, "the format is '\(format)'; expected '\(FXDocument.format)'", at: start)
    }
  }

  private mutating func readVersion() throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let version = try reader.readInt()
    if version != FXDocument.version {
      throw reader.error(
        .fxDocumentVersion, "the version is \(version); FXKit reads \(FXDocument.version)", at: start)
    }
  }

  private mutating func readFXProgram(_ module: GraphModule) throws(FXError) -> ExportedProgram {
    let start = reader.offset
    var program = ExportedProgram(module: module, signature: GraphSignature())
    var absent: OptionalFields = []
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("signature") {
        try fields.note(0, reader, key)
        program.signature = try readSignature(SignatureNames(module.graph))
      } else if key.equals("module_call_graph") {
        try fields.note(1, reader, key)
        try readArray { (decoder) throws(FXError) in
          program.moduleCallGraph.append(try decoder.readModuleCallEntry())
        }
      } else if key.equals("treespec_namedtuple_fields") {
        try fields.note(2, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          program.namedTupleFields.append((key.string, try decoder.readNamedTuple()))
        }
      } else if key.equals("opset_version") {
        try fields.note(3, reader, key)
        program.opsetVersion = []
        try readDictionary { (decoder, key) throws(FXError) in
          program.opsetVersion.append((key.string, try decoder.reader.readInt()))
        }
      } else if key.equals("range_constraints") {
        try fields.note(4, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          program.rangeConstraints.append((key.string, try decoder.readRange()))
        }
      } else if key.equals("schema_version") {
        try fields.note(5, reader, key)
        program.schemaVersion = try readSchemaVersion()
      } else if key.equals("verifiers") {
        try fields.note(6, reader, key)
        program.verifiers = try readStrings()
      } else if key.equals("torch_version") {
        try fields.note(7, reader, key)
        program.torchVersion = try reader.readString()
      } else if key.equals("guards_code") {
        try fields.note(8, reader, key)
        program.guardsCode = try readStrings()
      } else if key.equals("absent") {
        try fields.note(9, reader, key)
        try readArray { (decoder) throws(FXError) in
          absent.insert(try decoder.readOptionalField())
        }
      } else if key.equals("unknown_in_module") {
        try fields.note(10, reader, key)
        program.unknownModuleFields = try readRawFields()
      } else if key.equals("unknown") {
        try fields.note(11, reader, key)
        program.unknownFields = try readRawFields()
      } else {
        throw unknownField(key, "program")
      }
    }
    try fields.require(0, "signature", reader, at: start)
    // What this document leaves out says nothing of the model JSON; the list does.
    program.absentFields = absent
    return program
  }

  private mutating func readOptionalField() throws(FXError) -> OptionalFields {
    let text = try reader.readText()
    guard let field = OptionalFields(text) else {
      throw reader.error(.unknownEnumValue, "'\(text.string)' is no optional field of the schema")
    }
    return field
  }

  /// Reads an object of fields that are kept as they are.
  mutating func readRawFields() throws(FXError) -> [RawField] {
    var fields: [RawField] = []
    try readDictionary { (decoder, key) throws(FXError) in
      try decoder.readUnknown(key, into: &fields)
    }
    return fields
  }
}
