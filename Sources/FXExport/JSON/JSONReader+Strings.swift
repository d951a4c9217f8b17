import FXCore

/// Scanning of strings, which are checked here and decoded where they are needed.
extension JSONReader {
  /// Scans a string from its opening quote, eight bytes at a time where nothing is special.
  @inline(__always) mutating func scanText() throws(FXError) -> JSONText {
    let start = offset + 1
    var at = start
    var hasEscapes = false
    let base = bytes.baseAddress!
    let end = bytes.count
    while true {
      while at + 8 <= end {
        let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let special = Self.specialBytes(word)
        if special == 0 {
          at += 8
          continue
        }
        at += special.trailingZeroBitCount >> 3
        break
      }
      guard at < end else {
        throw error(.jsonTruncated, "the document ends inside a string", at: end)
      }
      let byte = bytes[at]
      if byte == 0x22 {
        offset = at + 1
        return JSONText(
          raw: UnsafeRawBufferPointer(rebasing: bytes[start..<at]), hasEscapes: hasEscapes)
      }
      if byte == 0x5C {
        hasEscapes = true
        at = try scanEscape(at)
      } else if byte < 0x20 {
        throw error(.jsonSyntax, "a control character must be escaped in a string", at: at)
      } else if byte >= 0x80 {
        at = try scanMultibyte(at)
      } else {
        at += 1
      }
    }
  }

  /// Marks with its high bit each byte that is a quote, a backslash, a control or not ASCII. Bytes
  /// above the lowest marked one may be marked wrongly.
  @inline(__always) private static func specialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let zero = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
    let control = (word &- (ones &* 0x20)) & ~word
    return (zero | control | word) & high
  }

  private func scanEscape(_ at: Int) throws(FXError) -> Int {
    guard at + 1 < bytes.count else {
      throw error(.jsonTruncated, "the document ends inside a string", at: at)
    }
    switch bytes[at + 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return at + 2
    case 0x75:
      let unit = try readHex(at)
      if unit & 0xFC00 == 0xD800 {
        guard at + 7 < bytes.count, bytes[at + 6] == 0x5C, bytes[at + 7] == 0x75,
          try readHex(at + 6) & 0xFC00 == 0xDC00
        else { throw error(.jsonEncoding, "half of a surrogate pair stands alone", at: at) }
        return at + 12
      }
      if unit & 0xFC00 == 0xDC00 {
        throw error(.jsonEncoding, "half of a surrogate pair stands alone", at: at)
      }
      return at + 6
    default: throw error(.jsonSyntax, "unknown escape in a string", at: at)
    }
  }

  private func readHex(_ at: Int) throws(FXError) -> UInt32 {
    guard at + 6 <= bytes.count else {
      throw error(.jsonTruncated, "the document ends inside a string", at: at)
    }
    guard let value = bytes[(at + 2)..<(at + 6)].hexUnit else {
      throw error(.jsonSyntax, "'\\u' needs four hexadecimal digits", at: at)
    }
    return value
  }

  /// Checks one character of several bytes by the table of well-formed UTF-8 (Unicode, table 3-7).
  private func scanMultibyte(_ at: Int) throws(FXError) -> Int {
    let lead = bytes[at]
    let (count, low, high): (Int, UInt8, UInt8) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80, 0xBF)
      case 0xE0: (3, 0xA0, 0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80, 0xBF)
      case 0xED: (3, 0x80, 0x9F)
      case 0xF0: (4, 0x90, 0xBF)
      case 0xF1...0xF3: (4, 0x80, 0xBF)
      case 0xF4: (4, 0x80, 0x8F)
      default: (0, 0, 0)
      }
    let isWhole = count > 0 && at + count <= bytes.count
    guard isWhole, bytes[at + 1] >= low, bytes[at + 1] <= high,
      bytes[(at + 2)..<(at + count)].allSatisfy({ $0 & 0xC0 == 0x80 })
    else { throw error(.jsonEncoding, "the bytes are not UTF-8", at: at) }
    return at + count
  }
}
