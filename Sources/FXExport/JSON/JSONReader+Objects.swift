import FXCore

/// Objects inside a value, with JSON pointers (RFC 6901).
extension JSONReader {
  /// Reads a value and calls `body` with every object in it, when it has been read, itself included.
  ///
  /// - Parameters:
  ///   - path: the JSON pointer to the value.
  ///   - body: is given the JSON pointer to an object and where it stands.
  mutating func forEachObject(
    under path: String, _ body: (_ path: String, _ place: Range<Int>) -> Void
  ) throws(FXError) {
    let kind = try peek()
    let start = offset
    var isFirst = true
    if kind == .array {
      var index = 0
      try beginArray()
      while try nextElement(&isFirst) {
        if try isContainer() {
          try forEachObject(under: "\(path)/\(index)", body)
        } else {
          try skipValue()
        }
        index += 1
      }
    } else if kind == .object {
      try beginObject()
      while let key = try nextKey(&isFirst) {
        if try isContainer() {
          try forEachObject(under: path + RawField.pointerPart(key.string), body)
        } else {
          try skipValue()
        }
      }
      body(path, start..<offset)
    } else {
      try skipValue()
    }
  }

  private mutating func isContainer() throws(FXError) -> Bool {
    let kind = try peek()
    return kind == .object || kind == .array
  }
}
