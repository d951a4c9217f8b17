/// A field that this version does not know, kept as it was read and written back at the end.
public struct RawField: Hashable, Sendable {
  /// The field's key. One that begins with `/` is a JSON pointer (RFC 6901), from the object that
  /// keeps the field to that of an object inside which has no place for it: `/inputs/0/arg/new`.
  public var key: String
  /// The value's JSON, exactly as read.
  public var json: String

  /// Makes a field of its key and JSON.
  public init(key: String, json: String) {
    self.key = key
    self.json = json
  }

  /// Makes a field of an object inside the one that keeps it.
  ///
  /// - Parameter path: the JSON pointer to the object; empty for the one that keeps the field.
  public init(name: String, under path: String, json: String) {
    let isPlain = path.isEmpty && !name.hasPrefix("/")
    self.init(key: isPlain ? name : path + Self.pointerPart(name), json: json)
  }

  /// Returns a pointer to the object that has the field, and the field's name in it.
  public var location: (path: String, name: String) {
    guard key.hasPrefix("/"), let slash = key.lastIndex(of: "/") else { return ("", key) }
    let parts = key[key.index(after: slash)...].parts(separatedBy: "~1")
    let name = parts.map { $0.parts(separatedBy: "~0") }
    return (String(key[..<slash]), name.map { $0.joined(separator: "~") }.joined(separator: "/"))
  }

  /// Returns the place of the argument that the field of a node is inside; nil for any other field.
  package var argumentPlace: Int? {
    let parts = key.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, parts[1] == "inputs" else { return nil }
    return Int(parts[2])
  }

  /// Returns the field for another place of the argument that it is inside.
  package func moved(toArgument place: Int) -> RawField {
    let parts = key.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return self }
    return RawField(key: "/inputs/\(place)/\(parts[3])", json: json)
  }

  /// Returns the part of a JSON pointer that leads from an object to the value of a key.
  public static func pointerPart(_ key: String) -> String {
    var part = "/"
    for character in key.unicodeScalars {
      switch character {
      case "~": part += "~0"
      case "/": part += "~1"
      default: part.unicodeScalars.append(character)
      }
    }
    return part
  }
}
