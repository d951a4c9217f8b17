import FXCore
import FXGraph

/// Encodes unknown fields of the small objects inside those that keep them (`ModelDecoder` finds
/// them). What has none, as a rule everything, is written as if there were no such fields.
extension ModelEncoder {
  /// Writes what `body` writes, a value to which `base` leads from the object that keeps the fields,
  /// with the fields of the objects in it at their ends.
  mutating func restoring(
    _ fields: [RawField], under base: String = "",
    _ body: (inout ModelEncoder) throws(FXError) -> Void
  ) throws(FXError) {
    guard let inner = Self.fieldsByObject(fields, under: base) else { return try body(&self) }
    var outer = ByteSink()
    swap(&outer, &sink)
    do throws(FXError) {
      try body(&self)
      swap(&outer, &sink)
    } catch {
      swap(&outer, &sink)
      throw error
    }
    try Self.write(outer.bytes, inserting: inner, under: base, to: &sink)
  }

  /// Writes what `body` writes, an object that keeps the fields, as `restoring(_:under:_:)` does.
  static func restoring(
    _ fields: [RawField], to sink: inout ByteSink, _ body: (inout ByteSink) -> Void
  ) throws(FXError) {
    guard let inner = fieldsByObject(fields, under: "") else { return body(&sink) }
    var scratch = ByteSink()
    body(&scratch)
    try write(scratch.bytes, inserting: inner, under: "", to: &sink)
  }

  /// Returns the fields of objects inside, by the JSON pointers to those; nil where there are none.
  @inline(__always)
  private static func fieldsByObject(_ fields: [RawField], under base: String)
    -> [String: [RawField]]?
  {
    if fields.isEmpty { return nil }
    let inner = fields.filter { field in
      let path = field.location.path
      return !path.isEmpty && path.hasPrefix(base)
    }
    return inner.isEmpty ? nil : Dictionary(grouping: inner) { $0.location.path }
  }

  private static func write(
    _ json: UnsafeRawBufferPointer, inserting fields: [String: [RawField]], under base: String,
    to sink: inout ByteSink
  ) throws(FXError) {
    var reader = JSONReader(json)
    var additions: [(end: Int, fields: [RawField])] = []
    do throws(FXError) {
      try reader.forEachObject(under: base) { path, place in
        if let found = fields[path] { additions.append((place.upperBound - 1, found)) }
      }
    } catch {
      throw FXError(.notSerializable, "the value of an unknown field is not JSON: \(error.message)")
    }
    let text = json.bindMemory(to: UInt8.self)
    var start = 0
    for addition in additions {
      sink.write(UnsafeBufferPointer(rebasing: text[start..<addition.end]))
      for field in addition.fields { write(field.location.name, field.json, to: &sink) }
      start = addition.end
    }
    sink.write(UnsafeBufferPointer(rebasing: text[start...]))
  }
}

extension Node {
  /// The unknown fields of the node and of what is in it.
  var unknownFields: [RawField] {
    graph.unknownNodeFields.isEmpty ? [] : graph.unknownNodeFields[id] ?? []
  }
}
