import FXCore

/// Shows the `custom` metadata of nodes, which is JSON, as Python shows the dictionary it stands for.
enum AnnotationText {
  /// How many characters of a value are shown.
  private static let shownCharacters = 40
  /// How deep values may be nested; deeper ones are not shown.
  private static var depthLimit: Int { Limits.typeDepth.value }

  private enum Value {
    case string(String)
    /// A value whose `str` and `repr` are one.
    case other(String)
    case entries([(key: String, value: Value)])
  }

  /// Returns the dictionary's `repr`, long values cut; nil for an empty one or other JSON.
  static func shown(json: String) -> String? {
    var reader = Reader(bytes: Array(json.utf8))
    guard case .entries(let entries)? = reader.value(depth: 0), !entries.isEmpty else { return nil }
    let parts = entries.map { key, value in
      let text = str(value)
      if text.unicodeScalars.count <= shownCharacters {
        return "\(PythonText.string(key)): \(repr(value))"
      }
      var cut = String.UnicodeScalarView()
      cut.append(contentsOf: text.unicodeScalars.prefix(shownCharacters))
      return "\(PythonText.string(key)): \(PythonText.string(String(cut) + "..."))"
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  private static func str(_ value: Value) -> String {
    if case .string(let text) = value { text } else { repr(value) }
  }

  private static func repr(_ value: Value) -> String {
    switch value {
    case .string(let text): return PythonText.string(text)
    case .other(let text): return text
    case .entries(let entries):
      let parts = entries.map { "\(PythonText.string($0.key)): \(repr($0.value))" }
      return "{\(parts.joined(separator: ", "))}"
    }
  }

  /// Reads just enough JSON: what `json.dumps` writes. Anything else ends in nil.
  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func value(depth: Int) -> Value? {
      guard depth < AnnotationText.depthLimit, let first = next() else { return nil }
      switch first {
      case UInt8(ascii: "\""): return string().map { .string($0) }
      case UInt8(ascii: "{"):
        position += 1
        var entries: [(key: String, value: Value)] = []
        if take("}") { return .entries([]) }
        repeat {
          guard next() == UInt8(ascii: "\""), let key = string(), take(":"),
            let value = value(depth: depth + 1)
          else { return nil }
          if let known = entries.firstIndex(where: { $0.key == key }) {
            entries[known].value = value
          } else {
            entries.append((key, value))
          }
        } while take(",")
        return take("}") ? .entries(entries) : nil
      case UInt8(ascii: "["):
        position += 1
        var parts: [String] = []
        if take("]") { return .other("[]") }
        repeat {
          guard let value = value(depth: depth + 1) else { return nil }
          parts.append(AnnotationText.repr(value))
        } while take(",")
        return take("]") ? .other("[\(parts.joined(separator: ", "))]") : nil
      default: return scalar().map { .other($0) }
      }
    }

    private mutating func scalar() -> String? {
      let start = position
      while position < bytes.count, !",]} \n".utf8.contains(bytes[position]) { position += 1 }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      switch text {
      case "true": return "True"
      case "false": return "False"
      case "null": return "None"
      case "NaN": return "nan"
      case "Infinity": return "inf"
      case "-Infinity": return "-inf"
      default:
        let isInteger = text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
        if isInteger, !text.isEmpty { return text }
        return Double(text).map { PythonText.float($0) }
      }
    }

    private mutating func string() -> String? {
      position += 1
      var units: [UInt16] = []
      var pending: [UInt8] = []
      var result = ""
      func flushed() -> String {
        String(decoding: pending, as: UTF8.self) + String(decoding: units, as: UTF16.self)
      }
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\"") {
          return result + flushed()
        }
        if byte != UInt8(ascii: "\\") {
          if !units.isEmpty {
            result += flushed()
            (units, pending) = ([], [])
          }
          pending.append(byte)
          continue
        }
        guard position < bytes.count else { return nil }
        let escape = bytes[position]
        position += 1
        if !pending.isEmpty {
          result += flushed()
          (units, pending) = ([], [])
        }
        switch escape {
        case UInt8(ascii: "n"): units.append(10)
        case UInt8(ascii: "t"): units.append(9)
        case UInt8(ascii: "r"): units.append(13)
        case UInt8(ascii: "b"): units.append(8)
        case UInt8(ascii: "f"): units.append(12)
        case UInt8(ascii: "u"):
          guard position + 4 <= bytes.count,
            let unit = bytes[position..<(position + 4)].hexUnit
          else { return nil }
          units.append(UInt16(truncatingIfNeeded: unit))
          position += 4
        default: units.append(UInt16(escape))
        }
      }
      return nil
    }

    private mutating func next() -> UInt8? {
      while position < bytes.count, bytes[position] <= 32 { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
      guard let byte = next(), byte == UInt8(ascii: mark) else { return false }
      position += 1
      return true
    }
  }
}
