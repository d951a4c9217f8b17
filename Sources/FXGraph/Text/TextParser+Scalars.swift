import FXCore

/// Numbers, strings and the trees of sections.
extension TextParser {
  mutating func int() throws(FXError) -> Int {
    guard token.kind == .number else { throw unexpected("an integer") }
    guard let value = Int(raw) else {
      throw FXError(.textValue, "'\(raw)' is not a 64-bit integer", at: place(of: token))
    }
    try advance()
    return value
  }

  mutating func float() throws(FXError) -> Double {
    let isNumber =
      token.kind == .number || takesWord("inf") || takesWord("-inf") || takesWord("nan")
    guard isNumber else { throw unexpected("a number") }
    guard let value = Double(raw) else {
      throw FXError(.textValue, "'\(raw)' is not a number", at: place(of: token))
    }
    try advance()
    return value
  }

  /// Tells whether the current number is written as an integer.
  var isInteger: Bool {
    rawBytes.allSatisfy { TextLexer.isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  mutating func bool() throws(FXError) -> Bool {
    let value = takesWord("True")
    guard value || takesWord("False") else { throw unexpected("True or False") }
    try advance()
    return value
  }

  /// Takes a string and resolves its escapes, which are those of JSON.
  mutating func string() throws(FXError) -> String {
    guard token.kind == .string else { throw unexpected("a string") }
    let body = rawBytes.dropFirst().dropLast()
    let result =
      body.contains(UInt8(ascii: "\\"))
      ? try unescaped(body) : String(decoding: body, as: UTF8.self)
    try advance()
    return result
  }

  private func unescaped(_ body: ArraySlice<UInt8>) throws(FXError) -> String {
    var result: [UInt8] = []
    var position = body.startIndex
    func failure() -> FXError {
      FXError(.textValue, "the string has an unknown escape", at: place(of: token))
    }
    func unit(at start: Int) -> UInt32? {
      guard start + 4 <= body.endIndex else { return nil }
      return body[start..<(start + 4)].hexUnit
    }
    while position < body.endIndex {
      let byte = body[position]
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      guard position < body.endIndex else { throw failure() }
      let escape = body[position]
      position += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "u"):
        guard var code = unit(at: position) else { throw failure() }
        position += 4
        if code & 0xFC00 == 0xD800 {
          guard position + 6 <= body.endIndex, body[position] == UInt8(ascii: "\\"),
            body[position + 1] == escape, let low = unit(at: position + 2), low & 0xFC00 == 0xDC00
          else { throw failure() }
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
          position += 6
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure() }
        result += Array(String(Character(scalar)).utf8)
      default: throw failure()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: Trees

  /// Parses `{key: tree, …}`.
  mutating func map() throws(FXError) -> [TextTree.Entry] {
    try expect("{")
    var entries: [TextTree.Entry] = []
    while !isMark("}") {
      let line = token.line
      let key = try anyText("a key or '}'")
      try expect(":")
      entries.append(TextTree.Entry(key, try tree(), line: line))
      if try !take(",") { break }
    }
    try expect("}")
    return entries
  }

  private mutating func tree() throws(FXError) -> TextTree {
    switch token.kind {
    case .word where takesWord("inf") || takesWord("-inf") || takesWord("nan"):
      return .float(try float())
    case .word:
      let word = try anyText("a word")
      return word == "number" && token.kind == .string ? .number(try string()) : .word(word)
    case .number: return isInteger ? .int(try int()) : .float(try float())
    case .string: return .string(try string())
    case .mark(UInt8(ascii: "{")):
      try enter()
      defer { leave() }
      return .map(try map())
    case .mark(UInt8(ascii: "[")):
      try enter()
      defer { leave() }
      try advance()
      var parts: [TextTree] = []
      while !isMark("]") {
        parts.append(try tree())
        if try !take(",") { break }
      }
      try expect("]")
      return .list(parts)
    default: throw unexpected("a value")
    }
  }

  /// Parses a map of strings.
  mutating func stringMap() throws(FXError) -> [(key: String, text: String)] {
    try expect("{")
    var entries: [(key: String, text: String)] = []
    var keys: Set<String> = []
    while !isMark("}") {
      let keyToken = token
      let key = try anyText("a key or '}'")
      try note(key, keyToken, in: &keys)
      try expect(":")
      entries.append((key, try string()))
      if try !take(",") { break }
    }
    try expect("}")
    return entries
  }

  /// Refuses a key that stands for the second time.
  func note(_ key: String, _ token: TextToken, in keys: inout Set<String>) throws(FXError) {
    if keys.insert(key).inserted { return }
    throw FXError(.textDuplicate, "the key '\(key)' comes twice", at: place(of: token))
  }

  /// Parses a map of strings as unknown fields.
  mutating func rawFields() throws(FXError) -> [RawField] {
    try stringMap().map { RawField(key: $0.key, json: $0.text) }
  }
}
