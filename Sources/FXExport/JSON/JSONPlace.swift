import FXCore

/// Finds the path of a place in a JSON document: `graph_module.graph.nodes[3].inputs[0].arg`.
///
/// Readers keep only byte offsets; the path is found afterwards by reading the document again up to
/// the offset, so that it costs nothing where there is no error.
enum JSONPlace {
  static func path(in bytes: UnsafeRawBufferPointer, at offset: Int) -> String {
    var reader = JSONReader(bytes)
    var path = ""
    // The reader throws where the document is at fault; the path so far is then the answer.
    try? descend(&reader, to: offset, path: &path)
    return path
  }

  private static func descend(
    _ reader: inout JSONReader, to offset: Int, path: inout String
  ) throws {
    let kind = try reader.peek()
    guard kind == .object || kind == .array, reader.offset < offset else { return }
    let parent = path
    var isFirst = true
    if kind == .object {
      try reader.beginObject()
      while let key = try reader.nextKey(&isFirst) {
        path = parent.isEmpty ? key.string : "\(parent).\(key.string)"
        if try contains(&reader, offset) { return try descend(&reader, to: offset, path: &path) }
        path = parent
        if reader.offset > offset { return }
      }
    } else {
      var index = 0
      try reader.beginArray()
      while try reader.nextElement(&isFirst) {
        path = "\(parent)[\(index)]"
        if try contains(&reader, offset) { return try descend(&reader, to: offset, path: &path) }
        path = parent
        index += 1
        if reader.offset > offset { return }
      }
    }
  }

  /// Skips the next value unless the offset lies in it or it can't be read; tells which.
  private static func contains(_ reader: inout JSONReader, _ offset: Int) throws -> Bool {
    _ = try? reader.peek()
    let start = reader.offset
    var ahead = reader
    if (try? ahead.skipValue()) == nil || offset < ahead.offset {
      return offset >= start
    }
    reader = ahead
    return false
  }
}
