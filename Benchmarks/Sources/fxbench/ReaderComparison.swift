import CJSONC
import FXKit

/// json-c against FXKit's own reader on the same file.
struct ReaderComparison {
  let path: String

  func run(_ measurement: inout Measurement) throws {
    let file = try MappedFile(path: path)
    try measurement.time("tokenize: own reader") {
      var reader = JSONReader(file.bytes)
      try reader.skipValue()
    }
    try measurement.time("tokenize: json-c, value by value") { try tokenize(file.bytes) }
    _ = try measurement.time("decode to a graph") { try ExportedProgram(json: file.bytes) }
  }

  /// Parses the whole document into one json-c tree and frees it.
  func buildTree(_ measurement: inout Measurement) throws {
    let file = try MappedFile(path: path)
    let tokener = json_tokener_new_ex(512)
    defer { json_tokener_free(tokener) }
    let tree = try measurement.time("tree: json-c, parse") {
      let text = file.bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      guard let tree = json_tokener_parse_ex(tokener, text, Int32(file.bytes.count)) else {
        throw BenchmarkError(description: "json-c refuses the document")
      }
      return tree
    }
    measurement.time("tree: json-c, free") { _ = json_object_put(tree) }
  }

  /// Walks the outer containers and gives json-c each value inside them, such as a node.
  private func tokenize(_ bytes: UnsafeRawBufferPointer) throws {
    let tokener = json_tokener_new_ex(512)
    defer { json_tokener_free(tokener) }
    var reader = JSONReader(bytes)
    try walk(&reader, depth: 0, tokener)
  }

  private func walk(
    _ reader: inout JSONReader, depth: Int, _ tokener: UnsafeMutablePointer<json_tokener>?
  ) throws {
    let kind = try reader.peek()
    var isFirst = true
    switch kind {
    // `graph_module`, `graph`, `nodes` and their like are the outer containers.
    case .object where depth < 4:
      try reader.beginObject()
      while try reader.nextKey(&isFirst) != nil { try walk(&reader, depth: depth + 1, tokener) }
    case .array where depth < 4:
      try reader.beginArray()
      while try reader.nextElement(&isFirst) { try walk(&reader, depth: depth + 1, tokener) }
    case .object, .array:
      json_tokener_reset(tokener)
      let rest = UnsafeRawBufferPointer(rebasing: reader.bytes[reader.offset...])
      let text = rest.baseAddress?.assumingMemoryBound(to: CChar.self)
      let length = Int32(min(rest.count, Int(Int32.max)))
      guard let value = json_tokener_parse_ex(tokener, text, length) else {
        throw reader.error(.jsonSyntax, "json-c refuses the value")
      }
      json_object_put(value)
      reader.move(to: reader.offset + json_tokener_get_parse_end(tokener))
    default: try reader.skipValue()
    }
  }
}
