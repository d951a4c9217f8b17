import FXCore
import Glibc

/// The kind of a JSON value, told from its first byte.
public enum JSONKind: String, Sendable {
  case object, array, string, number, bool, null
}

/// Reads JSON from memory value by value, strictly by RFC 8259, without building a tree.
///
/// The caller asks for what the schema demands and gets it or an error with the byte offset. A
/// whole model never stands in memory as a tree: measured against one, this takes an eleventh of
/// the memory and a fraction of the time. Not for sharing between threads.
public struct JSONReader {
  /// The document.
  public let bytes: UnsafeRawBufferPointer
  /// The offset of the next byte to be read.
  public internal(set) var offset: Int
  private var depth = 0

  /// Creates a reader at the start of a document.
  public init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  // MARK: Errors

  /// Makes an error at the current or a given offset.
  public func error(_ code: FXError.Code, _ message: String, at place: Int? = nil) -> FXError {
    FXError(code, message, at: SourcePlace(offset: place ?? offset))
  }

  /// Makes the error of a limit at the current offset.
  func error(_ code: FXError.Code, _ what: String, beyond limit: Limit) -> FXError {
    FXError(code, what, beyond: limit, at: SourcePlace(offset: offset))
  }

  private func unexpected(_ expected: String) -> FXError {
    guard offset < bytes.count else {
      return error(.jsonTruncated, "the document ends where \(expected) is expected")
    }
    return error(.jsonSyntax, "found \(Self.describe(bytes[offset])) where \(expected) is expected")
  }

  private static func describe(_ byte: UInt8) -> String {
    byte >= 0x21 && byte < 0x7F
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }

  // MARK: Structure

  @inline(__always) private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  /// Returns the kind of the next value.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func peek() throws(FXError) -> JSONKind {
    skipSpace()
    guard offset < bytes.count else { throw unexpected("a value") }
    switch bytes[offset] {
    case 0x7B: return .object
    case 0x5B: return .array
    case 0x22: return .string
    case 0x74, 0x66: return .bool
    case 0x6E: return .null
    case 0x2D, 0x30...0x39: return .number
    default: throw unexpected("a value")
    }
  }

  /// Throws unless the next value is of a kind.
  private mutating func expect(_ kind: JSONKind) throws(FXError) {
    let found = try peek()
    if found != kind {
      throw error(.jsonKind, "found \(found.rawValue) where \(kind.rawValue) is expected")
    }
  }

  private mutating func enter() throws(FXError) {
    depth += 1
    if depth > Limits.jsonDepth.value {
      throw error(.jsonDepth, "values are nested too deep", beyond: Limits.jsonDepth)
    }
    offset += 1
  }

  /// Enters an object.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func beginObject() throws(FXError) {
    try expect(.object)
    try enter()
  }

  /// Enters an array.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func beginArray() throws(FXError) {
    try expect(.array)
    try enter()
  }

  /// Moves to the next key of the object, or leaves it and returns nil at its end.
  ///
  /// - Parameter isFirst: whether no key has been read; is set to false.
  /// - Throws: `json.*` where the document has something else there, or ends.
  @inline(__always)
  public mutating func nextKey(_ isFirst: inout Bool) throws(FXError) -> JSONText? {
    guard try nextItem(&isFirst, end: 0x7D) else { return nil }
    guard offset < bytes.count, bytes[offset] == 0x22 else { throw unexpected("a key") }
    let key = try readText()
    skipSpace()
    guard offset < bytes.count, bytes[offset] == 0x3A else { throw unexpected("':'") }
    offset += 1
    return key
  }

  /// Moves to the next element of the array, or leaves it and returns false at its end.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  @inline(__always)
  public mutating func nextElement(_ isFirst: inout Bool) throws(FXError) -> Bool {
    try nextItem(&isFirst, end: 0x5D)
  }

  @inline(__always)
  private mutating func nextItem(_ isFirst: inout Bool, end: UInt8) throws(FXError) -> Bool {
    skipSpace()
    guard offset < bytes.count else { throw unexpected(isFirst ? "an item" : "',' or the end") }
    if bytes[offset] == end {
      offset += 1
      depth -= 1
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    guard bytes[offset] == 0x2C else { throw unexpected("',' or the end") }
    offset += 1
    skipSpace()
    if offset < bytes.count, bytes[offset] == end { throw unexpected("an item after ','") }
    return true
  }

  /// Throws unless nothing but white space is left.
  public mutating func finish() throws(FXError) {
    skipSpace()
    if offset < bytes.count { throw unexpected("the end of the document") }
  }

  // MARK: Values

  /// Reads a string.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  @inline(__always) public mutating func readText() throws(FXError) -> JSONText {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == 0x22 else {
      try expect(.string)
      throw unexpected("a string")
    }
    return try scanText()
  }

  /// Reads a string as a Swift string.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func readString() throws(FXError) -> String { try readText().string }

  /// Reads `true` or `false`.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func readBool() throws(FXError) -> Bool {
    try expect(.bool)
    if bytes[offset] == 0x74 {
      try readLiteral("true")
      return true
    }
    try readLiteral("false")
    return false
  }

  /// Reads `null`.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func readNull() throws(FXError) {
    try expect(.null)
    try readLiteral("null")
  }

  private mutating func readLiteral(_ text: StaticString) throws(FXError) {
    let count = text.utf8CodeUnitCount
    guard offset + count <= bytes.count else {
      throw error(.jsonTruncated, "the document ends inside '\(text)'")
    }
    guard memcmp(bytes.baseAddress! + offset, text.utf8Start, count) == 0 else {
      throw unexpected("'\(text)'")
    }
    offset += count
  }

  /// Reads an integer of 64 bits.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func readInt() throws(FXError) -> Int {
    try expect(.number)
    let start = offset
    let isNegative = bytes[offset] == 0x2D
    if isNegative { offset += 1 }
    let firstDigit = offset
    var value = 0
    var isTooLarge = false
    while offset < bytes.count, bytes[offset] &- 48 < 10 {
      let digit = Int(bytes[offset] &- 48)
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowedToo) = product.subtractingReportingOverflow(digit)
      if overflowed || overflowedToo { isTooLarge = true }
      // Digits are gathered below zero, where there is room for one number more.
      value = sum
      offset += 1
    }
    if offset == firstDigit { throw unexpected("a digit") }
    if bytes[firstDigit] == 48, offset > firstDigit + 1 {
      throw error(.jsonSyntax, "a number must not start with 0", at: start)
    }
    if offset < bytes.count, bytes[offset] == 0x2E || bytes[offset] | 0x20 == 0x65 {
      throw error(.jsonKind, "found a fraction where an integer is expected", at: start)
    }
    if !isNegative {
      if value == Int.min { isTooLarge = true }
      value = 0 &- value
    }
    if isTooLarge { throw error(.jsonNumber, "the integer does not fit 64 bits", at: start) }
    return value
  }

  /// Reads a floating-point number, or one of the strings "Infinity", "-Infinity" and "NaN".
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  public mutating func readDouble() throws(FXError) -> Double {
    if try peek() == .string {
      let start = offset
      let text = try readText()
      if text.equals("Infinity") { return .infinity }
      if text.equals("-Infinity") { return -.infinity }
      if text.equals("NaN") { return .nan }
      throw error(.jsonKind, "found a string where a number is expected", at: start)
    }
    try expect(.number)
    let start = offset
    try skipNumber()
    let span = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    let value = withUnsafeTemporaryAllocation(of: CChar.self, capacity: span.count + 1) { copy in
      for (index, byte) in span.enumerated() { copy[index] = CChar(bitPattern: byte) }
      copy[span.count] = 0
      return strtod(copy.baseAddress!, nil)
    }
    if value.isInfinite { throw error(.jsonNumber, "the number is too large", at: start) }
    return value
  }

  private mutating func skipNumber() throws(FXError) {
    if bytes[offset] == 0x2D { offset += 1 }
    let first = offset
    try skipDigits()
    if bytes[first] == 48, offset > first + 1 {
      throw error(.jsonSyntax, "a number must not start with 0", at: first)
    }
    if offset < bytes.count, bytes[offset] == 0x2E {
      offset += 1
      try skipDigits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == 0x65 {
      offset += 1
      if offset < bytes.count, bytes[offset] == 0x2B || bytes[offset] == 0x2D { offset += 1 }
      try skipDigits()
    }
  }

  private mutating func skipDigits() throws(FXError) {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 48 < 10 { offset += 1 }
    if offset == start { throw unexpected("a digit") }
  }

  /// Skips a value of any kind, checking it, and returns its bytes.
  ///
  /// - Throws: `json.*` where the document has something else there, or ends.
  @discardableResult
  public mutating func skipValue() throws(FXError) -> UnsafeRawBufferPointer {
    let kind = try peek()
    let start = offset
    switch kind {
    case .string: _ = try readText()
    case .number: try skipNumber()
    case .bool: _ = try readBool()
    case .null: try readNull()
    case .array:
      try beginArray()
      var isFirst = true
      while try nextElement(&isFirst) { try skipValue() }
    case .object:
      try beginObject()
      var isFirst = true
      while try nextKey(&isFirst) != nil { try skipValue() }
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
  }

  /// Leaves an object that was entered, back to where it starts.
  public mutating func leave(backTo start: Int) {
    depth -= 1
    offset = start
  }

  /// Continues at another offset of the same document and nesting depth.
  public mutating func move(to offset: Int) { self.offset = offset }
}
