/// A part of a section: what other layers keep in the text form.
public indirect enum TextTree: Hashable, Sendable {
  /// A bare word: `true`, `user_input`.
  case word(String)
  case int(Int)
  case float(Double)
  /// The spelling of a number that neither 64 bits nor a float hold.
  case number(String)
  case string(String)
  case list([TextTree])
  /// Keys and values, in order, with the line where each stands.
  case map([Entry])

  /// One entry of a map.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// What stands behind the key.
    public var value: TextTree
    /// The line in the text, from 1; 0 where the entry was made by code.
    public var line: Int

    /// Makes an entry of its key and value.
    public init(_ key: String, _ value: TextTree, line: Int = 0) {
      self.key = key
      self.value = value
      self.line = line
    }

    public static func == (a: Entry, b: Entry) -> Bool { a.key == b.key && a.value == b.value }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(key)
      hasher.combine(value)
    }
  }

  /// Returns the word, where the tree is one.
  public var word: String? { if case .word(let text) = self { text } else { nil } }

  /// Returns the string, where the tree is one.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// Returns the integer, where the tree is one.
  public var int: Int? { if case .int(let value) = self { value } else { nil } }

  /// Returns the number, where the tree is one.
  public var float: Double? {
    switch self {
    case .float(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }

  /// Returns the truth value, where the tree is the word `true` or `false`.
  public var bool: Bool? {
    switch word {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// Returns the parts of a list.
  public var elements: [TextTree]? { if case .list(let parts) = self { parts } else { nil } }

  /// Returns the entries of a map.
  public var entries: [Entry]? { if case .map(let entries) = self { entries } else { nil } }

  /// Returns the value of the first entry of a key.
  public subscript(key: String) -> TextTree? { entries?.first { $0.key == key }?.value }
}

/// A top-level part of a text document beside the modules: `signature { … }`.
///
/// This layer gives sections no meaning. The layer above writes and reads its own (the graph
/// signature, range constraints, the module call graph).
public struct TextSection: Hashable, Sendable {
  /// The word that begins the section.
  public var name: String
  /// The keys and values, in order.
  public var entries: [TextTree.Entry]
  /// The line in the text, from 1; 0 where the section was made by code.
  public var line: Int

  /// Makes a section of its entries.
  public init(_ name: String, _ entries: [TextTree.Entry], line: Int = 0) {
    self.name = name
    self.entries = entries
    self.line = line
  }

  /// Returns the value of the first entry of a key.
  public subscript(key: String) -> TextTree? { TextTree.map(entries)[key] }
}
