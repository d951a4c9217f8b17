/// Changes JSON value by value, so that most of what it makes is JSON again.
struct JSONMutator: Sendable {
  /// Keys, tags and strings that the schema knows, with their quotes.
  let words: [String]

  /// A value, with the key in front of it where it has one.
  private struct Span {
    var entry: Int
    var start: Int
    var end: Int
  }

  func mutate(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    random.changed(bytes, parts: Self.spans, change)
  }

  private func change(_ bytes: inout [UInt8], _ spans: [Span], _ random: inout FuzzRandom) {
    let place = random.pick(spans)
    // What stands behind the same key, or is of the same kind, has better chances to be taken.
    let key = bytes[place.entry..<place.start]
    let alike = spans.filter { other in
      key.isEmpty
        ? bytes[other.start] == bytes[place.start] : bytes[other.entry..<other.start] == key
    }
    let other = random.pick(random.oneIn(4) ? spans : alike)
    let copy = Array(bytes[other.start..<other.end])
    switch random.below(12) {
    case 0:
      // With the comma behind it, or the one before it.
      var (start, end) = (place.entry, place.end)
      if end < bytes.count, bytes[end] == UInt8(ascii: ",") {
        end += 1
      } else if let comma = bytes[..<start].lastIndex(where: { $0 > 0x20 }),
        bytes[comma] == UInt8(ascii: ",")
      {
        start = comma
      }
      bytes.removeSubrange(start..<end)
    case 1, 10, 11: bytes.replaceSubrange(place.start..<place.end, with: copy)
    case 2:
      bytes.insert(contentsOf: [0x2C] + Array(bytes[other.entry..<other.end]), at: place.end)
    case 3:
      bytes.insert(contentsOf: [0x2C] + Array(bytes[place.entry..<place.end]), at: place.end)
    case 4 where place.end <= other.entry:
      let first = Array(bytes[place.entry..<place.end])
      let second = Array(bytes[other.entry..<other.end])
      bytes.replaceSubrange(other.entry..<other.end, with: first)
      bytes.replaceSubrange(place.entry..<place.end, with: second)
    case 5 where place.entry < place.start:
      let key = Array(random.pick(words).utf8) + Array(": ".utf8)
      bytes.replaceSubrange(place.entry..<place.start, with: key)
    case 6:
      let (open, close) = random.pick([("[", "]"), ("{\"a\": ", "}"), ("{\"as_graph\": ", "}")])
      let depth = random.oneIn(8) ? 1 << random.below(12) : 1
      for (text, at) in [(close, place.end), (open, place.start)] {
        bytes.insert(contentsOf: String(repeating: text, count: depth).utf8, at: at)
      }
    case 7 where place.end - place.start > 2 && bytes[place.start] == 0x22:
      var inner = Array(bytes[place.start + 1..<place.end - 1])
      random.changeBytes(&inner)
      bytes.replaceSubrange(place.start + 1..<place.end - 1, with: inner)
    default:
      bytes.replaceSubrange(place.start..<place.end, with: scalar(&random).utf8)
    }
  }

  private func scalar(_ random: inout FuzzRandom) -> String {
    switch random.below(4) {
    case 0: return String(random.number())
    case 1: return random.pick(words)
    default:
      return random.pick([
        "null", "true", "false", "[]", "{}", "\"\"", "0", "1", "-1", "0.5", "-0.0", "1e308",
        "1e999", "5e-324", "9223372036854775808", "\"NaN\"", "NaN", "\"Infinity\"", "-Infinity",
        "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\u0000\"", "\"x\"", "\"s0 + 1\"", "\"\u{7f}é\"",
      ])
    }
  }

  /// Finds the values in what need not be JSON.
  private static func spans(_ bytes: [UInt8]) -> [Span] {
    var spans: [Span] = []
    var open: [Span] = []
    var entry: Int?
    var at = 0
    while at < bytes.count {
      let start = at
      switch bytes[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append(Span(entry: entry ?? at, start: at, end: at))
        entry = nil
        at += 1
        continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        at += 1
        if var span = open.popLast() {
          span.end = at
          spans.append(span)
        }
        entry = nil
        continue
      case UInt8(ascii: "\""):
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
          at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        at = min(at + 1, bytes.count)
        if let colon = bytes[at...].firstIndex(where: { $0 > 0x20 }),
          bytes[colon] == UInt8(ascii: ":")
        {
          entry = start
          at = colon + 1
          continue
        }
      case UInt8(ascii: "-"), 0x30...0x39, 0x61...0x7A, 0x41...0x5A:
        while at < bytes.count, bytes[at] > 0x20, !",]}:\"".utf8.contains(bytes[at]) { at += 1 }
      default:
        at += 1
        continue
      }
      if at > start {
        spans.append(Span(entry: entry ?? start, start: start, end: at))
      } else {
        at += 1
      }
      entry = nil
    }
    return spans
  }
}
