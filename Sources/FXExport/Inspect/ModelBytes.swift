import FXCore

/// What the bytes of a model JSON are spent on.
public struct ModelBytes {
  /// One share: a category and its bytes.
  public struct Share: Hashable, Sendable {
    /// What the bytes are spent on.
    public var category: String
    /// The number of bytes.
    public var byteCount: Int
  }

  /// The size of the document.
  public private(set) var total = 0
  private var counts: [(category: String, bytes: Int)] = []

  /// Counts the bytes of a document of schema 8. Keys and commas count with the values they belong to.
  ///
  /// - Throws: `json.*` where the document is not JSON.
  public init(of json: UnsafeRawBufferPointer) throws(FXError) {
    var reader = JSONReader(json)
    total = json.count
    try walkObject(&reader) { (counter, reader, key) throws(FXError) in
      guard key.equals("graph_module") else { return "versions and constraints" }
      try counter.walkGraphModule(&reader)
      return nil
    }
    let known = counts.reduce(0) { $0 + $1.bytes }
    add("punctuation", total - known)
  }

  /// Returns the shares, the largest first.
  public var shares: [Share] {
    counts.filter { $0.bytes > 0 }.map { Share(category: $0.category, byteCount: $0.bytes) }
      .sorted { $0.byteCount > $1.byteCount }
  }

  private mutating func add(_ category: String, _ bytes: Int) {
    if let index = counts.firstIndex(where: { $0.category == category }) {
      counts[index].bytes += bytes
    } else {
      counts.append((category, bytes))
    }
  }

  /// Walks the fields of an object. `visit` names the category of a field, or walks it itself.
  private mutating func walkObject(
    _ reader: inout JSONReader,
    _ visit: (inout ModelBytes, inout JSONReader, JSONText) throws(FXError) -> String?
  ) throws(FXError) {
    if try reader.peek() != .object {
      try reader.skipValue()
      return
    }
    try reader.beginObject()
    var isFirst = true
    while true {
      let start = reader.offset
      guard let key = try reader.nextKey(&isFirst) else { return }
      if let category = try visit(&self, &reader, key) {
        try reader.skipValue()
        add(category, reader.offset - start)
      }
    }
  }

  private mutating func walkGraphModule(_ reader: inout JSONReader) throws(FXError) {
    try walkObject(&reader) { (counter, reader, key) throws(FXError) in
      if key.equals("signature") { return "signature" }
      if key.equals("module_call_graph") { return "module call graph" }
      guard key.equals("graph") else { return "versions and constraints" }
      try counter.walkGraph(&reader)
      return nil
    }
  }

  private mutating func walkGraph(_ reader: inout JSONReader) throws(FXError) {
    try walkObject(&reader) { (counter, reader, key) throws(FXError) in
      if key.equals("tensor_values") { return "tensor metadata" }
      guard key.equals("nodes") else { return "graph inputs, outputs and symbols" }
      try counter.walkNodes(&reader)
      return nil
    }
  }

  private mutating func walkNodes(_ reader: inout JSONReader) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try walkObject(&reader) { (counter, reader, key) throws(FXError) in
        if key.equals("metadata") {
          try counter.walkMetadata(&reader)
          return nil
        }
        if key.equals("inputs") {
          try counter.walkInputs(&reader)
          return nil
        }
        return "node targets, outputs and names"
      }
    }
  }

  private mutating func walkMetadata(_ reader: inout JSONReader) throws(FXError) {
    try walkObject(&reader) { (_, _, key) throws(FXError) in
      if key.equals("stack_trace") { return "stack traces" }
      if key.equals("nn_module_stack") { return "module stacks" }
      return "other node metadata"
    }
  }

  /// Walks arguments, to look into the graphs that some of them hold.
  private mutating func walkInputs(_ reader: inout JSONReader) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try walkObject(&reader) { (counter, reader, key) throws(FXError) in
        guard key.equals("arg") else { return "node arguments" }
        try counter.walkObject(&reader) { (counter, reader, tag) throws(FXError) in
          guard tag.equals("as_graph") else { return "node arguments" }
          try counter.walkObject(&reader) { (counter, reader, key) throws(FXError) in
            guard key.equals("graph") else { return "node arguments" }
            try counter.walkGraph(&reader)
            return nil
          }
          return nil
        }
        return nil
      }
    }
  }
}
