import FXCore

/// Writes JSON as Python's `json.dumps` does: ASCII, `", "` and `": "`.
extension ByteSink {
  /// Writes a quoted string.
  public mutating func writeJSON(_ text: String) {
    var copy = text
    copy.withUTF8 { writeJSON(utf8: $0) }
  }

  /// Writes a quoted string from its UTF-8 bytes.
  public mutating func writeJSON(utf8: UnsafeBufferPointer<UInt8>) {
    write(byte: 0x22)
    var start = 0
    var at = 0
    while at < utf8.count {
      let byte = utf8[at]
      if byte >= 0x20, byte < 0x7F, byte != 0x22, byte != 0x5C {
        at += 1
        continue
      }
      write(UnsafeBufferPointer(rebasing: utf8[start..<at]))
      at = writeEscape(utf8, at)
      start = at
    }
    write(UnsafeBufferPointer(rebasing: utf8[start...]))
    write(byte: 0x22)
  }

  private mutating func writeEscape(_ utf8: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    switch utf8[at] {
    case 0x22: write("\\\"")
    case 0x5C: write("\\\\")
    case 0x0A: write("\\n")
    case 0x0D: write("\\r")
    case 0x09: write("\\t")
    case 0x08: write("\\b")
    case 0x0C: write("\\f")
    case 0..<0x20, 0x7F: writeUnit(UInt16(utf8[at]))
    default:
      let count = utf8[at] < 0xE0 ? 2 : utf8[at] < 0xF0 ? 3 : 4
      let end = min(at + count, utf8.count)
      for unit in String(decoding: utf8[at..<end], as: UTF8.self).utf16 { writeUnit(unit) }
      return end
    }
    return at + 1
  }

  private mutating func writeUnit(_ unit: UInt16) {
    write("\\u")
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(unit >> UInt16(shift) & 0xF)
      write(byte: digit < 10 ? 48 + digit : 87 + digit)
    }
  }

  /// Writes a float, the non-finite ones as the strings "Infinity", "-Infinity" and "NaN".
  public mutating func writeJSON(_ value: Double) {
    if value.isNaN { return write("\"NaN\"") }
    if value.isInfinite { return write(value < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
    write(PythonText.float(value))
  }

  /// Writes `true` or `false`.
  public mutating func writeJSON(_ value: Bool) { write(value ? "true" : "false") }

  /// Writes an array, with what `body` writes for each element.
  public mutating func writeJSONArray<Elements: Sequence>(
    _ elements: Elements, _ body: (inout ByteSink, Elements.Element) -> Void
  ) {
    write("[")
    var isFirst = true
    for element in elements {
      if !isFirst { write(", ") }
      isFirst = false
      body(&self, element)
    }
    write("]")
  }

  /// Writes an object, with the key and what `body` writes for the value of each entry.
  public mutating func writeJSONObject<Entries: Sequence>(
    _ entries: Entries, key: (Entries.Element) -> String,
    _ body: (inout ByteSink, Entries.Element) -> Void
  ) {
    write("{")
    var isFirst = true
    for entry in entries {
      if !isFirst { write(", ") }
      isFirst = false
      writeJSON(key(entry))
      write(": ")
      body(&self, entry)
    }
    write("}")
  }
}
