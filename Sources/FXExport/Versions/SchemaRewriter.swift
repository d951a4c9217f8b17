import FXCore

/// Rewrites a document of an old schema piece by piece, so that it never stands in memory as a tree.
///
/// A tree takes about twelve times the memory of its text. Pieces are parts of the document of a
/// few kilobytes; what a change has to know of the rest, the ranges of symbols, goes with each.
struct SchemaRewriter: ~Copyable {
  private let changes: [@Sendable (inout JSONTree) -> Void]
  private var reader: JSONReader
  private var sink = ByteSink()
  /// The ranges of the document, which changes look at.
  private var ranges: JSONTree?
  /// The size of a piece: the ranges are looked at for each, so that it grows with them.
  private var pieceSize: Int

  private static let ranged = "range_constraints"
  private static let versioned = "schema_version"

  /// Rewrites a document that Python's `json.loads` reads, and returns a sink with all of it.
  ///
  /// - Parameter pieceSize: how many bytes become a tree at a time; tests lower it.
  /// - Throws: a `json` code, with the offset.
  static func rewrite(
    _ bytes: UnsafeRawBufferPointer, from version: SchemaVersion, pieceSize: Int = 1 << 16
  ) throws(FXError) -> ByteSink {
    var rewriter = SchemaRewriter(bytes, from: version, pieceSize)
    rewriter.ranges = try JSONTree(python: bytes, keeping: "range_constraints")[ranged]
    try rewriter.writeDocument()
    return rewriter.sink
  }

  private init(_ bytes: UnsafeRawBufferPointer, from version: SchemaVersion, _ pieceSize: Int) {
    self.pieceSize = pieceSize
    reader = JSONReader(bytes)
    changes = SchemaUpgrade.chain(from: version).compactMap {
      if case .document(let change) = $0.change { change } else { nil }
    }
  }

  private mutating func writeDocument() throws(FXError) {
    var isFirst = true
    try reader.beginObject()
    sink.write("{")
    while let key = try reader.nextKey(&isFirst) {
      let name = key.string
      if sink.byteCount > 1 { sink.write(", ") }
      sink.writeJSON(name)
      sink.write(": ")
      switch name {
      case Self.versioned:
        _ = try JSONTree(python: &reader)
        SchemaVersion.firstDirect.tree.write(to: &sink)
      case Self.ranged:
        let start = reader.offset
        var document = JSONTree.object([.init(key: name, value: try JSONTree(python: &reader))])
        pieceSize = max(pieceSize, reader.offset - start)
        for change in changes { change(&document) }
        document[name]?.write(to: &sink)
      default: try writeValue(name)
      }
    }
    sink.write("}")
    try reader.finish()
  }

  /// Writes the value of a key: a small one as one piece, a large one in pieces of its parts.
  private mutating func writeValue(_ key: String) throws(FXError) {
    let kind = try? reader.peek()
    guard isLarge, kind == .object || kind == .array else {
      let tree = try JSONTree(python: &reader)
      changed(.object([.init(key: key, value: tree)]))[key]?.write(to: &sink)
      return
    }
    kind == .object ? try writeEntries() : try writeElements(of: key)
  }

  private mutating func writeEntries() throws(FXError) {
    var entries: [JSONTree.Entry] = []
    var (isFirst, isStart) = (true, true)
    var start = reader.offset
    func write(_ entries: inout [JSONTree.Entry], _ rewriter: inout SchemaRewriter) {
      guard case .object(let parts) = rewriter.changed(.object(entries)) else { return }
      for part in parts {
        rewriter.separate(&isStart)
        rewriter.sink.writeJSON(part.key)
        rewriter.sink.write(": ")
        part.value.write(to: &rewriter.sink)
      }
      entries = []
    }
    try reader.beginObject()
    sink.write("{")
    while let key = try reader.nextKey(&isFirst) {
      if isLarge {
        write(&entries, &self)
        separate(&isStart)
        let name = key.string
        sink.writeJSON(name)
        sink.write(": ")
        try writeValue(name)
        start = reader.offset
        continue
      }
      entries.append(.init(key: key.string, value: try JSONTree(python: &reader)))
      if reader.offset - start > pieceSize {
        write(&entries, &self)
        start = reader.offset
      }
    }
    write(&entries, &self)
    sink.write("}")
  }

  private mutating func writeElements(of key: String) throws(FXError) {
    var parts: [JSONTree] = []
    var (isFirst, isStart) = (true, true)
    var start = reader.offset
    func write(_ parts: inout [JSONTree], _ rewriter: inout SchemaRewriter) {
      // The key stands above each piece: what nodes are is told by it.
      let piece = rewriter.changed(.object([.init(key: key, value: .array(parts))]))
      for part in piece[key]?.elements ?? [] {
        rewriter.separate(&isStart)
        part.write(to: &rewriter.sink)
      }
      parts = []
    }
    try reader.beginArray()
    sink.write("[")
    while try reader.nextElement(&isFirst) {
      let kind = try? reader.peek()
      if isLarge, kind == .object || kind == .array {
        write(&parts, &self)
        separate(&isStart)
        switch kind {
        case .array: try writeElements(of: "")
        case _ where key == "nodes": try writeNode()
        default: try writeEntries()
        }
        start = reader.offset
        continue
      }
      parts.append(try JSONTree(python: &reader))
      if reader.offset - start > pieceSize {
        write(&parts, &self)
        start = reader.offset
      }
    }
    write(&parts, &self)
    sink.write("]")
  }

  /// Writes a node with graphs in its arguments: the changes see it without those.
  private mutating func writeNode() throws(FXError) {
    var entries: [JSONTree.Entry] = []
    var large: [String: JSONReader] = [:]
    var isFirst = true
    try reader.beginObject()
    while let key = try reader.nextKey(&isFirst) {
      let before = reader
      try JSONTree.skip(python: &reader)
      var value = JSONTree.scalar("#\(before.offset)")
      if key.equals("inputs"), reader.offset - before.offset > pieceSize {
        large["#\(before.offset)"] = before
      } else {
        var again = before
        value = try JSONTree(python: &again)
      }
      entries.append(.init(key: key.string, value: value))
    }
    let piece = changed(.object([.init(key: "nodes", value: .array([.object(entries)]))]))
    guard case .object(let parts)? = piece["nodes"]?.elements?.first else { return }
    let end = reader
    var isStart = true
    sink.write("{")
    for part in parts {
      separate(&isStart)
      sink.writeJSON(part.key)
      sink.write(": ")
      if case .scalar(let text) = part.value, let start = large[text] {
        reader = start
        try writeValue(part.key)
      } else {
        part.value.write(to: &sink)
      }
    }
    sink.write("}")
    reader = end
  }

  /// Whether the next value has more bytes than a piece; no more than those are looked at.
  private var isLarge: Bool {
    var ahead = reader
    _ = try? ahead.peek()
    let bytes = reader.bytes
    let end = bytes.count - ahead.offset > pieceSize ? ahead.offset + pieceSize : bytes.count
    var (at, depth) = (ahead.offset, 0)
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at += 1
        while at < end, bytes[at] != UInt8(ascii: "\"") {
          at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth <= 0 { return false }
      case UInt8(ascii: ","): if depth == 0 { return false }
      default: break
      }
      at += 1
    }
    return end < bytes.count
  }

  private mutating func separate(_ isStart: inout Bool) {
    if !isStart { sink.write(", ") }
    isStart = false
  }

  /// Applies all changes to a piece, below the document that they expect.
  private func changed(_ piece: JSONTree) -> JSONTree {
    var document = JSONTree.object([.init(key: "piece", value: piece)])
    if let ranges {
      document = .object([
        .init(key: Self.ranged, value: ranges), .init(key: "piece", value: piece),
      ])
    }
    for change in changes { change(&document) }
    return document["piece"] ?? piece
  }
}
