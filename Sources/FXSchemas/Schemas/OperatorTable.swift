import FXCore

/// The operators of PyTorch by name, searched in their text: looking one up builds no index.
public enum OperatorTable {
  /// The version of PyTorch whose operators these are.
  public static var torchVersion: String { OperatorSchemas.torchVersion }

  /// Finds and parses the schema of a target: `torch.ops.aten.add.Tensor`.
  ///
  /// An `OperatorLibrary` does the same once for each target. A target without an overload has no
  /// schema: it names all overloads.
  public static func schema(of target: some StringProtocol) -> OperatorSchema? {
    guard let name = OperatorName(target: String(target)), name.overload != nil else { return nil }
    return schema(named: name.qualifiedName)
  }

  /// Finds and parses the schema of a qualified name: `aten::add.Tensor`.
  public static func schema(named name: String) -> OperatorSchema? {
    guard let line = schemas.line(startingWith: name, before: UInt8(ascii: "(")) else { return nil }
    return try? OperatorSchema(parsing: line)
  }

  /// Returns the overloads of an operator, without its overload in the name: `aten::add`.
  package static func overloads(of name: String) -> [OperatorSchema] {
    var result: [OperatorSchema] = []
    if let only = schema(named: name) { result.append(only) }
    schemas.forEachLine(startingWith: name + ".") { line in
      if let schema = try? OperatorSchema(parsing: String(decoding: line, as: UTF8.self)) {
        result.append(schema)
      }
    }
    return result
  }

  /// Calls `body` with the text of every schema and its tags, in the order of names.
  public static func forEachLine(_ body: (String) throws -> Void) rethrows {
    try schemas.forEachLine { try body(String(decoding: $0, as: UTF8.self)) }
  }

  /// Tells whether the namespace is PyTorch's own, so that its operators are all known here.
  package static func isBuiltIn(namespace: some StringProtocol) -> Bool {
    namespace == "aten" || namespace == "prims"
  }

  /// Tells whether PyTorch has a higher-order operator `torch.ops.higher_order.NAME`.
  static func isHigherOrder(_ name: String) -> Bool {
    higherOrder.line(startingWith: name, before: UInt8(ascii: "\n")) != nil
  }

  /// Returns the parameter names of a Python function that graphs call: `_operator.add`.
  static func parameters(of function: String) -> [String]? {
    words(after: function, in: parameters)
  }

  /// Returns `effect` or `random` for calls that have an effect of which no schema tells.
  static func effect(of target: String) -> String? { words(after: target, in: effects)?.first }

  private static func words(after key: String, in text: SortedLines) -> [String]? {
    guard let line = text.line(startingWith: key, before: UInt8(ascii: " ")) else { return nil }
    return String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst().map(String.init)
  }

  private static let schemas = SortedLines(OperatorSchemas.schemas)
  private static let higherOrder = SortedLines(OperatorSchemas.higherOrder)
  private static let effects = SortedLines(OperatorSchemas.effects)
  private static let parameters = SortedLines(OperatorSchemas.parameters)
}

/// Static text of lines that are sorted as bytes, for binary search in place.
struct SortedLines: Sendable {
  private let text: StaticString

  init(_ text: StaticString) { self.text = text }

  private var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// Finds the line that starts with `key` and `end`, where `end` may be the line's end.
  ///
  /// `end` must sort before every character of a key, as `(`, space and newline do.
  func line(startingWith key: String, before end: UInt8) -> UnsafeBufferPointer<UInt8>? {
    var key = key
    return key.withUTF8 { key in
      let bytes = self.bytes
      var low = 0
      var high = bytes.count
      while low < high {
        var start = (low + high) / 2
        while start > low, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        let order = Self.compare(key, end, toLineAt: start, in: bytes)
        let stop = Self.endOfLine(from: start, in: bytes)
        if order == 0 { return UnsafeBufferPointer(rebasing: bytes[start..<stop]) }
        if order < 0 { high = start } else { low = stop + 1 }
      }
      return nil
    }
  }

  /// Calls `body` with each line that starts with a prefix, in order.
  func forEachLine(
    startingWith prefix: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    let wanted = Array(prefix.utf8)
    let bytes = self.bytes
    var low = 0
    var high = bytes.count
    // The first line that does not sort before the prefix.
    while low < high {
      var start = (low + high) / 2
      while start > low, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
      let stop = Self.endOfLine(from: start, in: bytes)
      if bytes[start..<stop].lexicographicallyPrecedes(wanted) {
        low = stop + 1
      } else {
        high = start
      }
    }
    while low < bytes.count {
      let stop = Self.endOfLine(from: low, in: bytes)
      let line = UnsafeBufferPointer(rebasing: bytes[low..<stop])
      guard line.starts(with: wanted) else { return }
      body(line)
      low = stop + 1
    }
  }

  func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
    var start = 0
    while start < bytes.count {
      let stop = Self.endOfLine(from: start, in: bytes)
      try body(UnsafeBufferPointer(rebasing: bytes[start..<stop]))
      start = stop + 1
    }
  }

  private static func endOfLine(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var stop = start
    while stop < bytes.count, bytes[stop] != UInt8(ascii: "\n") { stop += 1 }
    return stop
  }

  /// Returns less than, equal to or more than 0 as the key sorts before, at or after the line.
  private static func compare(
    _ key: UnsafeBufferPointer<UInt8>, _ end: UInt8, toLineAt start: Int,
    in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int {
    for offset in 0...key.count {
      let wanted = offset < key.count ? key[offset] : end
      let position = start + offset
      let found = position < bytes.count ? bytes[position] : UInt8(ascii: "\n")
      if wanted != found { return Int(wanted) - Int(found) }
    }
    return 0
  }
}
