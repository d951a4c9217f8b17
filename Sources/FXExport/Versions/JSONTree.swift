import FXCore

/// A JSON document as a tree, for documents of old schemas, which are rewritten before they are
/// decoded. Current ones never become trees.
indirect enum JSONTree: Hashable {
  case object([Entry])
  case array([JSONTree])
  /// A string, number, truth value or null, as it is spelled.
  case scalar(String)

  struct Entry: Hashable {
    var key: String
    var value: JSONTree
  }

  /// Reads a document as Python's `json.loads` does: with bare `NaN`, `Infinity` and `-Infinity`,
  /// which PyTorch wrote until 2.6.
  ///
  /// - Parameter key: the one outermost entry to keep; nil for all.
  /// - Throws: a `json` code, with the offset.
  init(python bytes: UnsafeRawBufferPointer, keeping key: StaticString? = nil) throws(FXError) {
    var reader = JSONReader(bytes)
    self = try Self.read(&reader, isKept: true, only: key)
    try reader.finish()
  }

  /// Reads the next value of a document in the same way.
  init(python reader: inout JSONReader) throws(FXError) {
    self = try Self.read(&reader, isKept: true)
  }

  /// Skips the next value of a document in the same way.
  static func skip(python reader: inout JSONReader) throws(FXError) {
    _ = try read(&reader, isKept: false)
  }

  private static func read(
    _ reader: inout JSONReader, isKept: Bool, only wanted: StaticString? = nil
  ) throws(FXError) -> JSONTree {
    if let constant = nonFinite(&reader) { return .scalar(constant) }
    var isFirst = true
    switch try reader.peek() {
    case .object:
      var entries: [Entry] = []
      try reader.beginObject()
      while let key = try reader.nextKey(&isFirst) {
        let keepsValue = isKept && wanted.map { key.equals($0) } ?? true
        let value = try read(&reader, isKept: keepsValue)
        if keepsValue { entries.append(Entry(key: key.string, value: value)) }
      }
      return .object(entries)
    case .array:
      var parts: [JSONTree] = []
      try reader.beginArray()
      while try reader.nextElement(&isFirst) {
        let value = try read(&reader, isKept: isKept)
        if isKept { parts.append(value) }
      }
      return .array(parts)
    case .string, .number, .bool, .null:
      let span = try reader.skipValue()
      return .scalar(isKept ? String(decoding: span, as: UTF8.self) : "")
    }
  }

  /// Reads one of the three constants that Python adds to JSON; nil where there is none.
  private static func nonFinite(_ reader: inout JSONReader) -> String? {
    // Looking for a value skips the space before it, also where it finds none.
    _ = try? reader.peek()
    let rest = reader.bytes[reader.offset...]
    for constant in ["NaN", "Infinity", "-Infinity"] where rest.starts(with: constant.utf8) {
      reader.move(to: reader.offset + constant.utf8.count)
      return constant
    }
    return nil
  }

  /// Writes the tree as `json.dumps` does.
  func write(to sink: inout ByteSink) {
    switch self {
    case .scalar(let text): sink.write(text)
    case .array(let parts): sink.writeJSONArray(parts) { sink, part in part.write(to: &sink) }
    case .object(let entries):
      sink.writeJSONObject(entries, key: \.key) { sink, entry in entry.value.write(to: &sink) }
    }
  }

  // MARK: Access

  /// The value of a key of an object; nil where there is none. Setting nil changes nothing.
  subscript(key: String) -> JSONTree? {
    get {
      guard case .object(let entries) = self else { return nil }
      return entries.first { $0.key == key }?.value
    }
    set {
      guard case .object(var entries) = self, let newValue else { return }
      if let index = entries.firstIndex(where: { $0.key == key }) {
        entries[index].value = newValue
      } else {
        entries.append(Entry(key: key, value: newValue))
      }
      self = .object(entries)
    }
  }

  /// The elements of an array; nil for any other value.
  var elements: [JSONTree]? {
    if case .array(let parts) = self { parts } else { nil }
  }

  /// The integer; nil for any other value.
  var int: Int? {
    if case .scalar(let text) = self { Int(text) } else { nil }
  }

  /// The text of a string; nil for any other value.
  var string: String? {
    guard case .scalar(let text) = self, text.hasPrefix("\"") else { return nil }
    return Array(text.utf8).withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      return try? reader.readString()
    }
  }

  /// Makes a string.
  static func string(_ text: String) -> JSONTree {
    var sink = ByteSink()
    sink.writeJSON(text)
    return .scalar(sink.string())
  }

  /// Calls `change` with each entry of each object, inner ones first.
  mutating func forEachEntry(_ change: (inout Entry) -> Void) {
    switch self {
    case .scalar: return
    case .array(var parts):
      // The tree lets go of its parts, so that they are changed in place.
      self = .scalar("")
      for index in parts.indices { parts[index].forEachEntry(change) }
      self = .array(parts)
    case .object(var entries):
      self = .scalar("")
      for index in entries.indices {
        entries[index].value.forEachEntry(change)
        change(&entries[index])
      }
      self = .object(entries)
    }
  }
}
