import FXCore
import FXGraph

/// An unknown field of an object for which the graph has no place of its own.
struct StrayField {
  /// Where the object starts.
  let object: Int
  let field: RawField
}

extension RawField {
  /// Returns the field for a node whose arguments have new places, which are given by the old ones.
  func moved(to places: [Int]) -> RawField {
    guard let old = argumentPlace, places.indices.contains(old) else { return self }
    return moved(toArgument: places[old])
  }
}

/// Decodes unknown fields.
///
/// Small objects, such as devices and references, are spread over the graph when they are read. Their
/// unknown fields are kept by the node, metadata or specification around them, with JSON pointers.
extension ModelDecoder {
  /// Reads the value of an unknown field whose key has been read.
  mutating func readRawField(_ name: String) throws(FXError) -> RawField {
    let json = try reader.skipValue()
    return RawField(name: name, under: "", json: String(decoding: json, as: UTF8.self))
  }

  /// Keeps a field that this version does not know until an object around it takes it.
  ///
  /// - Parameter start: where the object is, or white space before it.
  @inline(never)
  mutating func readStray(_ key: JSONText, of start: Int) throws(FXError) {
    var ahead = reader
    ahead.move(to: start)
    _ = try ahead.peek()
    let object = ahead.offset
    let name = key.string
    var count = 0
    // Those behind are of the object itself or of objects in it.
    for stray in strayFields.reversed() {
      if stray.object < object { break }
      if stray.object > object { continue }
      if stray.field.location.name == name {
        throw reader.error(.jsonDuplicateKey, "the key '\(name)' comes twice")
      }
      count += 1
    }
    guard count < Limits.unknownFields.value else {
      throw reader.error(
        .jsonSize, "the object has too many unknown fields", beyond: Limits.unknownFields)
    }
    strayFields.append(StrayField(object: object, field: try readRawField(name)))
  }

  /// Moves the stray fields above `mark` to the object or array around them.
  ///
  /// - Parameters:
  ///   - start: where the object is, or white space before it.
  ///   - base: the JSON pointer to it from the object that keeps the fields.
  @inline(__always)
  mutating func keepStrays(
    from start: Int, above mark: Int = 0, under base: String = "", in fields: inout [RawField]
  ) throws(FXError) {
    if strayFields.count > mark { try takeStrays(from: start, above: mark, base, &fields) }
  }

  /// Moves the stray fields above `mark` to a node.
  @inline(__always)
  mutating func keepStrays(
    from start: Int, above mark: Int, under base: String = "", of node: Node
  ) throws(FXError) {
    if strayFields.count > mark {
      try takeStrays(
        from: start, above: mark, base, &node.graph.unknownNodeFields[node.id, default: []])
    }
  }

  @inline(never)
  private mutating func takeStrays(
    from start: Int, above mark: Int, _ base: String, _ fields: inout [RawField]
  ) throws(FXError) {
    let strays = Dictionary(grouping: strayFields[mark...], by: \.object)
    strayFields.removeSubrange(mark...)
    var around = reader
    around.move(to: start)
    try around.forEachObject(under: base) { path, object in
      for stray in strays[object.lowerBound] ?? [] {
        let (_, name) = stray.field.location
        fields.append(RawField(name: name, under: path, json: stray.field.json))
      }
    }
  }
}
