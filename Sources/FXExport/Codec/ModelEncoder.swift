import FXCore
import FXGraph

/// Encodes a program as model JSON, with the bytes of Python's `json.dumps`.
///
/// What repeats is encoded once: escaped strings, tensor metadata. Fields stand in the schema's
/// order; fields that the document lacked stay away, unknown ones follow behind the known.
struct ModelEncoder: ~Copyable {
  var sink: ByteSink
  let context: GraphContext
  let absentFields: OptionalFields
  /// Escaped strings and encoded values, and where each stands in `cache`.
  private var cache = Arena<UInt8>(capacity: 1 << 14)
  private var escapedTexts = SpanTable()
  private var encodedValues = SpanTable()
  /// The kind of each value by id, as a reference to it is spelled.
  var referenceKinds: [ReferenceKind?] = []
  /// How many graphs have been written; a submodule counts as often as it is mentioned.
  var writtenGraphs = 0
  /// Of the graph being written: for each getitem node that repeats an earlier one, that one.
  var duplicateGetitems: [Int32: Int32] = [:]

  init(sink: consuming ByteSink, context: GraphContext, absentFields: OptionalFields) {
    self.sink = sink
    self.context = context
    self.absentFields = absentFields
    referenceKinds = Array(repeating: nil, count: context.values.count)
  }

  deinit {
    cache.deallocate()
    escapedTexts.deallocate()
    encodedValues.deallocate()
  }

  /// Writes to a sink that is lent to an encoder and taken back, for the encoder owns its own.
  static func encode(
    to sink: inout ByteSink, context: GraphContext, absentFields: OptionalFields,
    _ body: (inout ModelEncoder) throws(FXError) -> Void
  ) throws(FXError) {
    var lent = ByteSink()
    swap(&lent, &sink)
    var encoder = ModelEncoder(sink: lent, context: context, absentFields: absentFields)
    do throws(FXError) {
      try body(&encoder)
      swap(&encoder.sink, &sink)
    } catch {
      swap(&encoder.sink, &sink)
      throw error
    }
  }

  /// Writes an interned string with its quotes.
  @inline(__always) mutating func write(_ atom: Atom) {
    let text = context.strings.utf8(atom)
    // Short names without escapes, the most of all, are copied as they are.
    if text.count <= 64, text.allSatisfy(Self.isPlain) {
      sink.write(byte: 0x22)
      sink.write(text)
      sink.write(byte: 0x22)
      return
    }
    if let span = escapedTexts[atom.rawValue] {
      sink.write(UnsafeBufferPointer(rebasing: cache.buffer[span]))
      return
    }
    var scratch = ByteSink()
    scratch.writeJSON(utf8: text)
    remember(scratch.bytes, atom.rawValue, isText: true)
    sink.write(scratch.bytes.bindMemory(to: UInt8.self))
  }

  @inline(__always) private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
  }

  /// Writes what `encode` writes for a value, which it does only the first time.
  mutating func write(
    _ value: ValueID, encode: (borrowing ModelEncoder, inout ByteSink) throws(FXError) -> Void
  ) throws(FXError) {
    if let span = encodedValues[value.rawValue] {
      sink.write(UnsafeBufferPointer(rebasing: cache.buffer[span]))
      return
    }
    var scratch = ByteSink()
    try encode(self, &scratch)
    remember(scratch.bytes, value.rawValue, isText: false)
    sink.write(scratch.bytes.bindMemory(to: UInt8.self))
  }

  private mutating func remember(_ bytes: UnsafeRawBufferPointer, _ id: Int32, isText: Bool) {
    let start = cache.append(copying: bytes.bindMemory(to: UInt8.self))
    if isText {
      escapedTexts[id] = start..<cache.count
    } else {
      encodedValues[id] = start..<cache.count
    }
  }

  /// Writes fields that this version does not know, each behind a comma.
  mutating func write(unknown fields: [RawField]) { Self.write(unknown: fields, to: &sink) }

  /// Writes fields that this version does not know, but those of objects inside, each behind a comma.
  static func write(unknown fields: [RawField], to sink: inout ByteSink) {
    for field in fields {
      let (path, name) = field.location
      if path.isEmpty { write(name, field.json, to: &sink) }
    }
  }

  /// Writes an unknown field behind a comma.
  static func write(_ name: String, _ json: String, to sink: inout ByteSink) {
    sink.write(", ")
    sink.writeJSON(name)
    sink.write(": ")
    sink.write(json)
  }

  /// Writes the elements of an array, separated.
  mutating func writeArray<Elements: Sequence>(
    _ elements: Elements,
    _ body: (inout ModelEncoder, Elements.Element) throws(FXError) -> Void
  ) throws(FXError) {
    sink.write("[")
    var isFirst = true
    for element in elements {
      if !isFirst { sink.write(", ") }
      isFirst = false
      try body(&self, element)
    }
    sink.write("]")
  }

  /// Writes a list of strings.
  mutating func write(strings: [String]) throws(FXError) {
    try writeArray(strings) { (encoder, text) throws(FXError) in encoder.sink.writeJSON(text) }
  }
}

/// Maps small numbers to runs of bytes.
private struct SpanTable {
  private struct Span: BitwiseCopyable {
    var start = -1
    var count = 0
  }

  private var spans = Arena<Span>(capacity: 256)

  subscript(index: Int32) -> Range<Int>? {
    get {
      guard index >= 0, Int(index) < spans.count, spans[index].start >= 0 else { return nil }
      return spans[index].start..<(spans[index].start + spans[index].count)
    }
    set {
      guard let newValue, index >= 0 else { return }
      if Int(index) >= spans.count {
        spans.append(repeating: Span(), count: Int(index) + 1 - spans.count)
      }
      spans[index] = Span(start: newValue.lowerBound, count: newValue.count)
    }
  }

  func deallocate() { spans.deallocate() }
}
