/// Words, numbers' digits, strings and spaces of expressions.
extension SymbolicParser {
  mutating func word() -> String? {
    let start = position
    while position < bytes.count, isWord(bytes[position]) { position += 1 }
    guard position > start, !isDigit(bytes[start]) else {
      position = start
      return nil
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads a string in quotes, without escapes but those of quotes and backslashes.
  mutating func quoted() throws(FXError) -> String {
    skipSpaces()
    guard position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 else {
      throw unexpected("a string")
    }
    let quote = bytes[position]
    let start = position
    position += 1
    var result: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == 0x5C {
        position += 1
        guard position < bytes.count, [0x27, 0x22, 0x5C].contains(bytes[position]) else {
          throw error(.symbolicSyntax, "a string has an escape that names don't have")
        }
      }
      result.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else {
      throw error(.symbolicSyntax, "a string does not end", at: start)
    }
    position += 1
    return String(decoding: result, as: UTF8.self)
  }

  mutating func take(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func peekWord(_ expected: String) -> Bool {
    skipSpaces()
    let end = position + expected.utf8.count
    return end <= bytes.count && bytes[position..<end].elementsEqual(expected.utf8)
      && (end == bytes.count || !isWord(bytes[end]))
  }

  mutating func takeWord(_ expected: String) -> Bool {
    guard peekWord(expected) else { return false }
    position += expected.utf8.count
    return true
  }

  mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 32 || bytes[position] == 10 { position += 1 }
  }

  func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == 95 || byte >= 128 || (65...90).contains(byte)
      || (97...122).contains(byte)
  }
}
