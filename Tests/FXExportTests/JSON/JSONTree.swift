/// JSON as a tree, for tests that change documents. Numbers keep their spelling.
indirect enum JSONTree: Equatable {
  case object([(key: String, value: JSONTree)])
  case array([JSONTree])
  case string(String)
  case number(String)
  case bool(Bool)
  case null

  static func == (a: JSONTree, b: JSONTree) -> Bool { a.text == b.text }

  /// Writes the tree in the style of Python's `json.dumps`, but for characters beyond ASCII.
  var text: String {
    switch self {
    case .object(let entries):
      "{" + entries.map { "\(Self.quote($0.key)): \($0.value.text)" }.joined(separator: ", ") + "}"
    case .array(let parts): "[" + parts.map(\.text).joined(separator: ", ") + "]"
    case .string(let text): Self.quote(text)
    case .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    }
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Returns the number of values in the tree.
  var count: Int {
    switch self {
    case .object(let entries): entries.reduce(1) { $0 + $1.value.count }
    case .array(let parts): parts.reduce(1) { $0 + $1.count }
    default: 1
    }
  }

  /// Returns the tree with the value of a number, in document order, replaced; nil removes it.
  func replacing(_ index: Int, with change: (JSONTree) -> JSONTree?) -> JSONTree? {
    var rest = index
    return replace(&rest, change)
  }

  private func replace(_ rest: inout Int, _ change: (JSONTree) -> JSONTree?) -> JSONTree? {
    if rest == 0 {
      rest = -1
      return change(self)
    }
    rest -= 1
    switch self {
    case .object(let entries):
      var result: [(key: String, value: JSONTree)] = []
      for (key, value) in entries {
        if rest < 0 {
          result.append((key, value))
        } else if let value = value.replace(&rest, change) {
          result.append((key, value))
        }
      }
      return .object(result)
    case .array(let parts):
      var result: [JSONTree] = []
      for part in parts {
        if rest < 0 {
          result.append(part)
        } else if let part = part.replace(&rest, change) {
          result.append(part)
        }
      }
      return .array(result)
    default: return self
    }
  }
}

/// A small parser of well-formed JSON, which shares nothing with the reader under test.
struct JSONTreeParser {
  private let scalars: [Unicode.Scalar]
  private var at = 0

  static func parse(_ bytes: some Collection<UInt8>) -> JSONTree {
    var parser = JSONTreeParser(
      scalars: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
    return parser.value()
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private mutating func skipSpace() {
    while at < scalars.count, " \n\r\t".unicodeScalars.contains(scalars[at]) { at += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard at < scalars.count, scalars[at] == scalar else { return false }
    at += 1
    return true
  }

  private mutating func value() -> JSONTree {
    skipSpace()
    switch scalars[at] {
    case "{":
      at += 1
      var entries: [(key: String, value: JSONTree)] = []
      while !take("}") {
        _ = take(",")
        skipSpace()
        let key = string()
        _ = take(":")
        entries.append((key, value()))
      }
      return .object(entries)
    case "[":
      at += 1
      var parts: [JSONTree] = []
      while !take("]") {
        _ = take(",")
        parts.append(value())
      }
      return .array(parts)
    case "\"": return .string(string())
    case "t":
      at += 4
      return .bool(true)
    case "f":
      at += 5
      return .bool(false)
    case "n":
      at += 4
      return .null
    default:
      let start = at
      while at < scalars.count, "+-.eE0123456789".unicodeScalars.contains(scalars[at]) { at += 1 }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars[start..<at])
      return .number(text)
    }
  }

  private mutating func string() -> String {
    at += 1
    var units: [UInt16] = []
    while scalars[at] != "\"" {
      if scalars[at] != "\\" {
        units.append(contentsOf: String(Character(scalars[at])).utf16)
        at += 1
        continue
      }
      switch scalars[at + 1] {
      case "n": units.append(10)
      case "r": units.append(13)
      case "t": units.append(9)
      case "b": units.append(8)
      case "f": units.append(12)
      case "u":
        var digits = ""
        digits.unicodeScalars.append(contentsOf: scalars[(at + 2)..<(at + 6)])
        units.append(UInt16(digits, radix: 16) ?? 0)
        at += 4
      default: units.append(UInt16(scalars[at + 1].value))
      }
      at += 2
    }
    at += 1
    return String(decoding: units, as: UTF16.self)
  }
}
