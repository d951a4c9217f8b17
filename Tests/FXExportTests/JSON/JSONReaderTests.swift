import FXCore
import FXExport
import Testing

/// Reads one value of a document with a body, and demands that nothing follows.
private func read<Result>(
  _ bytes: [UInt8], _ body: (inout JSONReader) throws -> Result
) throws -> Result {
  // A copy at the end of its memory block: reading beyond the end is then likely to be seen.
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
  defer { copy.deallocate() }
  copy.copyBytes(from: bytes)
  var reader = JSONReader(UnsafeRawBufferPointer(rebasing: copy[..<bytes.count]))
  let result = try body(&reader)
  try reader.finish()
  return result
}

private func read<Result>(
  _ text: String, _ body: (inout JSONReader) throws -> Result
) throws -> Result {
  try read(Array(text.utf8), body)
}

private func code(_ body: () throws -> Void) -> FXError.Code? {
  do { try body() } catch { return (error as? FXError)?.code }
  return nil
}

@Suite struct JSONReaderTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-0", "1", "-1", "0.5", "1e5", "1E+5", "1.25e-7", "\"\"", "[]",
    "{}", " \t\r\n[ 1 , 2 ] ", "{\"a\": {\"b\": [null]}}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
    "\"\\ud83d\\ude00\"", "\"grün 😀\"", "123456789012345678901234567890", "1e999",
  ])
  func takesWhatIsJSON(_ text: String) throws { try read(text) { _ = try $0.skipValue() } }

  @Test(arguments: [
    // Structure.
    ("", FXError.Code.jsonTruncated), (" ", .jsonTruncated), ("[", .jsonTruncated),
    ("[1", .jsonTruncated), ("[1,", .jsonTruncated), ("{", .jsonTruncated),
    ("{\"a\"", .jsonTruncated), ("{\"a\":", .jsonTruncated), ("{\"a\":1", .jsonTruncated),
    ("[1,]", .jsonSyntax), ("[,1]", .jsonSyntax), ("[1 2]", .jsonSyntax), ("[1}", .jsonSyntax),
    ("{\"a\":1,}", .jsonSyntax), ("{,}", .jsonSyntax), ("{1:2}", .jsonSyntax),
    ("{a:2}", .jsonSyntax), ("{\"a\" 1}", .jsonSyntax), ("{\"a\"::1}", .jsonSyntax),
    ("]", .jsonSyntax), ("1 2", .jsonSyntax), ("{} {}", .jsonSyntax), ("[]]", .jsonSyntax),
    // What lenient parsers take.
    ("'a'", .jsonSyntax), ("// c\n1", .jsonSyntax), ("/* c */1", .jsonSyntax), ("NaN", .jsonSyntax),
    ("Infinity", .jsonSyntax), ("-Infinity", .jsonSyntax), ("nul", .jsonTruncated),
    ("None", .jsonSyntax), ("True", .jsonSyntax), ("TRUE", .jsonSyntax), ("nuLL", .jsonSyntax),
    ("\u{FEFF}1", .jsonSyntax), ("\u{A0}1", .jsonSyntax), ("\u{C}1", .jsonSyntax),
    // Numbers.
    ("01", .jsonSyntax), ("-01", .jsonSyntax), ("00", .jsonSyntax), ("+1", .jsonSyntax),
    (".5", .jsonSyntax), ("1.", .jsonTruncated), ("1.e5", .jsonSyntax), ("1e", .jsonTruncated),
    ("1e+", .jsonTruncated), ("-", .jsonTruncated), ("--1", .jsonSyntax), ("0x10", .jsonSyntax),
    ("1_000", .jsonSyntax), ("1a", .jsonSyntax), ("-a", .jsonSyntax),
    // Strings.
    ("\"", .jsonTruncated), ("\"a", .jsonTruncated), ("\"\\", .jsonTruncated),
    ("\"\\u12", .jsonTruncated), ("\"\\x41\"", .jsonSyntax), ("\"\\'\"", .jsonSyntax),
    ("\"\\u12G4\"", .jsonSyntax), ("\"a\nb\"", .jsonSyntax), ("\"a\tb\"", .jsonSyntax),
    ("\"\u{0}\"", .jsonSyntax), ("\"\u{1F}\"", .jsonSyntax), ("\"\\ud83d\"", .jsonEncoding),
    ("\"\\ude00\"", .jsonEncoding), ("\"\\ud83d\\ud83d\"", .jsonEncoding),
    ("\"\\ud83dx\"", .jsonEncoding), ("\"\\ude00\\ud83d\"", .jsonEncoding),
  ])
  func refusesWhatIsNotJSON(_ text: String, _ expected: FXError.Code) {
    #expect(code { try read(text) { _ = try $0.skipValue() } } == expected, "\(text)")
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80],
      [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80],
      [0xE2, 0x82], [0xFF], [0xFE],
    ] as [[UInt8]])
  func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
    let found = code { try read([0x22] + bytes + [0x22]) { _ = try $0.skipValue() } }
    #expect(found == .jsonEncoding)
    // At the end of the document, without a closing quote.
    #expect(code { try read([0x22] + bytes) { _ = try $0.skipValue() } } != nil)
  }

  @Test func resolvesEscapes() throws {
    #expect(
      try read(#""\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\ude00""#) { try $0.readString() }
        == "\"\\/\u{8}\u{C}\n\r\t\u{0}é€😀")
    #expect(try read("\"\u{7F}ü\"") { try $0.readString() } == "\u{7F}ü")
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("-1", -1), ("1000000", 1_000_000),
  ])
  func readsIntegers(_ text: String, _ value: Int) throws {
    #expect(try read(text) { try $0.readInt() } == value)
  }

  @Test(arguments: [
    ("9223372036854775808", FXError.Code.jsonNumber), ("-9223372036854775809", .jsonNumber),
    ("18446744073709551616", .jsonNumber), ("99999999999999999999999", .jsonNumber),
    ("1.0", .jsonKind), ("1e3", .jsonKind), ("1E3", .jsonKind), ("\"1\"", .jsonKind),
    ("true", .jsonKind), ("null", .jsonKind), ("01", .jsonSyntax), ("-", .jsonTruncated),
  ])
  func refusesIntegers(_ text: String, _ expected: FXError.Code) {
    #expect(code { _ = try read(text) { try $0.readInt() } } == expected)
  }

  @Test(arguments: [
    ("0.0", 0.0), ("1", 1), ("1e16", 1e16), ("5e-324", .leastNonzeroMagnitude),
    ("1.7976931348623157e+308", 1.7976931348623157e308),
    ("\"Infinity\"", .infinity), ("\"-Infinity\"", -.infinity), ("0.1", 0.1), ("-2.5E-3", -0.0025),
    ("1e-999", 0),
  ])
  func readsFloats(_ text: String, _ value: Double) throws {
    #expect(try read(text) { try $0.readDouble() } == value)
  }

  @Test func readsSpecialFloats() throws {
    #expect(try read("\"NaN\"") { try $0.readDouble() }.isNaN)
    #expect(try read("-0.0") { try $0.readDouble() }.sign == .minus)
    #expect(code { _ = try read("1e999") { try $0.readDouble() } } == .jsonNumber)
    #expect(code { _ = try read("\"inf\"") { try $0.readDouble() } } == .jsonKind)
  }

  @Test(arguments: [
    (1e16, "1e+16"), (9_999_999_999_999_998, "9999999999999998.0"), (1e15, "1000000000000000.0"),
    (9_007_199_254_740_992, "9007199254740992.0"), (1e22, "1e+22"), (1e-4, "0.0001"),
    (1e-5, "1e-05"), (123456.789, "123456.789"), (-0.0, "-0.0"), (0.1, "0.1"),
    (.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (.infinity, "\"Infinity\""),
    (-.infinity, "\"-Infinity\""), (.nan, "\"NaN\""), (100.0, "100.0"), (1.5e300, "1.5e+300"),
  ])
  func writesFloatsAsPythonDoes(_ value: Double, _ text: String) {
    var sink = ByteSink()
    sink.writeJSON(value)
    #expect(sink.string() == text)
  }

  @Test func writesStringsAsPythonDoes() throws {
    var sink = ByteSink()
    sink.writeJSON("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é€😀")
    let text = sink.string()
    #expect(text == #""\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\u20ac\ud83d\ude00""#)
    #expect(try read(text) { try $0.readString() } == "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é€😀")
  }

  @Test func limitsDepth() {
    let limit = Limits.jsonDepth.value
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      #expect(code { try read(nested(limit, open, close)) { _ = try $0.skipValue() } } == nil)
      #expect(
        code { try read(nested(limit + 1, open, close)) { _ = try $0.skipValue() } } == .jsonDepth)
    }
    // Siblings are not depth.
    let wide = "[" + Array(repeating: "[]", count: 5000).joined(separator: ",") + "]"
    #expect(code { try read(wide) { _ = try $0.skipValue() } } == nil)
  }

  @Test(arguments: [("[1, x]", 4), ("{\"a\": 01}", 6), ("\"ab\u{1}\"", 3), ("[1] 2", 4)])
  func tellsTheOffset(_ text: String, _ offset: Int) {
    #expect { try read(text) { _ = try $0.skipValue() } } throws: {
      ($0 as? FXError)?.place.offset == offset
    }
  }
}
