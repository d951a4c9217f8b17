import FXCore
import FXGraph

/// Decodes model JSON (`schema.ExportedProgram`) straight into graphs, in one pass.
///
/// The result is what PyTorch's deserializer makes (`torch._export.serde.GraphModuleDeserializer`):
/// a getitem node for each of several outputs, a submodule and a get_attr node for each graph
/// argument. How an argument was spelled is kept where the graph could not tell it.
struct ModelDecoder {
  var reader: JSONReader
  let context: GraphContext
  var absentFields: OptionalFields = []
  /// Whether a node has a name of its own, so that names are no field that the document lacks.
  var hasNodeNames = false
  /// The module of a program whose document leaves the graph out; nil for whole documents.
  var envelopeModule: GraphModule?
  var tensorMetas = SpanCache()
  var escapedTexts = SpanCache()
  /// Unknown fields of objects that can't keep any, until an object around them does.
  var strayFields: [StrayField] = []
  /// Is told from time to time up to which offset the document will not be read again.
  private let onConsumed: ((Int) -> Void)?
  private var lastReport = 0

  init(_ bytes: UnsafeRawBufferPointer, context: GraphContext, onConsumed: ((Int) -> Void)?) {
    reader = JSONReader(bytes)
    self.context = context
    self.onConsumed = onConsumed
  }

  private func deallocate() {
    tensorMetas.deallocate()
    escapedTexts.deallocate()
  }

  /// Decodes with `read`, frees the caches, and gives an error's place its path.
  consuming func decode<Result>(
    _ read: (inout ModelDecoder) throws(FXError) -> Result
  ) throws(FXError) -> Result {
    var decoder = self
    defer { decoder.deallocate() }
    guard decoder.reader.bytes.count <= Limits.jsonBytes.value else {
      throw FXError(
        .jsonSize,
        "the document has \(decoder.reader.bytes.count) bytes", beyond: Limits.jsonBytes
      )
    }
    do throws(FXError) {
      return try read(&decoder)
    } catch {
      var located = error
      if let offset = error.place.offset {
        located.place.path = JSONPlace.path(in: decoder.reader.bytes, at: offset)
      }
      throw located
    }
  }

  /// Reports progress, at most once a mebibyte.
  @inline(__always) mutating func reportProgress() {
    guard let onConsumed, reader.offset - lastReport >= 1 << 20 else { return }
    lastReport = reader.offset
    onConsumed(reader.offset)
  }

  // MARK: Parts that every structure uses

  /// Interns a string, resolving the escapes of each distinct one once.
  @inline(__always) mutating func intern(_ text: JSONText) throws(FXError) -> Atom {
    guard text.hasEscapes else { return context.strings.intern(text.raw) }
    let context = context
    return Atom(
      rawValue: try escapedTexts.result(for: text.raw) { () throws(FXError) in
        text.intern(in: context.strings).rawValue
      })
  }

  /// Reads and interns a string.
  @inline(__always) mutating func readAtom() throws(FXError) -> Atom {
    try intern(try reader.readText())
  }

  /// Keeps a field that this version does not know.
  mutating func readUnknown(_ key: JSONText, into fields: inout [RawField]) throws(FXError) {
    let name = key.string
    if fields.contains(where: { $0.location == ("", name) }) {
      throw reader.error(.jsonDuplicateKey, "the key '\(name)' comes twice")
    }
    guard fields.count < Limits.unknownFields.value else {
      throw reader.error(
        .jsonSize, "the object has too many unknown fields", beyond: Limits.unknownFields)
    }
    fields.append(try readRawField(name))
  }

  /// Reads a value that may be null.
  mutating func readOptional<Result>(
    _ read: (inout ModelDecoder) throws(FXError) -> Result
  ) throws(FXError) -> Result? {
    if try reader.peek() == .null {
      try reader.readNull()
      return nil
    }
    return try read(&self)
  }

  /// Reads the elements of an array.
  mutating func readArray(
    _ body: (inout ModelDecoder) throws(FXError) -> Void
  ) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) { try body(&self) }
  }

  /// Reads the entries of a dictionary, whose keys are all different.
  mutating func readDictionary(
    _ body: (inout ModelDecoder, JSONText) throws(FXError) -> Void
  ) throws(FXError) {
    try reader.beginObject()
    var isFirst = true
    var keys: Set<String> = []
    while let key = try reader.nextKey(&isFirst) {
      guard keys.insert(key.string).inserted else {
        throw reader.error(.jsonDuplicateKey, "the key '\(key.string)' comes twice")
      }
      try body(&self, key)
    }
  }

  /// Reads a union: an object of exactly one key, its tag.
  mutating func readUnion(
    _ name: StaticString, _ body: (inout ModelDecoder, JSONText) throws(FXError) -> Bool
  ) throws(FXError) {
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    guard let tag = try reader.nextKey(&isFirst) else {
      throw reader.error(.malformedUnion, "the \(name) is empty", at: start)
    }
    let tagOffset = reader.offset
    if try !body(&self, tag) {
      throw reader.error(.unknownTag, "unknown kind of \(name): '\(tag.string)'", at: tagOffset)
    }
    if let extra = try reader.nextKey(&isFirst) {
      throw reader.error(
        .malformedUnion, "the \(name) has a second tag, '\(extra.string)'")
    }
  }

  /// Reads an object of the one field `name`, a string.
  mutating func readNameObject() throws(FXError) -> Atom {
    let start = reader.offset
    var name = Atom.none
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("name") {
        try fields.note(0, reader, key)
        name = try readAtom()
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "name", reader, at: start)
    return name
  }

  /// Reads a number that stands for a member of an enumeration.
  mutating func readEnum<Value: RawRepresentable<Int>>(_ name: StaticString) throws(FXError)
    -> Value
  {
    _ = try reader.peek()
    let start = reader.offset
    let number = try reader.readInt()
    guard let value = Value(rawValue: number) else {
      throw reader.error(.unknownEnumValue, "\(number) is no \(name)", at: start)
    }
    return value
  }
}
