import FXCore

/// A token of the text form, as a span of the text.
struct TextToken {
  enum Kind: Equatable {
    case end
    /// Letters, digits, `_` and `.`, not beginning with a digit; `-inf` too.
    case word
    /// What begins with a digit, or with `-` and a digit.
    case number
    /// Text in double quotes.
    case string
    /// `->`
    case arrow
    /// `...`
    case ellipsis
    /// Any other single character.
    case mark(UInt8)
  }

  var kind: Kind
  var start: Int
  var end: Int
  var line: Int
  var column: Int
}

/// Cuts the text form into tokens. White space and comments (`// …`) separate them.
struct TextLexer {
  let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the next token.
  ///
  /// - Throws: `text.syntax` for a string without an end.
  mutating func next() throws(FXError) -> TextToken {
    skipSpace()
    var token = TextToken(
      kind: .end, start: position, end: position, line: line, column: position - lineStart + 1)
    guard position < bytes.count else { return token }
    let first = bytes[position]
    if Self.beginsWord(first) {
      scanWord()
      token.kind = .word
    } else if Self.isDigit(first) {
      scanNumber()
      token.kind = .number
    } else if first == UInt8(ascii: "\"") {
      try scanString(token)
      token.kind = .string
    } else if first == UInt8(ascii: "-"), position + 1 < bytes.count {
      let second = bytes[position + 1]
      position += 1
      if second == UInt8(ascii: ">") {
        position += 1
        token.kind = .arrow
      } else if Self.isDigit(second) {
        scanNumber()
        token.kind = .number
      } else if Self.beginsWord(second) {
        scanWord()
        token.kind = .word
      } else {
        token.kind = .mark(first)
      }
    } else if first == UInt8(ascii: "."), bytes[position...].starts(with: "...".utf8) {
      position += 3
      token.kind = .ellipsis
    } else {
      position += 1
      token.kind = .mark(first)
    }
    token.end = position
    return token
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 10:
        position += 1
        line += 1
        lineStart = position
      case 9, 13, 32: position += 1
      case UInt8(ascii: "/")
      where position + 1 < bytes.count && bytes[position + 1] == bytes[position]:
        while position < bytes.count, bytes[position] != 10 { position += 1 }
      default: return
      }
    }
  }

  private mutating func scanWord() {
    while position < bytes.count, Self.continuesWord(bytes[position]) { position += 1 }
  }

  private mutating func scanNumber() {
    while position < bytes.count {
      let byte = bytes[position]
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      if isSign {
        let previous = bytes[position - 1]
        guard previous == UInt8(ascii: "e") || previous == UInt8(ascii: "E") else { return }
      } else if !Self.continuesWord(byte) {
        return
      }
      position += 1
    }
  }

  private mutating func scanString(_ token: TextToken) throws(FXError) {
    position += 1
    while position < bytes.count, bytes[position] != 10 {
      if bytes[position] == UInt8(ascii: "\"") {
        position += 1
        return
      }
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    throw FXError(
      .textSyntax, "the string has no end on its line",
      at: SourcePlace(line: token.line, column: token.column))
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  static func beginsWord(_ byte: UInt8) -> Bool {
    byte == 95 || byte >= 128 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
  }

  static func continuesWord(_ byte: UInt8) -> Bool {
    beginsWord(byte) || isDigit(byte) || byte == UInt8(ascii: ".")
  }

  /// Tells whether the text form needs no quotes around the text where it wants a name.
  static func isWord(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = utf8.first, beginsWord(first), first < 128 else { return false }
    return utf8.allSatisfy { continuesWord($0) && $0 < 128 }
  }
}
