import CJSONC
import FXCore
import FXExport
import FXTestSupport
import Testing

/// Compares the reader with json-c on every fixture and on damaged documents.
@Suite struct JSONDifferentialTests {
  @Test(arguments: ModelFixtures.all)
  func readsFixturesAsJSONCDoes(_ path: String) throws {
    let bytes = try Fixtures.read(path)
    let outcome = Comparison.compare(bytes)
    #expect(outcome == .equal, "\(path): \(outcome)")
  }

  @Test(arguments: ["programs/annotated.json", "programs/odd-metadata.json", "programs/hints.json"])
  func agreesOnDamagedDocuments(_ path: String) throws {
    let original = try Fixtures.read(path)
    let insertions: [[UInt8]] = [
      [0x2C], [0x5B], [0x5D], [0x7B], [0x7D], [0x22], [0x27], [0x30], [0x2D], [0x2E], [0x65],
      [0x5C],
      [0x00], [0xFF], [0xC3, 0xA9], [0x2F, 0x2F], Array("NaN".utf8), Array("\\u0000".utf8),
      Array("\\ud800".utf8), Array("1e5".utf8),
    ]
    var taken = 0
    for round in 0..<600 {
      // Steps by a number prime to all sizes reach places of every kind.
      let place = (round * 7919 + 13) % original.count
      var bytes = original
      switch round % 3 {
      case 0: bytes.insert(contentsOf: insertions[round / 3 % insertions.count], at: place)
      case 1:
        bytes.replaceSubrange(place..<(place + 1), with: insertions[round / 3 % insertions.count])
      default: bytes.remove(at: place)
      }
      let outcome = Comparison.compare(bytes)
      switch outcome {
      case .refused: continue
      case .equal: taken += 1
      default: Issue.record("\(path), round \(round) at \(place): \(outcome)")
      }
    }
    #expect(taken > 0)
  }

  /// What RFC 8259 forbids, json-c's strict mode notwithstanding.
  @Test func refusesWhatJSONCTakes() throws {
    let lenient: [(text: String, isTaken: Bool)] = [
      ("NaN", true), ("Infinity", true), ("-Infinity", true), ("[1,]", false), ("'a'", false),
      ("// c\n1", false),
    ]
    for (text, isTaken) in lenient {
      let bytes = Array(text.utf8)
      #expect(Comparison.compare(bytes) == .refused, "\(text)")
      #expect(JSONCValue.parse(bytes, strictly: false) != nil, "\(text)")
      // Where json-c is lenient even when strict, only the reader refuses.
      if isTaken { #expect(JSONCValue.parse(bytes, strictly: true) != nil, "\(text)") }
    }
    #expect(Comparison.compare(Array("\"\\ud800\"".utf8)) == .refused)
    #expect(JSONCValue.parse(Array("\"\\ud800\"".utf8), strictly: true) != nil)
  }

  @Test(arguments: [
    "0", "-0", "0.1", "1e5", "1E-5", "9223372036854775807", "-9223372036854775808", "5e-324",
    "\"\\u0041\\ud83d\\ude00\"", "{\"a\": [1, {\"b\": null}], \"\": true}", "[[], {}, \"\"]",
  ])
  func readsValuesAsJSONCDoes(_ text: String) {
    #expect(Comparison.compare(Array(text.utf8)) == .equal)
  }
}

/// A document as json-c parses it.
private struct JSONCValue {
  let object: OpaquePointer?

  /// Parses a whole document; nil where json-c refuses it or finds more behind it.
  static func parse(_ bytes: [UInt8], strictly: Bool) -> JSONCValue? {
    let tokener = json_tokener_new_ex(2048)
    defer { json_tokener_free(tokener) }
    if strictly {
      json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8)
    }
    // The zero byte behind the document tells json-c that a number has ended.
    let terminated = bytes + [0]
    let object = terminated.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) {
        json_tokener_parse_ex(tokener, $0.baseAddress, Int32($0.count))
      }
    }
    guard json_tokener_get_error(tokener) == json_tokener_success else { return nil }
    let end = json_tokener_get_parse_end(tokener)
    let isWhole = bytes[min(end, bytes.count)...].allSatisfy {
      [0x20, 0x0A, 0x0D, 0x09].contains($0)
    }
    if !isWhole {
      json_object_put(object)
      return nil
    }
    return JSONCValue(object: object)
  }
}

/// Reads a document with both parsers.
private enum Comparison: Equatable {
  case equal
  /// The reader refuses the document.
  case refused
  case refusedByJSONC
  case different(String)

  static func compare(_ bytes: [UInt8]) -> Comparison {
    bytes.withUnsafeBytes { raw in
      var reader = JSONReader(raw)
      do {
        try reader.skipValue()
        try reader.finish()
      } catch { return .refused }
      guard let value = JSONCValue.parse(bytes, strictly: true) else { return .refusedByJSONC }
      defer { json_object_put(value.object) }
      var walker = JSONReader(raw)
      do {
        if let difference = try difference(&walker, value.object, "$") {
          return .different(difference)
        }
      } catch { return .different("\(error)") }
      return .equal
    }
  }

  /// Walks a value with the reader beside json-c's tree; returns where they first differ.
  private static func difference(
    _ reader: inout JSONReader, _ object: OpaquePointer?, _ path: String
  ) throws -> String? {
    switch try reader.peek() {
    case .null:
      try reader.readNull()
      return object == nil ? nil : path
    case .bool:
      let value = try reader.readBool()
      let isSame =
        isType(object, json_type_boolean) && (json_object_get_boolean(object) != 0) == value
      return isSame ? nil : path
    case .string:
      let text = Array(try reader.readString().utf8)
      return isType(object, json_type_string) && bytes(of: object) == text ? nil : path
    case .number: return try numberDifference(&reader, object, path)
    case .array: return try arrayDifference(&reader, object, path)
    case .object: return try objectDifference(&reader, object, path)
    }
  }

  private static func numberDifference(
    _ reader: inout JSONReader, _ object: OpaquePointer?, _ path: String
  ) throws -> String? {
    var integers = reader
    if let value = try? integers.readInt() {
      reader = integers
      return isType(object, json_type_int) && json_object_get_int64(object) == Int64(value)
        ? nil : path
    }
    var floats = reader
    if let value = try? floats.readDouble() {
      reader = floats
      // json-c saturates integers beyond 64 bits, which the reader has as floats.
      return isType(object, json_type_int) || json_object_get_double(object) == value ? nil : path
    }
    try reader.skipValue()
    return nil
  }

  private static func arrayDifference(
    _ reader: inout JSONReader, _ object: OpaquePointer?, _ path: String
  ) throws -> String? {
    guard isType(object, json_type_array) else { return path }
    try reader.beginArray()
    var isFirst = true
    var index = 0
    while try reader.nextElement(&isFirst) {
      let part = json_object_array_get_idx(object, index)
      if let found = try difference(&reader, part, "\(path)[\(index)]") { return found }
      index += 1
    }
    return index == json_object_array_length(object) ? nil : "\(path).count"
  }

  private static func objectDifference(
    _ reader: inout JSONReader, _ object: OpaquePointer?, _ path: String
  ) throws -> String? {
    guard isType(object, json_type_object) else { return path }
    // Of a key that comes twice json-c keeps the last value; its earlier ones can't be compared.
    var values: [String: JSONReader] = [:]
    var hasCutKey = false
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      // json-c ends a key at a zero character.
      let name = key.string
      if name.utf8.contains(0) { hasCutKey = true }
      values[name] = reader
      try reader.skipValue()
    }
    if hasCutKey { return nil }
    guard values.count == Int(json_object_object_length(object)) else { return "\(path).count" }
    for (name, start) in values {
      var part: OpaquePointer?
      guard json_object_object_get_ex(object, name, &part) != 0 else { return "\(path).\(name)" }
      var walker = start
      if let found = try difference(&walker, part, "\(path).\(name)") { return found }
    }
    return nil
  }

  private static func isType(_ object: OpaquePointer?, _ type: json_type) -> Bool {
    json_object_get_type(object) == type
  }

  private static func bytes(of object: OpaquePointer?) -> [UInt8] {
    guard let start = json_object_get_string(object) else { return [] }
    let count = Int(json_object_get_string_len(object))
    return start.withMemoryRebound(to: UInt8.self, capacity: count) {
      Array(UnsafeBufferPointer(start: $0, count: count))
    }
  }
}
