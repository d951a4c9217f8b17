import FXCore

extension OperatorSchema {
  /// Parses a schema in PyTorch's spelling, with tags after it: `… -> Tensor #core`.
  ///
  /// - Throws: `FXError` with the code `schemaSyntax` and the byte offset.
  public convenience init(parsing text: String) throws {
    var copy = text
    self.init(
      try copy.withUTF8 { utf8 in
        var parser = SchemaParser(bytes: utf8)
        return try parser.schema()
      })
  }

  convenience init(parsing utf8: UnsafeBufferPointer<UInt8>) throws {
    var parser = SchemaParser(bytes: utf8)
    self.init(try parser.schema())
  }
}

/// Reads a schema from bytes, by recursive descent.
struct SchemaParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func schema() throws -> OperatorSchema.Parts {
    let namespace = try identifier()
    try expect("::")
    let name = try identifier()
    let overload = skip(".") ? try identifier() : ""
    var result = OperatorSchema.Parts(namespace: namespace, name: name, overload: overload)
    try parameters(of: &result)
    try expect(" -> ")
    try results(of: &result)
    while skip(" #") { result.tags.append(try identifier()) }
    if index < bytes.count { throw error("the end of the schema") }
    return result
  }

  private mutating func parameters(of schema: inout OperatorSchema.Parts) throws {
    try expect("(")
    if skip(")") { return }
    var isKeywordOnly = false
    repeat {
      if schema.isVariadic { throw error("')' after '...'") }
      if skip("...") {
        schema.isVariadic = true
      } else if !isKeywordOnly, skip("*") {
        isKeywordOnly = true
      } else {
        let type = try self.type()
        try expect(" ")
        let name = try identifier()
        let text = skip("=") ? try defaultText() : nil
        schema.parameters.append(
          OperatorSchema.Parameter(
            name: name, type: type, defaultText: text, isKeywordOnly: isKeywordOnly))
      }
    } while skip(", ")
    try expect(")")
  }

  private mutating func results(of schema: inout OperatorSchema.Parts) throws {
    if skip("...") {
      schema.hasUnknownResults = true
    } else if skip("(") {
      if skip(")") { return }
      repeat { schema.results.append(try result()) } while skip(", ")
      try expect(")")
    } else {
      schema.results = [try result()]
    }
  }

  private mutating func result() throws -> OperatorSchema.Result {
    let type = try self.type()
    guard peek(" "), !peek(" #") else { return OperatorSchema.Result(name: nil, type: type) }
    index += 1
    return OperatorSchema.Result(name: try identifier(), type: type)
  }

  /// Returns the text up to the `,` or `)` that ends it, outside of brackets and strings.
  private mutating func defaultText() throws -> String {
    let start = index
    var depth = 0
    var isInString = false
    while index < bytes.count {
      let byte = bytes[index]
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ","), UInt8(ascii: ")"):
          if depth == 0 {
            if index == start { throw error("a default value") }
            return String(decoding: bytes[start..<index], as: UTF8.self)
          }
        default: break
        }
      }
      index += 1
    }
    index = bytes.count
    throw error("the end of a default value")
  }
}

// Characters and words.
extension SchemaParser {
  func peek(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    if bytes.count - index < count { return false }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
    return true
  }

  mutating func skip(_ text: StaticString) -> Bool {
    guard peek(text) else { return false }
    index += text.utf8CodeUnitCount
    return true
  }

  mutating func expect(_ text: StaticString) throws {
    if !skip(text) { throw error("'\(text)'") }
  }

  mutating func identifier() throws -> String {
    let start = index
    while index < bytes.count, Self.isWord(bytes[index]) { index += 1 }
    if index == start { throw error("a name") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  func error(_ expected: String) -> FXError {
    let found =
      index < bytes.count ? "'\(String(decoding: bytes[index...index], as: UTF8.self))'" : "the end"
    return FXError(
      .schemaSyntax, "expected \(expected) in the schema, found \(found)",
      at: SourcePlace(offset: index))
  }
}
