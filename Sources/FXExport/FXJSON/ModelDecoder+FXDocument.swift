import FXCore
import FXGraph

/// Decodes documents of FX JSON. Unlike model JSON, an unknown field of the form's own objects is an
/// error; the parts in the schema's encoding keep theirs.
extension ModelDecoder {
  mutating func readFXDocument() throws(FXError) -> DocumentContent {
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
        .notFXJSON, "the field 'format' is missing; expected '\(FXJSONDocument.format)'", at: start)
    }
    try fields.require(1, "version", reader, at: start)
    try fields.require(2, "module", reader, at: start)
    reader.move(to: module)
    guard let graphModule = try readFXModule() as? GraphModule else {
      throw reader.error(
        .jsonMissingField, "the field 'graph' of the outermost module is missing", at: module)
    }
    if program < 0 { return .module(graphModule) }
    return .program(try readFXProgram(graphModule, at: program))
  }

  /// Makes the error for a field that version 1 does not define.
  func unknownField(_ key: JSONText, _ owner: StaticString) -> FXError {
    reader.error(.unknownField, "a \(owner) has no field '\(key.string)'")
  }

  private mutating func readFormat() throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let format = try reader.readString()
    if format != FXJSONDocument.format {
      throw reader.error(
        .notFXJSON, "the format is '\(format)'; expected '\(FXJSONDocument.format)'", at: start)
    }
  }

  private mutating func readVersion() throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    let version = try reader.readInt()
    if version != FXJSONDocument.version {
      throw reader.error(
        .fxJSONVersion, "the version is \(version); FXKit reads \(FXJSONDocument.version)",
        at: start)
    }
  }

  /// Reads all of a program but its graphs, as the text form has it as well.
  private mutating func readFXProgram(_ module: GraphModule, at start: Int) throws(FXError)
    -> ExportedProgram
  {
    reader.move(to: start)
    let envelope = try reader.skipValue()
    do throws(FXError) {
      return try ExportedProgram(envelope: envelope, module: module)
    } catch {
      var located = error
      located.place.offset = error.place.offset.map { $0 + start }
      throw located
    }
  }

  /// Reads an object of fields that are kept as they are.
  /// Throws where an object of the schema in this form's own place had an unknown field.
  func refuseStrays(_ place: StaticString) throws(FXError) {
    guard let stray = strayFields.first else { return }
    throw reader.error(
      .unknownField, "unknown field '\(stray.field.location.name)' in a \(place)", at: stray.object)
  }

  mutating func readRawFields() throws(FXError) -> [RawField] {
    var fields: [RawField] = []
    var keys = KeySet<String>()
    try readDictionary { (decoder, key) throws(FXError) in
      let name = key.string
      if !keys.isNew(name, after: fields.lazy.map(\.key)) {
        throw decoder.reader.error(.jsonDuplicateKey, "the key '\(name)' comes twice")
      }
      let json = try decoder.reader.skipValue()
      fields.append(RawField(key: name, json: String(decoding: json, as: UTF8.self)))
    }
    return fields
  }
}
